"""Against lme4's published fit, statsmodels, and the closed form of balanced data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from survey_db.statistics.mixed import MixedModel, fit

# Davies and Goldsmith (eds.), 1972, "Statistical Methods in Research and Production", section
# 6.6: diameters (mm) of growth inhibition of six penicillin samples (columns) on 24 plates.
PENICILLIN = """
27 23 26 23 23 21, 27 23 26 23 23 21, 25 21 25 24 24 20, 26 23 25 23 23 20, 25 22 26 22 23 20,
24 22 25 23 22 19, 24 20 23 21 22 19, 26 22 26 24 24 21, 24 21 24 22 22 20, 24 21 24 23 22 19,
26 23 26 24 24 21, 25 22 26 24 24 20, 26 24 26 24 25 22, 26 23 26 23 23 20, 26 23 25 24 24 22,
25 22 25 23 23 20, 25 21 24 23 23 20, 25 22 24 23 23 19, 24 21 23 21 21 19, 26 23 26 24 24 21,
25 21 24 22 22 18, 25 22 25 22 22 20, 24 21 24 22 24 19, 24 21 24 22 21 18
"""


def penicillin() -> np.ndarray:
    """Diameters, shape (24 plates, 6 samples)."""
    return np.array([row.split() for row in PENICILLIN.split(",")], dtype=np.float64)


def fit_table(table: np.ndarray) -> MixedModel:
    rows, columns = np.indices(table.shape)
    ones = np.ones((table.size, 1))
    return fit(table.ravel(), ones, ["mean"], rows.ravel(), columns.ravel())


def simulated(seed: int, listeners: int = 40, samples: int = 8) -> pd.DataFrame:
    """Unbalanced answers with two covariates, one within and one between listeners."""
    rng = np.random.default_rng(seed)
    listener, sample = (codes.ravel() for codes in np.indices((listeners, samples)))
    frame = pd.DataFrame({"listener": listener, "sample": sample})
    frame["position"] = np.concatenate([rng.permutation(samples) for _ in range(listeners)])
    frame["trained"] = (listener % 3 == 0).astype(float)
    frame["rating"] = (
        6
        + 0.1 * frame["position"]
        - 0.5 * frame["trained"]
        + rng.normal(0, 1.1, listeners)[listener]
        + rng.normal(0, 0.8, samples)[sample]
        + rng.normal(0, 1.7, len(frame))
    )
    return frame.sample(frac=0.7, random_state=seed).reset_index(drop=True)


def fit_frame(frame: pd.DataFrame) -> MixedModel:
    design = np.column_stack([np.ones(len(frame)), frame["position"], frame["trained"]])
    names = ["mean", "position", "trained"]
    return fit(
        frame["rating"].to_numpy(), design, names, frame["listener"].to_numpy(), frame["sample"].to_numpy()
    )


def test_penicillin_as_lme4_prints_it() -> None:
    """lmer(diameter ~ 1 + (1 | plate) + (1 | sample)): criterion 330.8606, sd 0.8467, 1.9316, 0.5499.

    Bates, Mächler, Bolker and Walker, "lme4: Mixed-effects modeling with R", section 2.1.1.
    """
    model = fit_table(penicillin())
    assert round(model.criterion, 4) == 330.8606
    sds = (model.listener_sd, model.sample_sd, model.residual_sd)
    assert [round(sd, 4) for sd in sds] == [0.8467, 1.9316, 0.5499]
    assert round(model.terms[0].estimate, 4) == 22.9722
    assert round(model.terms[0].error, 4) == 0.8086


def test_either_factor_may_have_more_levels() -> None:
    one, other = fit_table(penicillin()), fit_table(penicillin().T)
    assert (one.listener_sd, one.sample_sd) == pytest.approx((other.sample_sd, other.listener_sd))
    assert one.terms[0].freedom == pytest.approx(other.terms[0].freedom)


def test_balanced_data_have_the_closed_form() -> None:
    """Mean squares give the variances, and Satterthwaite's own formula the degrees of freedom."""
    table = penicillin()
    rows, columns = table.shape
    mean = table.mean()
    of_rows = columns * ((table.mean(axis=1) - mean) ** 2).sum() / (rows - 1)
    of_columns = rows * ((table.mean(axis=0) - mean) ** 2).sum() / (columns - 1)
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + mean
    left = (rest**2).sum() / ((rows - 1) * (columns - 1))
    model = fit_table(table)
    assert model.listener_sd**2 == pytest.approx((of_rows - left) / columns, rel=1e-4)
    assert model.sample_sd**2 == pytest.approx((of_columns - left) / rows, rel=1e-4)
    assert model.residual_sd**2 == pytest.approx(left, rel=1e-4)
    combined = of_rows + of_columns - left
    freedom = combined**2 / (
        of_rows**2 / (rows - 1) + of_columns**2 / (columns - 1) + left**2 / ((rows - 1) * (columns - 1))
    )
    (mean_term,) = model.terms
    assert mean_term.error == pytest.approx(np.sqrt(combined / table.size), rel=1e-4)
    assert mean_term.freedom == pytest.approx(freedom, rel=1e-3)
    half = stats.t.ppf(0.975, freedom) * mean_term.error
    assert mean_term.interval.high - mean == pytest.approx(half, rel=1e-3)


