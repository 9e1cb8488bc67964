"""Figures of a clip: its waveform, its log-mel spectrogram, its genre shares."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.colors import sequential

from gmn_core.audio.clip import Clip
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.features.spectrogram import DYNAMIC_RANGE_DB, STANDARD, MelForm, mel_frequencies
from gmn_core.figures.style import INK, MARGIN, STILL
from gmn_core.genres import GENRES

MAX_COLUMNS = 800
"""No screen shows more columns, and each costs the visitor bandwidth."""

TICK_HERTZ = (100, 250, 500, 1000, 2000, 4000, 8000)
# Streamlit's theme takes Magma's own black, #000004, for one of its placeholders and replaces it.
_MAGMA = ["#010005", *sequential.Magma[1:]]


def waveform(clip: Clip) -> go.Figure:
    """Draw the clip's envelope: the lowest and highest sample of each column.

    Examples
    --------
    >>> gmn_core.figures.waveform(gmn_core.load_audio("song.wav")).write_html("wave.html")
    """
    lowest, highest = envelope(clip, MAX_COLUMNS)
    seconds = np.linspace(0, clip.seconds, len(lowest), endpoint=False)
    figure = go.Figure(
        go.Scatter(
            x=np.concatenate([seconds, seconds[::-1]]),
            y=np.concatenate([highest, lowest[::-1]]),
            fill="toself",
            mode="lines",
            line={"width": 0.5, "color": INK},
            hoverinfo="skip",
        )
    )
    figure.update_layout(**STILL, height=160, margin=MARGIN, xaxis_title="Time (s)", yaxis_title="Amplitude")
    figure.update_xaxes(range=[0, clip.seconds])
    figure.update_yaxes(range=[-1, 1])
    return figure


def envelope(clip: Clip, n_columns: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return the lowest and the highest sample of each column, for at most so many columns."""
    edges = np.linspace(0, len(clip.samples), min(n_columns, len(clip.samples)), endpoint=False).astype(int)
    return np.minimum.reduceat(clip.samples, edges), np.maximum.reduceat(clip.samples, edges)


def spectrogram(log_mel: npt.NDArray[np.float32], form: MelForm = STANDARD) -> go.Figure:
    """Draw a log-mel spectrogram.

    Parameters
    ----------
    log_mel : ndarray, shape (n_mels, n_frames)
        In dB below the maximum.
    form : MelForm
        How it was computed, for the axes.

    Examples
    --------
    >>> from gmn_core.features.spectrogram import log_mel
    >>> mel = log_mel(gmn_core.load_audio("song.wav"))
    >>> gmn_core.figures.spectrogram(mel).write_html("mel.html")
    """
    pooled, frames_per_column = pool_frames(log_mel)
    hertz = mel_frequencies(form)
    seconds = np.arange(pooled.shape[1]) * frames_per_column / form.frames_per_second
    figure = go.Figure(
        go.Heatmap(
            # Whole decibels: finer steps are invisible, and bytes travel faster than floats.
            z=np.round(pooled).astype(np.int8),
            x=np.round(seconds, 2),
            zmin=-DYNAMIC_RANGE_DB,
            zmax=0,
            colorscale=_MAGMA,
            showscale=False,
            customdata=np.broadcast_to(np.round(hertz)[:, None], pooled.shape).astype(np.int16),
            hovertemplate="%{x} s, %{customdata} Hz: %{z} dB<extra></extra>",
        )
    )
    figure.update_layout(
        **STILL, height=280, margin=MARGIN, xaxis_title="Time (s)", yaxis_title="Frequency (Hz)"
    )
    figure.update_yaxes(
        tickvals=np.interp(TICK_HERTZ, hertz, np.arange(len(hertz))),
        ticktext=[f"{tick:,}" for tick in TICK_HERTZ],
    )
    return figure


def pool_frames(log_mel: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], int]:
    """Keep the loudest of neighbouring frames, so that at most `MAX_COLUMNS` columns remain.

    Returns
    -------
    pooled : ndarray, shape (n_mels, n_columns)
    frames_per_column : int
    """
    frames_per_column = -(-log_mel.shape[1] // MAX_COLUMNS)
    starts = np.arange(0, log_mel.shape[1], frames_per_column)
    return np.maximum.reduceat(log_mel, starts, axis=1), frames_per_column


def genre_shares(prediction: GenrePrediction, most: int = len(GENRES)) -> go.Figure:
    """Draw the genres' shares as horizontal bars, the largest on top.

    Parameters
    ----------
    prediction : GenrePrediction
        Any classifier's.
    most : int
        How many genres are drawn.

    Examples
    --------
    >>> prediction = gmn_core.classify("song.wav")
    >>> gmn_core.figures.genre_shares(prediction).write_html("shares.html")
    """
    ranked = prediction.ranked()[:most][::-1]
    figure = go.Figure(
        go.Bar(
            x=[share for _, share in ranked],
            y=[genre.display_name for genre, _ in ranked],
            orientation="h",
            marker_color=[genre.colour for genre, _ in ranked],
            text=[f"{share:.0%}" for _, share in ranked],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.1%}<extra></extra>",
        )
    )
    figure.update_layout(**STILL, height=80 + 26 * most, margin={**MARGIN, "r": 40}, xaxis_tickformat=".0%")
    figure.update_xaxes(range=[0, 1], title="Share")
    return figure
