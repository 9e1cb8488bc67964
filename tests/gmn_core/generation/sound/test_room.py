from collections.abc import Callable

import numpy as np
import pytest

from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.generation.sound.room import ROOM_BAND, room_response, spring_response


@pytest.mark.parametrize("respond", [room_response, spring_response])
def test_responses_have_unit_gain_and_two_unlike_sides(respond: Callable[[float], Samples]) -> None:
    response = respond(1.2)
    power = np.abs(np.fft.rfft(response, 2 * SAMPLE_RATE)) ** 2
    low, high = (round(2 * edge) for edge in ROOM_BAND)
    np.testing.assert_allclose(power[:, low:high].mean(axis=1), 1, rtol=0.1)
    assert abs(np.corrcoef(response)[0, 1]) < 0.5


@pytest.mark.parametrize("respond", [room_response, spring_response])
def test_it_decays_faster_the_shorter_it_is(respond: Callable[[float], Samples]) -> None:
    def late(seconds: float) -> float:
        response = respond(seconds)[0]
        half = round(0.3 * SAMPLE_RATE)
        return float(np.std(response[half : half + 5000]) / np.std(response[2000:7000]))

    assert late(0.6) < 0.6 * late(2.0)


def test_a_springs_echoes_are_chirps_whose_highs_come_late() -> None:
    response = spring_response(1.5)[0][: round(0.12 * SAMPLE_RATE)]
    spectra = np.fft.rfft(response)
    frequencies = np.fft.rfftfreq(len(response), 1 / SAMPLE_RATE)

    def centre(low: float, high: float) -> float:
        band = np.fft.irfft(np.where((frequencies > low) & (frequencies < high), spectra, 0))
        return float(np.argmax(np.abs(band)) / SAMPLE_RATE)

    assert centre(3200, 3900) > centre(400, 900) + 0.004
