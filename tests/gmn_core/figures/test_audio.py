"""Figures of a clip."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.features.spectrogram import log_mel
from gmn_core.figures.audio import MAX_COLUMNS, genre_shares, spectrogram, waveform
from gmn_core.genres import Genre


@pytest.mark.parametrize("n_samples", [500, 1_323_000])
def test_a_waveform_spans_the_clip_and_its_peaks(n_samples: int) -> None:
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, n_samples).astype(np.float32)
    samples[n_samples // 3] = -0.9
    figure = waveform(Clip(samples, 22_050))
    assert len(figure.data[0].x) <= 2 * MAX_COLUMNS
    assert min(figure.data[0].y) == np.float32(-0.9)
    assert max(figure.data[0].y) == samples.max()
    assert figure.layout.xaxis.range[1] == pytest.approx(n_samples / 22_050)


def test_a_long_spectrogram_is_pooled_and_keeps_its_time_axis() -> None:
    clip = Clip(np.zeros(60 * 22_050, dtype=np.float32), 22_050)
    samples = clip.samples.copy()
    samples[45 * 22_050 : 45 * 22_050 + 100] = 0.9
    heatmap = spectrogram(log_mel(Clip(samples, 22_050))).data[0]
    z = np.asarray(heatmap.z)
    assert z.shape[0] == 128
    assert z.shape[1] <= MAX_COLUMNS
    assert heatmap.x[z.max(axis=0).argmax()] == pytest.approx(45, abs=0.15)
    assert (z.min(), z.max()) == (-80, 0)


def test_shares_are_drawn_largest_on_top_in_the_genres_colours() -> None:
    shares = np.full(10, 0.05)
    shares[Genre.REGGAE.position] = 0.55
    bars = genre_shares(GenrePrediction(shares)).data[0]
    assert bars.y[-1] == "Reggae"
    assert bars.marker.color[-1] == Genre.REGGAE.colour
    assert bars.text[-1] == "55%"