def test_unbalanced_answers_with_covariates_as_statsmodels_fits_them() -> None:
    frame = simulated(1)
    ours = fit_frame(frame)
    crossed = {"listener": "0 + C(listener)", "sample": "0 + C(sample)"}
    theirs = smf.mixedlm(
        "rating ~ position + trained", frame, groups=np.ones(len(frame)), vc_formula=crossed, re_formula="0"
    ).fit(reml=True)
    variances = dict(zip(theirs.model.exog_vc.names, theirs.vcomp, strict=True))
    assert ours.listener_sd**2 == pytest.approx(variances["listener"], rel=2e-3)
    assert ours.sample_sd**2 == pytest.approx(variances["sample"], rel=2e-3)
    assert ours.residual_sd**2 == pytest.approx(theirs.scale, rel=2e-3)
    assert ours.criterion == pytest.approx(-2 * theirs.llf, abs=1e-3)
    for term, name in zip(ours.terms, ("Intercept", "position", "trained"), strict=True):
        assert term.estimate == pytest.approx(theirs.fe_params[name], rel=1e-3)
        # Theirs comes from the Hessian of fixed effects and variances together.
        assert term.error == pytest.approx(theirs.bse_fe[name], rel=5e-3)


def test_degrees_of_freedom_follow_where_a_covariate_varies() -> None:
    """Training varies between listeners, position within them."""
    model = fit_frame(simulated(2))
    _, position, trained = model.terms
    assert 20 < trained.freedom < 45
    assert 150 < position.freedom < model.answers


def test_intervals_cover_the_true_effects() -> None:
    covered = np.zeros(2)
    for seed in range(200):
        _, position, trained = fit_frame(simulated(seed, listeners=16, samples=6)).terms
        covered += [0.1 in position.interval, -0.5 in trained.interval]
    assert (covered / 200 >= 0.9).all()
    assert (covered / 200 <= 0.99).all()


def test_no_spread_between_listeners_is_a_zero_not_a_failure() -> None:
    rng = np.random.default_rng(0)
    table = rng.normal(0, 1, (30, 6))
    table -= table.mean(axis=1, keepdims=True)
    model = fit_table(table + np.arange(6))
    assert model.listener_sd == 0
    assert model.sample_sd > 1
    assert np.isfinite(model.terms[0].freedom)


def test_shares_of_variance_sum_to_one() -> None:
    assert sum(fit_table(penicillin()).variance_shares) == pytest.approx(1)
