"""The mixed model of a study of several systems, fitted by REML.

An answer is the sum of its system's mean and of independent normal effects of
the listener, of the listener with this system, of the composition and of the
sample, which is a composition with a system::

    answer ~ 0 + system + (1 | listener) + (1 | listener:system) + (1 | composition) + (1 | sample)

The effects of listener and composition with a system are what make a
difference of systems hold for other listeners and other compositions: without
them its interval would be too narrow (Barr, Levy, Scheepers and Tily, 2013,
"Random effects structure for confirmatory hypothesis testing",
https://doi.org/10.1016/j.jml.2012.11.001).

Listeners are eliminated in closed form, by kinds of listeners who answered
equally often for each system, so that the criterion costs nothing that grows
with the number of answers. What is left has the size of the samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from survey_db.statistics.intervals import Codes, Floats

COMPONENTS = ("listener", "listener_system", "composition", "sample")
"""The random effects, in the order of every array of variances; the last of those is what is left."""

_STEP = 5e-3
_ZERO = 1e-6


@dataclass(frozen=True, eq=False)
class SystemModel:
    """A fitted model.

    Parameters
    ----------
    means : ndarray, shape (n_systems,)
        Each system's mean, by generalised least squares.
    covariance : ndarray, shape (n_systems, n_systems)
        Their covariances.
    sds : dict of str to float
        Standard deviations: of each of `COMPONENTS`, where the study can tell
        it from the others, and of the ``residual``. One at 0 means that the
        answers show no such variance.
    criterion : float
        The REML criterion, minus twice the restricted log-likelihood.
    """

    means: Floats
    covariance: Floats
    sds: dict[str, float]
    criterion: float
    _products: _SystemProducts
    _variances: Floats

    def freedom(self, contrasts: Floats) -> Floats:
        """Return Satterthwaite's degrees of freedom of contrasts of means, shape (n_contrasts, n_systems).

        ``2 f² / (g' A g)``, f being the squared error of the contrast, g its
        gradient and A the asymptotic covariance of the variances, twice the
        inverse Hessian of the criterion. Derivatives are taken by the
        logarithms of those variances that are not zero.
        """

        def squares(logs: Floats) -> Floats:
            covariance = self._products.covariance(self._at(logs))
            return np.asarray(np.einsum("cs,st,ct->c", contrasts, covariance, contrasts))

        logs = np.log(self._variances[self._variances > 0])
        gradients = _gradient(squares, logs)
        spread = np.einsum("vc,vw,wc->c", gradients, self._uncertainty, gradients)
        freedoms: Floats = 2 * squares(logs) ** 2 / np.maximum(spread, 1e-300)
        return np.clip(freedoms, 1.0, self._products.answers - self._products.systems)

    @cached_property
    def _uncertainty(self) -> Floats:
        """Asymptotic covariance of the logarithms of the variances that are not zero."""
        logs = np.log(self._variances[self._variances > 0])
        hessian = _hessian(lambda moved: self._products.criterion_at(self._at(moved)), logs)
        return np.asarray(2 * np.linalg.pinv(hessian, hermitian=True))

    def _at(self, logs: Floats) -> Floats:
        """Return all variances, given the logarithms of those that are not zero."""
        variances = np.zeros_like(self._variances)
        variances[self._variances > 0] = np.exp(logs)
        return variances


def fit(outcome: Floats, listener: Codes, sample: Codes, system: Codes, composition: Codes) -> SystemModel:
    """Fit the model by restricted maximum likelihood.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        The answers.
    listener, sample : ndarray of int, shape (n,)
        Who answered and what, as codes from 0 without gaps.
    system, composition : ndarray of int, shape (n_samples,)
        What made each sample and which notes it has, likewise.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the answers do not vary enough.
    """
    from scipy.optimize import minimize

    products = _SystemProducts.of(outcome, listener, sample, system, composition)
    told_apart = _told_apart(listener, sample, system, composition)

    def ratios(free: Floats) -> Floats:
        all_ = np.zeros(len(COMPONENTS))
        all_[told_apart] = np.abs(free)
        return all_

    found = minimize(
        lambda free: products.criterion(ratios(free)),
        x0=np.full(int(told_apart.sum()), 0.3),
        bounds=[(0, None)] * int(told_apart.sum()),
        method="L-BFGS-B",
        options={"ftol": 1e-12, "gtol": 1e-6, "maxiter": 500},
    )
    best = np.where(ratios(found.x) < _ZERO, 0.0, ratios(found.x))
    variances = products.residual_variance(best) * np.array([*best, 1.0])
    names = (*(name for name, told in zip(COMPONENTS, told_apart, strict=True) if told), "residual")
    sds = np.sqrt(variances[[*told_apart, True]]).tolist()
    return SystemModel(
        means=products.means(best),
        covariance=products.covariance(variances),
        sds=dict(zip(names, sds, strict=True)),
        criterion=products.criterion(best),
        _products=products,
        _variances=variances,
    )


def _told_apart(listener: Codes, sample: Codes, system: Codes, composition: Codes) -> npt.NDArray[np.bool_]:
    """Return which of `COMPONENTS` the design can tell from the others."""
    cells = listener * (int(system.max()) + 1) + system[sample]
    return np.array(
        [
            True,
            bool(np.bincount(cells).max() > 1),
            # A composition of one sample is that sample.
            bool(np.bincount(composition).max() > 1),
            True,
        ]
    )


@dataclass(frozen=True, eq=False)
class _SystemProducts:
    """The sums of products that the criterion needs.

    Parameters
    ----------
    total : ndarray, shape (n_samples + 1, n_samples + 1)
        ``A'A`` of ``A = [Z, y]``, Z having the indicators of the samples.
    kinds : ndarray, shape (n_kinds, n_systems)
        How often the listeners of each kind answered for each system.
    listeners : ndarray of int, shape (n_kinds,)
        How many listeners each kind has.
    by_kind : ndarray, shape (n_kinds, n_samples + n_systems, n_samples + n_systems)
        ``Σ u u'`` over them, where u has a listener's answers to each sample
        and the sum of their outcomes for each system.
    system : ndarray of int, shape (n_samples,)
        System of each sample.
    together : ndarray, shape (n_samples, n_samples)
        1 where two samples have the same composition.
    """

    answers: int
    systems: int
    total: Floats
    kinds: Floats
    listeners: Codes
    by_kind: Floats
    system: Codes
    together: Floats

    @classmethod
    def of(
        cls, outcome: Floats, listener: Codes, sample: Codes, system: Codes, composition: Codes
    ) -> _SystemProducts:
        listeners, samples, systems = int(listener.max()) + 1, len(system), int(system.max()) + 1
        counts = np.bincount(listener * samples + sample, minlength=listeners * samples)
        counts = counts.reshape(listeners, samples).astype(np.float64)
        cells = listener * systems + system[sample]
        sums = np.bincount(cells, weights=outcome, minlength=listeners * systems).reshape(listeners, systems)
        rows = np.column_stack([counts, sums])
        of_system = (system[:, None] == np.arange(systems)).astype(np.float64)
        kinds, place, sizes = np.unique(counts @ of_system, axis=0, return_inverse=True, return_counts=True)
        place = place.ravel()
        by_kind = np.stack([rows[place == kind].T @ rows[place == kind] for kind in range(len(kinds))])
        by_sample = np.bincount(sample, weights=outcome, minlength=samples)
        total = np.zeros((samples + 1, samples + 1))
        total[:-1, :-1] = np.diag(counts.sum(axis=0))
        total[:-1, -1] = total[-1, :-1] = by_sample
        total[-1, -1] = outcome @ outcome
        together = (composition[:, None] == composition).astype(np.float64)
        return cls(len(outcome), systems, total, kinds, sizes, by_kind, system, together)

    def solve(self, ratios: Floats) -> tuple[float, Floats]:
        """Return ``log|V|`` and ``[X, y]' V⁻¹ [X, y]`` for ratios of variances to the residual's."""
        listener, listener_system, composition, sample = ratios
        samples, identity = len(self.system), np.eye(self.systems)
        label = np.concatenate([self.system, np.arange(self.systems)])
        # A listener's effects on their answers for each system, eliminated kind by kind.
        within = listener + listener_system * identity
        inner = identity + within * self.kinds[:, None, :]
        log_det = float(self.listeners @ np.linalg.slogdet(inner)[1])
        weights = np.linalg.solve(inner, np.broadcast_to(within, inner.shape))
        taken = (weights[:, label[:, None], label] * self.by_kind).sum(axis=0)
        products = self.total.copy()
        products[:-1, :-1] -= taken[:samples, :samples]
        products[:-1, -1] -= taken[:samples, samples:].sum(axis=1)
        products[-1, :-1] = products[:-1, -1]
        products[-1, -1] -= taken[samples:, samples:].sum()
        # Then the effects of samples, those of one composition alike.
        between = composition * self.together + sample * np.eye(samples)
        mixed = np.eye(samples) + between @ products[:-1, :-1]
        log_det += float(np.linalg.slogdet(mixed)[1])
        half = products[:-1]
        products = products - half.T @ np.linalg.solve(mixed, between) @ half
        to_systems = np.zeros((samples + 1, self.systems + 1))
        to_systems[np.arange(samples), self.system] = 1
        to_systems[-1, -1] = 1
        rest: Floats = to_systems.T @ products @ to_systems
        return log_det, rest

    def criterion(self, ratios: Floats) -> float:
        """Return the REML criterion, the residual variance profiled out."""
        log_det, rest = self.solve(ratios)
        freedom = self.answers - self.systems
        log_det += float(np.linalg.slogdet(rest[:-1, :-1])[1])
        return log_det + freedom * (1 + math.log(2 * math.pi * _residual_square(rest) / freedom))

    def criterion_at(self, variances: Floats) -> float:
        """Return the criterion at variances, the residual's last, up to a constant."""
        residual = float(variances[-1])
        log_det, rest = self.solve(variances[:-1] / residual)
        log_det += float(np.linalg.slogdet(rest[:-1, :-1])[1])
        freedom = self.answers - self.systems
        return log_det + freedom * math.log(residual) + _residual_square(rest) / residual

    def residual_variance(self, ratios: Floats) -> float:
        """Return the residual variance that maximises the likelihood at given ratios."""
        return _residual_square(self.solve(ratios)[1]) / (self.answers - self.systems)

    def means(self, ratios: Floats) -> Floats:
        """Return the systems' means at given ratios."""
        rest = self.solve(ratios)[1]
        return np.asarray(np.linalg.solve(rest[:-1, :-1], rest[:-1, -1]))

    def covariance(self, variances: Floats) -> Floats:
        """Return the covariance matrix of the systems' means at variances, the residual's last."""
        rest = self.solve(variances[:-1] / variances[-1])[1]
        return np.asarray(variances[-1] * np.linalg.inv(rest[:-1, :-1]))


def _residual_square(rest: Floats) -> float:
    return float(rest[-1, -1] - rest[:-1, -1] @ np.linalg.solve(rest[:-1, :-1], rest[:-1, -1]))


def _gradient(function: Callable[[Floats], Floats], point: Floats) -> Floats:
    """Return central differences, shape (n_coordinates, n_values)."""
    steps = _STEP * np.eye(len(point))
    return np.stack([(function(point + step) - function(point - step)) / (2 * _STEP) for step in steps])


def _hessian(function: Callable[[Floats], float], point: Floats) -> Floats:
    """Return central second differences, shape (n_coordinates, n_coordinates)."""
    steps = _STEP * np.eye(len(point))
    second = np.empty((len(point), len(point)))
    for row, one in enumerate(steps):
        for column, other in enumerate(steps[: row + 1]):
            second[row, column] = second[column, row] = (
                function(point + one + other)
                - function(point + one - other)
                - function(point - one + other)
                + function(point - one - other)
            ) / (4 * _STEP**2)
    return second
