"""Recording deeds: leaf, chain, opening and outbox in the deed's own transaction."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit import commitment, leaf, log, merkle, store
from audit.errors import EventMisdefined, EventTypeTaken, OpeningMissing
from audit.events import Event, SoftwareVersion, clear_fields, plain, registered, shape
from audit.log import Entry
from kernel.database import Database, Tx, emits, emits_nothing
from kernel.sealed import SealBroken, Sealer
from tests.audit.trial import HANDLE, TrialSaved, save

SEALER = Sealer(subject=b"\x07" * 16, key=b"\x08" * 32)


@emits("trial.saved", "software.version")
def record(tx: Tx, /, *, event: Event, **given: Any) -> tuple[Entry, list[str]]:
    return log.record(tx, event, **given), tx.emitted


class DeedFailed(Exception):
    """The deed after the record goes wrong."""


@emits("trial.saved")
def record_and_fail(tx: Tx) -> None:
    log.record(tx, TrialSaved(place=1, answer=[]), handle=HANDLE, sealer=SEALER)
    raise DeedFailed


@emits_nothing("a trial of erasing")
def erase(tx: Tx, *, subject: bytes) -> int:
    return log.erase_openings(tx, subject)


SAVED = TrialSaved(place=3, answer=["B", "D"], item=b"\xff\x00", flagged=True)


def test_record_writes_a_leaf_that_says_what_is_clear_and_hides_the_rest(
    database: Database,
) -> None:
    entry, emitted = database.write_sync(record, event=SAVED, handle=HANDLE, session=bytes(16))

    assert emitted == ["trial.saved"]
    assert (entry.leaf_hash, entry.k) == (merkle.leaf_hash(entry.leaf), 1)
    value = json.loads(entry.leaf)
    assert rfc8785.dumps(value) == entry.leaf
    assert sorted(value.pop("c")) == ["answer", "flagged", "item"]
    assert value == {
        "a": HANDLE.hex(),
        "at": value["at"],
        "d": {"place": 3},
        "k": 1,
        "p": "",
        "s": "a" * 26,
        "t": "trial.saved",
        "v": 1,
    }
    assert database.read_sync(store.waiting_leaves) == [entry.leaf]


def test_record_of_a_handle_chains_to_its_last_event(database: Database) -> None:
    first, second = database.write_sync(save, count=2)
    third, _ = database.write_sync(record, event=SAVED, handle=HANDLE)
    fourth, _ = database.write_sync(
        record, event=SAVED, handle=HANDLE, previous=(third.k, third.leaf_hash)
    )

    entries = [first, second, third, fourth]
    chains = [leaf.decode(entry.leaf).chain for entry in entries]
    assert [chain.k for chain in chains if chain] == [1, 2, 3, 4]
    previous = [chain.previous for chain in chains if chain]
    assert previous == [b"", *(entry.leaf_hash for entry in entries[:3])]
    assert database.read_sync(log.entries_of, handle=HANDLE) == [e.leaf for e in entries]
    assert database.read_sync(log.chain_end, handle=HANDLE) == (4, fourth.leaf_hash)


def test_record_of_two_handles_keeps_their_chains_apart(database: Database) -> None:
    database.write_sync(save, count=3)
    other, _ = database.write_sync(record, event=SAVED, handle=b"\xee" * 16)

    assert other.k == 1
    assert database.read_sync(log.entries_of, handle=b"\xee" * 16) == [other.leaf]


def test_record_with_a_stale_previous_fails_and_leaves_nothing(database: Database) -> None:
    database.write_sync(save, count=2)
    with pytest.raises(Exception, match=r"(?i)unique"):
        database.write_sync(record, event=SAVED, handle=HANDLE, previous=(1, bytes(32)))

    assert database.read_sync(store.waiting) == 2
    assert database.read_sync(store.chain_count) == 2


def test_record_without_handle_has_no_place_and_no_chain(database: Database) -> None:
    entry, _ = database.write_sync(record, event=SAVED)

    assert entry.k == 0
    assert leaf.decode(entry.leaf).chain is None
    assert database.read_sync(store.chain_count) == 0


def test_record_in_a_deed_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(DeedFailed):
        database.write_sync(record_and_fail)

    assert database.read_sync(store.waiting) == 0
    assert database.read_sync(store.chain_count) == 0
    assert database.write_sync(erase, subject=SEALER.subject) == 0


def test_opening_gives_salts_and_values_that_open_the_leafs_commitments(
    database: Database,
) -> None:
    entry, _ = database.write_sync(record, event=SAVED, handle=HANDLE, sealer=SEALER)

    opened = database.read_sync(log.opening, leaf_hash=entry.leaf_hash, sealer=SEALER)

    committed = leaf.decode(entry.leaf).commitments
    assert opened.keys() == committed.keys()
    for name, (salt, value) in opened.items():
        commitment.verify(committed[name], salt, "trial.saved", name, value)
    values = {name: value for name, (_, value) in opened.items()}
    assert values == {"answer": ["B", "D"], "flagged": True, "item": "/wA="}
    assert len({salt for salt, _ in opened.values()}) == 3


def test_same_event_twice_has_other_salts_and_other_commitments(database: Database) -> None:
    one, _ = database.write_sync(record, event=SAVED)
    two, _ = database.write_sync(record, event=SAVED)

    first, second = leaf.decode(one.leaf).commitments, leaf.decode(two.leaf).commitments
    assert not set(first.values()) & set(second.values())


def test_opening_without_a_sealer_is_sealed_for_the_installation(database: Database) -> None:
    entry, _ = database.write_sync(record, event=SAVED)

    opened = database.read_sync(log.opening, leaf_hash=entry.leaf_hash)

    assert opened["answer"][1] == ["B", "D"]
    with pytest.raises(SealBroken):
        database.read_sync(log.opening, leaf_hash=entry.leaf_hash, sealer=SEALER)


def test_event_with_clear_fields_only_has_no_opening(database: Database) -> None:
    entry, _ = database.write_sync(record, event=SoftwareVersion(version="1", engine="sqlite"))

    assert "c" not in json.loads(entry.leaf)
    with pytest.raises(OpeningMissing):
        database.read_sync(log.opening, leaf_hash=entry.leaf_hash)


def test_erasing_a_subject_takes_its_openings_and_leaves_every_leaf(database: Database) -> None:
    erased, _ = database.write_sync(record, event=SAVED, handle=HANDLE, sealer=SEALER)
    kept, _ = database.write_sync(record, event=SAVED, handle=HANDLE)

    assert database.write_sync(erase, subject=SEALER.subject) == 1

    with pytest.raises(OpeningMissing):
        database.read_sync(log.opening, leaf_hash=erased.leaf_hash, sealer=SEALER)
    assert database.read_sync(log.opening, leaf_hash=kept.leaf_hash)
    assert database.read_sync(log.entries_of, handle=HANDLE) == [erased.leaf, kept.leaf]


def test_registry_knows_every_event_by_its_type() -> None:
    known = registered()

    assert known["trial.saved"] is TrialSaved
    assert {"log.created", "log.key_added", "clock.step", "software.version"} <= known.keys()


def test_event_class_with_a_type_already_taken_is_refused() -> None:
    with pytest.raises(EventTypeTaken):

        class Second(Event, frozen=True):
            type = "trial.saved"


@pytest.mark.parametrize("wrong", ["", "saved", "Trial.saved", "trial.", "trial saved"])
def test_event_class_with_a_malformed_type_is_refused(wrong: str) -> None:
    with pytest.raises(EventMisdefined):
        type("Wrong", (Event,), {"type": wrong})


def test_event_class_with_a_clear_field_it_lacks_is_refused() -> None:
    class Lacking(Event, frozen=True):
        type = "trial.lacking"
        clear = frozenset({"absent"})

    with pytest.raises(EventMisdefined) as caught:
        shape(Lacking)

    assert caught.value.data["reason"] == "clear_field_unknown"


class TrialShown(Event, frozen=True):
    type = "trial.shown"
    clear = frozenset({"value"})
    value: Any


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (True, "clear_value"),
        ([1], "clear_value"),
        (1.5, "clear_value"),
        ("e\u0301", "not_nfc"),
        (2**53, "integer_too_large"),
    ],
)
def test_clear_value_that_a_leaf_may_not_show_is_refused(value: object, reason: str) -> None:
    with pytest.raises(EventMisdefined) as caught:
        clear_fields(TrialShown(value=value))

    assert caught.value.data["reason"] == reason


def test_clear_value_of_bytes_is_base64_and_none_is_absent() -> None:
    assert clear_fields(TrialShown(value=b"\xff")) == {"value": "/w=="}
    assert clear_fields(TrialShown(value=None)) == {}


inner = st.none() | st.booleans() | st.text() | st.integers(-(2**53) + 1, 2**53 - 1) | st.binary()
values = st.recursive(
    inner, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(), v, max_size=3)
)


@given(values)
def test_committed_value_of_any_kind_is_hashed_as_rfc8785_spells_it(value: Any) -> None:
    event = TrialSaved(place=0, answer=value)

    salts = bytes(range(32, 64)) * 4
    data, opened = log.compose(event, salts=salts, at=datetime(2026, 11, 22, tzinfo=UTC))
    committed = leaf.decode(data).commitments

    fields = json.loads(opened)
    assert rfc8785.dumps(fields) == opened
    message = commitment.prefix("trial.saved", "answer")
    salt = base64.b64decode(fields["answer"]["salt"])
    expected = commitment.commit_bytes(salt, message, rfc8785.dumps(plain(value)))
    assert committed["answer"] == expected
