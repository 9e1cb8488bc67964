"""Against lme4's printed fit, the definition with whole matrices, and the model of two crossed effects."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from survey_db.statistics import mixed
from survey_db.statistics.system_model import _SystemProducts, fit

# Pinheiro and Bates, 2000, "Mixed-effects models in S and S-PLUS", appendix A.13: productivity of
# six workers (rows) with three machines, three times each.
MACHINES = """
52.0 52.8 53.1 62.1 62.6 64.0 67.5 67.2 66.9, 51.8 52.8 53.1 59.7 60.0 59.0 61.5 61.7 62.3,
60.0 60.2 58.4 68.6 65.8 69.7 70.8 70.6 71.0, 51.1 52.3 50.3 63.2 62.8 62.2 64.1 66.2 64.0,
50.9 51.8 51.4 64.8 65.0 65.4 72.1 72.0 71.1, 46.4 44.8 49.2 43.7 44.2 43.0 62.0 61.4 60.5
"""

Study = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def study(seed: int, listeners: int = 20, systems: int = 3, compositions: int = 5) -> Study:
    """Unbalanced answers to some of the samples; one composition has no rendering by the first system."""
    rng = np.random.default_rng(seed)
    system, composition = (codes.ravel() for codes in np.indices((systems, compositions)))
    kept = ~((system == 0) & (composition == compositions - 1))
    system, composition = system[kept], composition[kept]
    answered = rng.random((listeners, len(system))) < 0.7
    answered[:, 0] = answered[0] = True
    listener, sample = np.nonzero(answered)
    outcome = (
        5
        + system[sample]
        + rng.normal(0, 1.0, listeners)[listener]
        + rng.normal(0, 0.8, (listeners, systems))[listener, system[sample]]
        + rng.normal(0, 0.9, compositions)[composition[sample]]
        + rng.normal(0, 0.7, len(system))[sample]
        + rng.normal(0, 1.2, len(sample))
    )
    return outcome, listener, sample, system, composition


def whole_covariance(variances: np.ndarray, data: Study) -> np.ndarray:
    """The answers' covariance by its definition, shape (n, n)."""
    _, listener, sample, system, composition = data

    def same(*codes: np.ndarray) -> np.ndarray:
        return np.logical_and.reduce([code[:, None] == code for code in codes])

    of_system = system[sample]
    parts = (
        same(listener),
        same(listener, of_system),
        same(composition[sample]),
        same(sample),
        np.eye(len(sample)),
    )
    return sum(variance * part for variance, part in zip(variances, parts, strict=True))


@pytest.mark.parametrize("variances", [(1.0, 0.5, 0.8, 0.3, 1.4), (0.7, 0, 0.2, 0, 1), (0, 0, 0, 0, 2)])
def test_products_are_those_of_the_whole_matrices(variances: tuple[float, ...]) -> None:
    data = study(1)
    outcome, _, sample, system, _ = data
    products = _SystemProducts.of(*data)
    whole = whole_covariance(np.array(variances), data)
    design = np.eye(3)[system[sample]]
    inverse = np.linalg.inv(whole)
    covariance = np.linalg.inv(design.T @ inverse @ design)
    means = covariance @ design.T @ inverse @ outcome
    rest = outcome - design @ means
    criterion = np.linalg.slogdet(whole)[1] - np.linalg.slogdet(covariance)[1] + rest @ inverse @ rest
    at = np.array(variances)
    assert products.covariance(at) == pytest.approx(covariance)
    assert products.means(at[:-1] / at[-1]) == pytest.approx(means)
    # log|V| of the whole matrix has the residual variance once for each answer.
    assert products.criterion_at(at) == pytest.approx(criterion)
    freedom = len(outcome) - 3
    profiled = products.criterion(at[:-1] / at[-1])
    residual = products.residual_variance(at[:-1] / at[-1])
    scaled = np.array([*(at[:-1] / at[-1] * residual), residual])
    assert profiled == pytest.approx(products.criterion_at(scaled) + freedom * np.log(2 * np.pi))


