"""What listeners who hear nothing would get right: the null hypothesis of every test of guesses.

A *blind* listener's guesses do not depend on what was played. That is all that
is assumed of them: they may favour a genre, know which genres are present, or
never name a genre twice. So the tests shuffle each listener's own guesses among
the samples that this listener heard, every order being equally likely.

- The tests are exact where a blind listener's guesses are exchangeable, or where
  each order of the samples was equally likely; and listeners guess independently
  of one another.
- The number right of one listener has the distribution of a matching problem
  with multiplicities, that of a study is their convolution
  (`survey_db.statistics.matching`): no sampling, no approximation.
- P-values are two-sided: the probability of a number right at least as far from
  the expected one as that observed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from survey_db.statistics.intervals import Codes, Floats, Interval, Missing, listener_bootstrap
from survey_db.statistics.matching import kinds, two_sided

_NORMAL_80, _NORMAL_975 = 0.8416212335729143, 1.959963984540054


@dataclass(frozen=True, eq=False)
class Guesses:
    """The guesses of a study as codes, one entry per answer.

    Parameters
    ----------
    listener, sample, guess : ndarray of int, shape (n_answers,)
        Who answered, what they heard, and the genre that they named. That they
        cannot tell is a guess like any other, of a genre that no sample has.
    intended : ndarray of int, shape (n_samples,)
        Intended genre of each sample.
    samples, genres : tuple of str
        What the codes of samples and of genres stand for.
    """

    listener: Codes
    sample: Codes
    guess: Codes
    intended: Codes
    samples: tuple[str, ...]
    genres: tuple[str, ...]

    @classmethod
    def of(cls, answers: pd.DataFrame) -> Guesses:
        """Take the guesses from what `survey_db.statistics.selection.study_answers` returns."""
        sample = answers["sample"].cat.remove_unused_categories()
        intended, guess = (answers[name].astype(str) for name in ("intended_genre", "guess"))
        genres = sorted(set(intended.unique()) | set(guess.unique()))
        first = pd.DataFrame({"sample": sample, "genre": intended}).drop_duplicates("sample")
        of_sample = first.set_index("sample")["genre"].reindex(sample.cat.categories)
        return cls(
            listener=pd.factorize(answers["listener"])[0],
            sample=np.asarray(sample.cat.codes, dtype=np.intp),
            guess=pd.Categorical(guess, genres).codes.astype(np.intp),
            intended=pd.Categorical(of_sample, genres).codes.astype(np.intp),
            samples=tuple(map(str, sample.cat.categories)),
            genres=tuple(genres),
        )

    @cached_property
    def genre(self) -> Codes:
        """Intended genre of each answer's sample, shape (n_answers,)."""
        return self.intended[self.sample]

    @cached_property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether each answer names the intended genre, shape (n_answers,)."""
        return np.asarray(self.guess == self.genre)

    @cached_property
    def heard(self) -> Codes:
        """Answers of each listener to samples of each genre, shape (n_listeners, n_genres)."""
        return self.per_listener(self.genre)

    @cached_property
    def named(self) -> Codes:
        """How often each listener named each genre, shape (n_listeners, n_genres)."""
        return self.per_listener(self.guess)

    @cached_property
    def answers(self) -> Codes:
        """Answers of each listener, shape (n_listeners,)."""
        return np.bincount(self.listener)

    @cached_property
    def hits(self) -> Codes:
        """Right guesses of each listener at samples of each genre, shape (n_listeners, n_genres)."""
        return self.per_listener(self.genre, self.right)

    @cached_property
    def pool(self) -> Codes:
        """Answers of the same listener to this sample and to samples of other genres, shape (n_answers,)."""
        foreign = self.answers[:, None] - self.heard
        return foreign[self.listener, self.genre] + 1

    @cached_property
    def chance(self) -> Floats:
        """The share of each answer's pool that names its sample's genre, shape (n_answers,).

        It is the probability that the answer is right if the listener names this
        genre as often as for samples of other genres.
        """
        elsewhere = self.named - self.hits
        chance: Floats = (elsewhere[self.listener, self.genre] + self.right) / self.pool
        return chance

    def per_listener(self, genre: Codes, which: npt.NDArray[np.bool_] | None = None) -> Codes:
        """Count answers by listener and ``genre``; those alone for which ``which`` is true."""
        cells = self.listener * len(self.genres) + genre
        counts = np.bincount(
            cells if which is None else cells[which],
            minlength=(int(self.listener.max(initial=-1)) + 1) * len(self.genres),
        )
        return counts.reshape(-1, len(self.genres))


@dataclass(frozen=True)
class BlindTest:
    """Whether the guesses of a study depend on what was played.

    Parameters
    ----------
    right, answers : int
        Guesses that name the intended genre, and all guesses.
    expected : float
        The share that the same guesses would get right blind.
    most_expected : float
        The largest share that any blind listeners expect, whatever they favour:
        the largest share of one genre among the answers.
    excess : float
        The observed share less the expected one.
    excess_interval : Interval or Missing
        By bootstrap over listeners.
    p_value : float
        Exact, two-sided.
    possible : float
        The excess that these guesses would have if each listener placed their
        own as well as they can be placed.
    detectable : float
        The excess that the test shows with a probability of about 80%.
    """

    right: int
    answers: int
    expected: float
    most_expected: float
    excess: float
    excess_interval: Interval | Missing
    p_value: float
    possible: float
    detectable: float

    @property
    def has_power(self) -> bool:
        """Whether the guesses vary enough for the test to show anything."""
        return self.possible > self.detectable


def blind_test(guesses: Guesses) -> BlindTest:
    """Test whether the guesses of a study depend on what was played; needs one answer at least."""
    answers, right = len(guesses.guess), int(guesses.right.sum())
    per_listener, variance = right_moments(guesses.heard, guesses.named)
    expected, sd = float(per_listener.sum()), math.sqrt(float(variance.sum()))
    pmfs, kind = kinds(guesses.heard, guesses.named)
    excess = guesses.hits.sum(axis=1) - per_listener
    (interval,) = listener_bootstrap(excess[:, None], guesses.answers.astype(np.float64))
    possible = int(np.minimum(guesses.heard, guesses.named).sum())
    return BlindTest(
        right=right,
        answers=answers,
        expected=expected / answers,
        most_expected=float(guesses.heard.sum(axis=0).max()) / answers,
        excess=(right - expected) / answers,
        excess_interval=interval,
        p_value=two_sided(pmfs, np.bincount(kind), right),
        possible=(possible - expected) / answers,
        detectable=(_NORMAL_975 + _NORMAL_80) * sd / answers,
    )


def right_moments(heard: Codes, named: Codes) -> tuple[Floats, Floats]:
    """Return mean and variance of a listener's number right when their guesses are shuffled.

    Parameters
    ----------
    heard, named : ndarray of int, shape (..., n_genres)
        Samples of each genre that a listener heard, and how often they named
        it: a and m, of k answers. The two are broadcast against each other.

    Returns
    -------
    mean, variance : ndarray, shape (...)
        The mean is ``Σ a m / k``; the mean number of ordered pairs that are both
        right is ``((Σ a m)² - Σ a² m² + Σ a (a - 1) m (m - 1)) / (k (k - 1))``.
    """
    answers = named.sum(axis=-1)
    products = heard * named
    mean: Floats = products.sum(axis=-1) / np.maximum(answers, 1)
    same = heard * (heard - 1) * named * (named - 1)
    pairs = products.sum(axis=-1) ** 2 - (products**2).sum(axis=-1) + same.sum(axis=-1)
    variance: Floats = pairs / np.maximum(answers * (answers - 1), 1) + mean - mean**2
    return mean, np.maximum(variance, 0.0)
