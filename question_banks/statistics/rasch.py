"""Rasch calibration by marginal maximum likelihood: P(right) = 1 / (1 + exp(b - ability)).

`by_margins` fits each item's own margin (the share of right answers, abilities standard normal):
one equation per item, consistent under randomly drawn papers, the estimator of the reference
figures that tests compare with. `calibrate` maximises the likelihood of whole papers (Bock and
Aitkin 1981) and gives standard errors and the spread of abilities; it is the better one to use.
Right means full marks, anything less is wrong.
"""

from typing import Final

import msgspec
import numpy as np

from question_banks.statistics.matrix import Floats, Matrix

NODES: Final = 61
STEPS: Final = 2000
ENOUGH: Final = 1e-6
FEWEST_PAPERS: Final = 200
EDGE: Final = 0.5  # an item that all (or none) solve counts as half a person short of it
MOST_STEP: Final = 1.0
FULL_INFORMATION: Final = 400


class Difficulty(msgspec.Struct, frozen=True, kw_only=True):
    """An item version's difficulty b in logits, with its standard error."""

    version: str
    b: float
    standard_error: float


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """Difficulties, the spread of abilities (mean 0), and the log-likelihood reached."""

    items: tuple[Difficulty, ...]
    ability_sd: float
    log_likelihood: float


def probability(ability: Floats, b: Floats) -> Floats:
    """P(right), abilities down, items across."""
    chance: Floats = 1.0 / (1.0 + np.exp(b[None, :] - ability[:, None]))
    return chance


def by_margins(matrix: Matrix) -> Floats:
    """Difficulties whose expected share of right answers equals the observed one."""
    nodes, weights = _normal()
    counts = matrix.counts()
    right = matrix.by_item(_right(matrix))
    p = np.clip(right, EDGE, counts - EDGE) / counts
    b = -np.log(p / (1 - p))
    for _ in range(STEPS):
        chance = probability(nodes, b)
        step = (weights @ chance - p) / (weights @ (chance * (1 - chance)))
        b = b + np.clip(step, -MOST_STEP, MOST_STEP)
        if float(np.abs(step).max()) < ENOUGH:
            break
    return b


def calibrate(matrix: Matrix, *, ability_sd: float | None = None) -> Calibration:
    """Difficulties of every item by the likelihood of whole papers.

    `ability_sd` fixes the spread of abilities; None estimates it.
    """
    nodes, weights = _normal()
    right, counts = _right(matrix), matrix.counts()
    b = by_margins(matrix)
    sd = 1.0 if ability_sd is None else ability_sd
    target = np.clip(matrix.by_item(right), EDGE, counts - EDGE)
    for _ in range(STEPS):
        ability = sd * nodes
        posterior, _ = _posterior(matrix, right, ability, weights, b)
        takers = _takers(matrix, posterior)
        before_b, before_sd = b, sd
        b = _solve(takers, ability, b, target)
        if ability_sd is None:
            sd = float(np.sqrt((posterior @ ability**2).mean()))
        if max(float(np.abs(b - before_b).max()), abs(sd - before_sd)) < ENOUGH:
            break
    ability = sd * nodes
    posterior, likelihood = _posterior(matrix, right, ability, weights, b)
    errors = _errors(matrix, right, ability, posterior, b)
    return Calibration(
        items=tuple(
            Difficulty(version=v, b=float(d), standard_error=float(e))
            for v, d, e in zip(matrix.versions, b, errors, strict=True)
        ),
        ability_sd=sd,
        log_likelihood=likelihood,
    )


def _right(matrix: Matrix) -> Floats:
    full: Floats = (matrix.share >= 1.0).astype(np.float64)
    return full


def _normal() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()


def _posterior(
    matrix: Matrix, right: Floats, ability: Floats, weights: Floats, b: Floats
) -> tuple[Floats, float]:
    """Each paper's distribution over the nodes (papers down), and the log-likelihood of all."""
    logit = ability[:, None] - b[None, :]
    wrong = -np.logaddexp(0.0, logit)
    both = np.empty((matrix.persons, len(ability)))
    for q in range(len(ability)):
        terms = wrong[q][matrix.item] + right * logit[q][matrix.item]
        both[:, q] = np.bincount(matrix.person, weights=terms, minlength=matrix.persons)
    both += np.log(np.maximum(weights, 1e-300))[None, :]
    most = both.max(axis=1, keepdims=True)
    np.exp(both - most, out=both)
    whole = both.sum(axis=1, keepdims=True)
    both /= whole
    return both, float((most + np.log(whole)).sum())


def _takers(matrix: Matrix, posterior: Floats) -> Floats:
    """Expected number of takers of each item at each node (nodes down)."""
    return np.stack([matrix.by_item(column[matrix.person]) for column in posterior.T])


def _solve(takers: Floats, ability: Floats, b: Floats, target: Floats) -> Floats:
    """One Newton step for every item: expected right answers equal the observed ones."""
    chance = probability(ability, b)
    step = ((takers * chance).sum(axis=0) - target) / (takers * chance * (1 - chance)).sum(axis=0)
    stepped: Floats = b + np.clip(step, -MOST_STEP, MOST_STEP)
    return stepped


def _errors(matrix: Matrix, right: Floats, ability: Floats, posterior: Floats, b: Floats) -> Floats:
    """From the cross-products of the papers' scores; for very many items their diagonal alone."""
    expected = posterior @ probability(ability, b)
    score = expected[matrix.person, matrix.item] - right
    if matrix.items > FULL_INFORMATION:
        alone: Floats = 1.0 / np.sqrt(np.maximum(matrix.by_item(score**2), 1e-12))
        return alone
    table = np.zeros((matrix.persons, matrix.items))
    table[matrix.person, matrix.item] = score
    errors: Floats = np.sqrt(np.clip(np.diag(np.linalg.pinv(table.T @ table)), 0, None))
    return errors