def test_machines_as_lme4_prints_them() -> None:
    """lmer(score ~ Machine + (1 | Worker) + (1 | Worker:Machine)): 215.6876; sd 4.781, 3.730, 0.962."""
    table = np.array([row.split() for row in MACHINES.split(",")], dtype=np.float64)
    worker, sample = (codes.ravel() for codes in np.indices(table.shape))
    products = _SystemProducts.of(table.ravel(), worker, sample, np.arange(9) // 3, np.arange(9))
    variances = np.array([4.78105, 3.72953, 0, 0, 0.96158]) ** 2
    assert round(products.criterion(variances[:-1] / variances[-1]), 3) == 215.688
    means = products.means(variances[:-1] / variances[-1])
    assert means == pytest.approx([52.3556, 52.3556 + 7.9667, 52.3556 + 13.9167], abs=1e-3)
    errors = np.sqrt(np.diag(products.covariance(variances)))
    assert errors == pytest.approx([2.4858] * 3, abs=1e-3)


def test_the_fit_is_the_smallest_criterion() -> None:
    data = study(2)
    model = fit(*data)
    variances = np.array([model.sds[name] ** 2 for name in model.sds])
    assert list(model.sds) == ["listener", "listener_system", "composition", "sample", "residual"]
    products = _SystemProducts.of(*data)
    assert model.criterion == pytest.approx(products.criterion(variances[:-1] / variances[-1]))
    rng = np.random.default_rng(0)
    for _ in range(200):
        moved = variances * np.exp(rng.normal(0, 0.1, 5))
        assert products.criterion(moved[:-1] / moved[-1]) >= model.criterion - 1e-6


def test_without_interactions_it_is_the_model_of_two_crossed_effects() -> None:
    """One answer a listener and system, no composition rendered twice: what `mixed` fits."""
    rng = np.random.default_rng(3)
    listeners, systems = 40, 2
    chosen = np.column_stack([rng.integers(8, size=listeners), 8 + rng.integers(8, size=listeners)])
    listener = np.repeat(np.arange(listeners), systems)
    used, sample = np.unique(chosen.ravel(), return_inverse=True)
    system = used // 8
    outcome = (
        5.0
        + system[sample]
        + rng.normal(0, 1, listeners)[listener]
        + rng.normal(0, 0.8, len(system))[sample]
        + rng.normal(0, 1.5, len(sample))
    )
    model = fit(outcome, listener, sample, system, np.arange(len(system)))
    other = mixed.fit(outcome, np.eye(systems)[system[sample]], ["first", "second"], listener, sample)
    assert list(model.sds) == ["listener", "sample", "residual"]
    assert model.criterion == pytest.approx(other.criterion, abs=1e-5)
    assert model.means == pytest.approx([term.estimate for term in other.terms], abs=1e-3)
    freedom = model.freedom(np.eye(2))
    assert freedom == pytest.approx([term.freedom for term in other.terms], rel=0.05)


def test_balanced_answers_without_variance_between_give_the_t_test() -> None:
    """Listeners and samples that are all alike: an analysis of independent answers."""
    rng = np.random.default_rng(4)
    system, composition = (codes.ravel() for codes in np.indices((2, 6)))
    listener, sample = (codes.ravel() for codes in np.indices((30, 12)))
    noise = rng.normal(0, 1, (30, 12))
    # No variance at all between listeners, compositions or samples.
    noise -= noise.mean(axis=1, keepdims=True)
    noise -= noise.mean(axis=0, keepdims=True)
    model = fit(noise.ravel(), listener, sample, system, composition)
    contrast = np.array([[1.0, -1.0]])
    error = np.sqrt(contrast @ model.covariance @ contrast.T).item()
    assert all(sd < 1e-3 for name, sd in model.sds.items() if name != "residual")
    one, other = noise[:, :6].ravel(), noise[:, 6:].ravel()
    plain = stats.ttest_ind(one, other)
    assert error == pytest.approx(np.sqrt(2 / 180) * np.sqrt(noise.var() * 360 / 358))
    assert model.freedom(contrast)[0] == pytest.approx(plain.df, rel=0.01)
