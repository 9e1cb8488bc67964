"""Linear mixed models with two crossed random effects, fitted by REML.

The model is ``y = X β + b[listener] + c[sample] + e``, with independent normal
``b``, ``c`` and ``e``; in lme4's notation ``y ~ X + (1 | listener) + (1 | sample)``.
One factor is eliminated in closed form and the other, of fewer levels, kept
dense, so that the criterion costs nothing that grows with the number of
responses: 100,000 of them are fitted in well under a second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from survey_db.statistics.intervals import Codes, Floats, Interval, t_quantile


@dataclass(frozen=True)
class Term:
    """A fixed effect with its Wald interval on Satterthwaite's degrees of freedom."""

    name: str
    estimate: float
    error: float
    freedom: float
    interval: Interval
    p_value: float


@dataclass(frozen=True)
class MixedModel:
    """A fitted model.

    Parameters
    ----------
    terms : tuple of Term
        The fixed effects, one per column of X.
    listener_sd, sample_sd, residual_sd : float
        Standard deviations of the random effects and of what is left.
    criterion : float
        The REML criterion, minus twice the restricted log-likelihood, at its minimum.
    answers, listeners, samples : int
        How many there are.
    """

    terms: tuple[Term, ...]
    listener_sd: float
    sample_sd: float
    residual_sd: float
    criterion: float
    answers: int
    listeners: int
    samples: int

    @property
    def variance_shares(self) -> tuple[float, float, float]:
        """Shares of the variance between listeners, between samples, and left over."""
        variances = np.square([self.listener_sd, self.sample_sd, self.residual_sd])
        listener, sample, residual = (variances / variances.sum()).tolist()
        return listener, sample, residual


def fit(outcome: Floats, design: Floats, names: Sequence[str], listener: Codes, sample: Codes) -> MixedModel:
    """Fit the model by restricted maximum likelihood.

    The criterion is that of Bates, Mächler, Bolker and Walker (2015), "Fitting
    linear mixed-effects models using lme4" (https://doi.org/10.18637/jss.v067.i01),
    equation 41, as a function of the two ratios of standard deviations.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        The answers.
    design : ndarray, shape (n, p)
        Fixed effects, the intercept among them, of full column rank.
    names : sequence of str
        What the columns of ``design`` are called.
    listener, sample : ndarray of int, shape (n,)
        Who answered and what, as codes from 0 without gaps.

    Returns
    -------
    MixedModel
        A standard deviation at 0 means that the data show no such variance.
    """
    from scipy.optimize import minimize

    swapped = sample.max() > listener.max()
    products = _Products.of(outcome, design, *((sample, listener) if swapped else (listener, sample)))
    found = minimize(
        lambda ratios: products.criterion(ratios**2),
        x0=np.array([0.7, 0.7]),
        bounds=[(0, None), (0, None)],
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 1000},
    )
    # Ratios this small are zero to the data; zero itself is kept off the logarithms below.
    ratios = np.where(found.x < 1e-4, 0.0, found.x) ** 2
    residual = products.residual_variance(ratios)
    variances = residual * np.array([*ratios, 1.0])
    eliminated_sd, dense_sd, residual_sd = np.sqrt(variances).tolist()
    return MixedModel(
        terms=_terms(products, variances, names),
        listener_sd=dense_sd if swapped else eliminated_sd,
        sample_sd=eliminated_sd if swapped else dense_sd,
        residual_sd=residual_sd,
        criterion=products.criterion(ratios),
        answers=len(outcome),
        listeners=int(listener.max()) + 1,
        samples=int(sample.max()) + 1,
    )


