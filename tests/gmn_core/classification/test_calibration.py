from __future__ import annotations

import numpy as np
import pytest

from gmn_core.classification.calibration import apply_temperature, fit_temperature, is_uncertain
from gmn_core.classification.evaluation.metrics import evaluate
from gmn_core.classification.prediction import GenrePrediction


@pytest.fixture(scope="module")
def overconfident() -> tuple[np.ndarray, np.ndarray]:
    """Labels drawn from honest shares, and those shares sharpened by a temperature of 1/2.5."""
    rng = np.random.default_rng(7)
    honest = rng.dirichlet(np.full(10, 0.4), 4000)
    labels = np.array([rng.choice(10, p=row) for row in honest])
    return labels, apply_temperature(honest, 1 / 2.5)


def test_recovers_the_temperature_that_was_applied(overconfident: tuple[np.ndarray, np.ndarray]) -> None:
    labels, shares = overconfident
    assert fit_temperature(labels, shares) == pytest.approx(2.5, rel=0.1)


def test_calibration_lowers_the_error_on_clips_it_was_not_fitted_to(
    overconfident: tuple[np.ndarray, np.ndarray],
) -> None:
    labels, shares = overconfident
    temperature = fit_temperature(labels[:2000], shares[:2000])
    before = evaluate(labels[2000:], shares[2000:])
    after = evaluate(labels[2000:], apply_temperature(shares[2000:], temperature))
    assert before.calibration_error > 0.1
    assert after.calibration_error < 0.04
    assert after.log_loss < before.log_loss


def test_a_temperature_changes_no_verdict_and_keeps_the_sum() -> None:
    shares = np.random.default_rng(1).dirichlet(np.ones(10), 50)
    softened = apply_temperature(shares, 3.0)
    assert (softened.argmax(axis=1) == shares.argmax(axis=1)).all()
    assert softened.sum(axis=1) == pytest.approx(np.ones(50))
    assert apply_temperature(shares, 1.0) == pytest.approx(shares, abs=1e-5)


@pytest.mark.parametrize(("share", "uncertain"), [(0.49, True), (0.51, False)])
def test_less_than_half_is_uncertain(share: float, uncertain: bool) -> None:
    shares = np.full(10, (1 - share) / 9)
    shares[4] = share
    assert is_uncertain(GenrePrediction(shares)) is uncertain
