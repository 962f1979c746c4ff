"""What a draw of inputs would give on average over all luck, from a few lives of each draw.

A difference that one draw shows is its conditional mean plus luck. Luck makes whichever option it favours look best, so
shares of draws and values of information must come from conditional means. These are found in two steps: a regression on
the drawn inputs, fitted without the draws it predicts, and the part of what is left that luck, known from lives of one
draw, cannot account for. The values of information themselves are in `economics`.

Source: Strong, Oakley, Brennan (2014), Estimating multiparameter partial expected value of perfect information from a
probabilistic sensitivity analysis sample, Medical Decision Making 34:311-326 (regression); Hoerl, Kennard (1970), Ridge
regression, Technometrics 12:55-67; Louis (1984), Estimating a population of parameter values, JASA 79:393-398 (spread
of the estimates made equal to that of what is estimated).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FOLDS = 10
FEWEST = 20  # draws, below which nothing is fitted
SQUARES = 3  # of the inputs that move the values most
PENALTIES = np.logspace(-4, 3, 22)  # per draw, on standardised inputs


def conditional_means(inputs: Floats, values: Floats, luck: Floats | None = None) -> Floats:
    """Draw × column: the mean over luck of each value, given the inputs of its draw.

    Parameters
    ----------
    inputs : array, draw × input
    values : array, draw × column
        Means over the lives of a draw.
    luck : array, column, optional
        Variance of such a mean from luck alone. Without it (one life a draw), what the inputs do not explain counts as
        luck: the answer is then narrower than the truth, the more so the fewer draws there are.

    Columns keep their means.
    """
    fitted = cross_fitted(inputs, values)
    if luck is None:
        return np.asarray(fitted + (values - fitted).mean(axis=0), np.float64)
    left = values - fitted
    kept = np.sqrt(np.clip(1.0 - _over(luck, left.var(axis=0)), 0.0, 1.0))
    means = fitted + kept * left
    wanted = np.maximum(values.var(axis=0) - luck, 0.0)
    centred: Floats = means - means.mean(axis=0)
    return np.asarray(values.mean(axis=0) + centred * np.sqrt(_over(wanted, means.var(axis=0))), np.float64)


def cross_fitted(inputs: Floats, values: Floats, leading: int | None = None) -> Floats:
    """Draw × column: each draw's values as predicted from its inputs by a regression on the other folds.

    `leading` columns of `values` choose whose squares are used (all of them, if not told).
    """
    n = len(values)
    fold = np.arange(n) % min(FOLDS, n)
    predicted = np.tile(values.mean(axis=0), (n, 1))
    if n < FEWEST or not inputs.shape[1]:
        return predicted
    for k in range(fold.max() + 1):
        out = fold == k
        predicted[out] = _ridge(inputs[~out], values[~out], inputs[out], leading)
    return predicted


def _ridge(inputs: Floats, values: Floats, others: Floats, leading: int | None) -> Floats:
    """Values at other inputs by ridge regression; each column has the penalty that leaves out one draw best, or its mean."""
    z, at = _features(inputs, values[:, :leading], others)
    n, mean = len(values), values.mean(axis=0)
    centred = values - mean
    left, size, right = np.linalg.svd(z, full_matrices=False)
    there = size > 1e-9 * size.max(initial=1e-300)
    left, size, right = left[:, there], size[there], right[there]
    along, onto = left.T @ centred, at @ right.T
    best = ((centred * n / (n - 1)) ** 2).mean(axis=0)  # of the mean alone
    predicted = np.tile(mean, (len(others), 1))
    for penalty in n * PENALTIES:
        shrunk = size**2 / (size**2 + penalty)
        leverage = 1 / n + (left**2) @ shrunk
        error = (centred - left @ (shrunk[:, None] * along)) / np.maximum(1 - leverage, 1e-6)[:, None]
        missed = (error**2).mean(axis=0)
        better = missed < best
        best = np.where(better, missed, best)
        predicted[:, better] = (mean + onto @ ((shrunk / size)[:, None] * along))[:, better]
    return predicted


def _features(inputs: Floats, values: Floats, others: Floats) -> tuple[Floats, Floats]:
    """Standardised inputs and the squares of those that go most with any column, for the fit and elsewhere."""
    z, at = _standardised(inputs, inputs), _standardised(others, inputs)
    centred = values - values.mean(axis=0)
    pull = np.abs(z.T @ _over(centred, centred.std(axis=0))).max(axis=1)
    strongest = np.argsort(-pull, kind="stable")[:SQUARES]
    squares, elsewhere = z[:, strongest] ** 2, at[:, strongest] ** 2
    return np.hstack([z, _standardised(squares, squares)]), np.hstack([at, _standardised(elsewhere, squares)])


def _standardised(values: Floats, by: Floats) -> Floats:
    return _over(values - by.mean(axis=0), by.std(axis=0))


def _over(above: Floats, below: Floats) -> Floats:
    """A quotient; zero where there is nothing to divide by."""
    return np.asarray(above / np.where(below > 0, below, np.inf), np.float64)