@dataclass(frozen=True, eq=False)
class _Products:
    """The sums of products that the criterion needs, for ``A = [Z, X, y]``.

    Z has the indicators of the dense factor. With ``t_i`` the sum of A's rows
    over level i of the eliminated factor, and ``n_i`` their number, ``total``
    is ``A'A`` and ``by_size`` holds ``Σ t_i t_i'`` over the levels of each size,
    for ``A' (I + θ² Z_a Z_a')⁻¹ A = A'A - Σ_i θ² / (1 + θ² n_i) t_i t_i'``.
    """

    answers: int
    levels: int
    fixed: int
    total: Floats
    sizes: Floats
    level_counts: Codes
    by_size: Floats

    @classmethod
    def of(cls, outcome: Floats, design: Floats, eliminated: Codes, dense: Codes) -> _Products:
        columns = np.column_stack([design, outcome])
        levels = int(dense.max()) + 1
        cells = np.bincount(eliminated * levels + dense, minlength=(int(eliminated.max()) + 1) * levels)
        sums = np.column_stack([cells.reshape(-1, levels), _sums_by(eliminated, columns)]).astype(np.float64)
        dense_sums = _sums_by(dense, columns)
        total = np.block([[np.diag(np.bincount(dense)), dense_sums], [dense_sums.T, columns.T @ columns]])
        sizes, place, level_counts = np.unique(
            np.bincount(eliminated), return_inverse=True, return_counts=True
        )
        by_size = np.stack([sums[place == index].T @ sums[place == index] for index in range(len(sizes))])
        return cls(
            len(outcome), levels, design.shape[1], total, sizes.astype(np.float64), level_counts, by_size
        )

    def solve(self, ratios: Floats) -> tuple[float, Floats]:
        """Return ``log|V|`` and ``[X, y]' V⁻¹ [X, y]`` for variance ratios (eliminated, dense)."""
        eliminated, dense = ratios
        shrink = eliminated / (1 + eliminated * self.sizes)
        products = self.total - np.tensordot(shrink, self.by_size, axes=1)
        log_det = float(self.level_counts @ np.log1p(eliminated * self.sizes))
        inner, cross = products[: self.levels, : self.levels], products[: self.levels, self.levels :]
        root = np.linalg.cholesky(np.eye(self.levels) + dense * inner)
        log_det += 2 * float(np.log(np.diag(root)).sum())
        half = np.linalg.solve(root, cross)
        rest: Floats = products[self.levels :, self.levels :] - dense * half.T @ half
        return log_det, rest

    def criterion(self, ratios: Floats) -> float:
        """Return the profiled REML criterion."""
        log_det, rest = self.solve(ratios)
        freedom = self.answers - self.fixed
        log_det += float(np.linalg.slogdet(rest[:-1, :-1])[1])
        return log_det + freedom * (1 + math.log(2 * math.pi * _residual_square(rest) / freedom))

    def criterion_at(self, variances: Floats) -> float:
        """Return the criterion at variances (eliminated, dense, residual), up to a constant."""
        residual = float(variances[2])
        log_det, rest = self.solve(variances[:2] / residual)
        log_det += float(np.linalg.slogdet(rest[:-1, :-1])[1])
        return log_det + (self.answers - self.fixed) * math.log(residual) + _residual_square(rest) / residual

    def residual_variance(self, ratios: Floats) -> float:
        """Return the residual variance that maximises the likelihood at given ratios."""
        return _residual_square(self.solve(ratios)[1]) / (self.answers - self.fixed)

    def covariance(self, variances: Floats) -> Floats:
        """Return the covariance matrix of the fixed effects at variances (eliminated, dense, residual)."""
        rest = self.solve(variances[:2] / variances[2])[1]
        return np.asarray(variances[2] * np.linalg.inv(rest[:-1, :-1]), dtype=np.float64)

    def coefficients(self, ratios: Floats) -> Floats:
        """Return generalised least squares estimates of the fixed effects."""
        rest = self.solve(ratios)[1]
        return np.asarray(np.linalg.solve(rest[:-1, :-1], rest[:-1, -1]), dtype=np.float64)


def _terms(products: _Products, variances: Floats, names: Sequence[str]) -> tuple[Term, ...]:
    """Return the fixed effects with Satterthwaite's degrees of freedom.

    ``2 f² / (g' A g)``, f being the squared error of the estimate, g its
    gradient and A the asymptotic covariance of the variances, twice the inverse
    Hessian of the criterion (Kuznetsova, Brockhoff and Christensen, 2017,
    "lmerTest package", https://doi.org/10.18637/jss.v082.i13). Derivatives are
    taken by the logarithms of those variances that are not zero.
    """
    from scipy.special import stdtr

    present = variances > 0
    logs = np.log(variances[present])

    def at(logs: Floats, of: Callable[[Floats], Floats | float]) -> Floats:
        moved = np.zeros_like(variances)
        moved[present] = np.exp(logs)
        return np.asarray(of(moved))

    hessian = _hessian(partial(at, of=products.criterion_at), logs)
    gradients = _gradient(partial(at, of=lambda moved: np.diag(products.covariance(moved))), logs)
    squares = np.diag(products.covariance(variances))
    spread = np.einsum("vp,vw,wp->p", gradients, 2 * np.linalg.inv(hessian), gradients)
    freedoms = np.clip(2 * squares**2 / spread, 1.0, products.answers - products.fixed)
    estimates = products.coefficients(variances[:2] / variances[2])
    terms = []
    for name, estimate, square, freedom in zip(
        names, estimates.tolist(), squares.tolist(), freedoms.tolist(), strict=True
    ):
        error = math.sqrt(square)
        half = t_quantile(freedom) * error
        p_value = 2 * float(stdtr(freedom, -abs(estimate) / error))
        terms.append(
            Term(name, estimate, error, freedom, Interval(estimate - half, estimate + half), p_value)
        )
    return tuple(terms)


def _sums_by(codes: Codes, columns: Floats) -> Floats:
    return np.column_stack([np.bincount(codes, weights=column) for column in columns.T])


def _residual_square(rest: Floats) -> float:
    return float(rest[-1, -1] - rest[:-1, -1] @ np.linalg.solve(rest[:-1, :-1], rest[:-1, -1]))


_STEP = 5e-3


def _gradient(function: Callable[[Floats], Floats], point: Floats) -> Floats:
    """Return central differences, shape (n_coordinates, n_values)."""
    steps = _STEP * np.eye(len(point))
    return np.stack([(function(point + step) - function(point - step)) / (2 * _STEP) for step in steps])


def _hessian(function: Callable[[Floats], Floats], point: Floats) -> Floats:
    """Return central second differences, shape (n_coordinates, n_coordinates)."""
    steps = _STEP * np.eye(len(point))
    return np.array(
        [
            [
                float(
                    function(point + one + other)
                    - function(point + one - other)
                    - function(point - one + other)
                    + function(point - one - other)
                )
                / (4 * _STEP**2)
                for other in steps
            ]
            for one in steps
        ]
    )
