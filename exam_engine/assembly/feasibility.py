"""Whether a frozen pool can carry its blueprint: counted where it can be, tried where it cannot.

Rows with groups, whole sets and required items are counted exactly. What looks at the whole paper
(enemies, difficulty) is tried on draws from fixed seeds: a draw repeats until it satisfies, so a
blueprint that few draws satisfy would hold up every start, and a paper could be guessed.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from exam_engine.assembly import constraints as constraining
from exam_engine.assembly import draw
from exam_engine.assembly.draw import Plan
from exam_engine.assembly.drbg import Drbg
from exam_engine.assembly.pool import Blueprint, Manifest, pool_items
from exam_engine.errors import BlueprintTooNarrow, DrawExhausted, PoolTooSmall

SEED: Final = b"ujikom/feasibility/v1\0"
TRIES: Final = 400
LEAST: Final = 20  # of the tries: one in twenty draws has to satisfy
TRIES_OF_ONE: Final = 60  # for a candidate who may not get some items: one has to satisfy


class Trial(msgspec.Struct, frozen=True):
    """How many of the tried draws satisfied, and which constraint failed how often."""

    tried: int
    accepted: int
    failed: Mapping[str, int]


def assess(
    blueprint: Blueprint, manifest: Manifest, unseen: Mapping[str, frozenset[bytes]]
) -> Trial:
    """Check the blueprint for everyone, and for each candidate (number) who may not get some items.

    Raises PoolTooSmall (row and missing, with the candidate's number when it is about one),
    BlueprintTooNarrow (the constraint that fails most).
    """
    general = trial(_plan(blueprint, manifest, frozenset()), blueprint, TRIES)
    _require(general, LEAST)
    for number, excluded in unseen.items():
        try:
            own = _plan(blueprint, manifest, excluded)
        except PoolTooSmall as error:
            raise PoolTooSmall(**error.data, candidate=number) from error
        _require(trial(own, blueprint, TRIES_OF_ONE), 1, candidate=number)
    return general


def trial(ready: Plan, blueprint: Blueprint, tries: int) -> Trial:
    """Draw from fixed seeds without repeating; nothing is tried when every draw satisfies."""
    constrained = blueprint.constrained
    failed: Counter[str] = Counter()
    if constrained == constraining.Constraints(together=constrained.together):
        return Trial(tries, tries, failed)
    for number in range(tries):
        stream = Drbg(hashlib.sha256(SEED + number.to_bytes(4, "big")).digest())
        fault = _fault(stream, ready, blueprint)
        if fault:
            failed[fault] += 1
    return Trial(tries, tries - failed.total(), failed)


def _fault(stream: Drbg, ready: Plan, blueprint: Blueprint) -> str | None:
    try:
        drawn = draw.attempt(stream, ready)
    except DrawExhausted:
        return "enemies"
    fault = constraining.fault(drawn, ready.constraints, ready.sizes)
    limit = ready.constraints.key_limit
    if fault or not limit:
        return fault
    keyed = [
        (item, tuple(draw.choose(stream, item.options, len(item.options)))
         if blueprint.shuffle_options else item.options)
        for _, item in drawn
    ]  # fmt: skip
    return None if constraining.balanced(keyed, limit) else "key_limit"


def _require(found: Trial, least: int, **about: str) -> None:
    if found.accepted < least:
        worst = max(found.failed, key=lambda name: found.failed[name])
        raise BlueprintTooNarrow(
            constraint=worst, accepted=found.accepted, tried=found.tried, **about
        )


def _plan(blueprint: Blueprint, manifest: Manifest, excluded: frozenset[bytes]) -> Plan:
    return draw.plan(
        cells=blueprint.cells,
        pool=pool_items(manifest),
        excluded=excluded,
        constrained=blueprint.constrained,
    )
