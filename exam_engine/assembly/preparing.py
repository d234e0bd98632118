"""Preparing a freeze: the pool's facts, manifest and blueprint, and who may not get what."""

import json
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

import msgspec

from exam_engine.assembly import feasibility, pool, store
from exam_engine.assembly.draw import ALGORITHM
from exam_engine.assembly.pool import Blueprint, Facts, Manifest
from exam_engine.registration import store as registrations
from exam_engine.registration.store import Registration, Session
from exam_engine.schemes import store as schemes
from exam_engine.schemes.scheme import Scheme
from kernel.database import Tx
from question_banks import store as banks
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind
from question_banks.catalogue import store as catalogue

PER_MILLE = 1000


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What a freeze fixes, and the excluded versions by candidate number."""

    published: frozenset[bytes]
    apart: frozenset[tuple[bytes, bytes]]
    manifest: Manifest
    blueprint: Blueprint
    unseen: dict[str, frozenset[bytes]]


def prepare(tx: Tx, *, session: Session, roster: Iterable[Registration]) -> Prepared:
    """Manifest and blueprint of a session as it stands; raises PoolTooSmall, ConstraintImpossible.

    Whether the blueprint can be satisfied is `check`'s part, which needs no database.
    """
    scheme = schemes.scheme(tx, session.scheme)
    published = dict(banks.published(tx, scheme.competencies))
    known = _facts(tx, scheme, frozenset(published))
    manifest = pool.manifest(scheme, published, known)
    constraints = pool.constraints(scheme, manifest, known)
    return Prepared(
        published=frozenset(published),
        apart=catalogue.enemy_versions(tx, published),
        manifest=manifest,
        blueprint=pool.blueprint(scheme, session.scheme, ALGORITHM, constraints),
        unseen=_unseen(tx, scheme, roster),
    )


def check(prepared: Prepared) -> Prepared:
    """The same, once it is known that it can be satisfied; raises what `feasibility.assess` does.

    Takes seconds when constraints have to be tried: not for the writer's thread.
    """
    feasibility.assess(prepared.blueprint, prepared.manifest, prepared.unseen)
    return prepared


def excluded(tx: Tx, *, scheme: Scheme, person_id: bytes, before: int) -> frozenset[bytes]:
    """Every version of the items in a person's last sittings that started before a time (micros).

    Empty when the scheme has no such rule.
    """
    sittings = scheme.assembly.unseen_sittings if scheme.assembly else 0
    if not sittings:
        return frozenset()
    bodies = store.last_papers(tx, person_id, before=before, sittings=sittings)
    seen = {bytes.fromhex(i["version"]) for body in bodies for i in json.loads(body)["items"]}
    return frozenset(banks.versions_of_same_items(tx, seen))


def prepare_session(tx: Tx, *, session_id: bytes) -> Prepared:
    """`prepare` for a session by its id; raises SessionUnknown too."""
    session = registrations.session(tx, session_id)
    return prepare(tx, session=session, roster=registrations.registrations(tx, session_id))


def _unseen(tx: Tx, scheme: Scheme, roster: Iterable[Registration]) -> dict[str, frozenset[bytes]]:
    now = store.now(tx)
    found = {
        own.candidate_no: excluded(tx, scheme=scheme, person_id=own.person_id, before=now)
        for own in roster
    }
    return {number: versions for number, versions in found.items() if versions}


def _facts(tx: Tx, scheme: Scheme, versions: frozenset[bytes]) -> dict[bytes, Facts]:
    """Difficulty from statistics, else the Angoff panel's mean, each with its data's hash."""
    from question_banks.statistics.analysis import item_from  # noqa: PLC0415 - slow import (numpy)

    names = banks.names(tx, versions)
    apart: dict[bytes, set[bytes]] = {}
    for one, other in catalogue.enemy_versions(tx, versions):
        apart.setdefault(one, set()).add(other)
    measured = annotations.newest(tx, versions, Kind.STATISTICS)
    judged = annotations.newest(tx, versions, Kind.ANGOFF)
    capped = scheme.assembly and scheme.assembly.exposure_cap
    shown = _exposure(tx, scheme) if capped else Counter()
    found = {}
    for version in versions:
        difficulty, data, mean = None, None, None
        if version in judged:
            mean = str(json.loads(judged[version].body)["mean"])
            difficulty, data = round(Fraction(mean) * PER_MILLE), judged[version].data.hex()
        if version in measured:
            difficulty = round(item_from(measured[version].body).figures.p * PER_MILLE)
            data = measured[version].data.hex()
        found[version] = Facts(
            names=frozenset(names[version]),
            enemies=frozenset(apart.get(version, ())),
            difficulty=difficulty,
            difficulty_data=data,
            angoff=mean,
            exposure=shown[version],
        )
    return found


def _exposure(tx: Tx, scheme: Scheme) -> Counter[bytes]:
    """On how many papers of any session with the scheme's code each version was."""
    return Counter(
        bytes.fromhex(item["version"])
        for body in store.papers_of_scheme(tx, scheme.code)
        for item in json.loads(body)["items"]
    )
