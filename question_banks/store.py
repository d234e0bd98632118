"""The only reader of the question banks' tables."""

from collections.abc import Iterable
from typing import Any

import msgspec

from kernel.clock import micros
from kernel.database import Tx
from question_banks.content import Content, from_bytes
from question_banks.content import digest as digest_of
from question_banks.errors import BankUnknown, ItemUnknown
from question_banks.formats.markup import plain
from question_banks.states import ItemState, ReviewRule

CONTENTS_KEPT = 8192
EXCERPT_KEPT = 160
WORDS_KEPT = 2000
_contents: dict[bytes, Content] = {}


class Bank(msgspec.Struct, frozen=True):
    """A bank; `thresholds` is JSON, see statistics.flags."""

    id: bytes
    name: str
    review: str
    thresholds: str


class CountedBank(Bank, frozen=True):
    """A bank with its number of items by state."""

    items: int
    published: int
    submitted: int


class Item(msgspec.Struct, frozen=True):
    """An item with the content of its newest version."""

    id: bytes
    bank_id: bytes
    external_id: str
    state: ItemState
    version: bytes
    number: int
    writer_id: bytes
    content: Content


class Known(msgspec.Struct, frozen=True):
    """An item that a bank has: newest version and its number, and whether it is still unseen."""

    id: bytes
    version: bytes
    number: int
    hidden: bool


Columns = tuple[str | int, ...]
SHOWN = " NOT EXISTS (SELECT 1 FROM arrival a WHERE a.id = i.arrival)"
BANK = "SELECT b.id, b.name, b.review, b.thresholds"
COUNTED = (
    f"{BANK}, COALESCE(c.items, 0), COALESCE(c.published, 0), COALESCE(c.submitted, 0)"
    " FROM item_bank b LEFT JOIN (SELECT i.bank_id, COUNT(*) items,"
    " SUM(CASE WHEN i.state = 'published' THEN 1 ELSE 0 END) published,"
    " SUM(CASE WHEN i.state = 'submitted' THEN 1 ELSE 0 END) submitted"
    f" FROM item i WHERE{SHOWN} GROUP BY i.bank_id) c ON c.bank_id = b.id ORDER BY b.name"
)
NEWEST = (
    " JOIN item_version v ON v.item_id = i.id"
    " AND v.number = (SELECT MAX(n.number) FROM item_version n WHERE n.item_id = i.id)"
)
ITEMS = (
    "SELECT i.id, i.bank_id, i.external_id, i.state, i.version, v.number, i.writer_id, v.content"
    f" FROM item i{NEWEST}"
)


def banks(tx: Tx) -> list[CountedBank]:
    return [CountedBank(*row) for row in tx.run(COUNTED)]


def bank(tx: Tx, bank_id: bytes) -> Bank:
    """One bank; raises BankUnknown."""
    row = tx.one(f"{BANK} FROM item_bank b WHERE b.id = ?", bank_id)
    if row is None:
        raise BankUnknown
    return Bank(*row)


def review_rule(tx: Tx, bank_id: bytes) -> ReviewRule:
    """How a bank's items are approved; raises BankUnknown."""
    row = tx.one("SELECT review FROM item_bank WHERE id = ?", bank_id)
    if row is None:
        raise BankUnknown
    return ReviewRule(row[0])


def bank_named(tx: Tx, name: str) -> bytes | None:
    row = tx.one("SELECT id FROM item_bank WHERE name = ?", name)
    return row[0] if row else None


def insert_bank(tx: Tx, bank_id: bytes, name: str, review: ReviewRule) -> None:
    tx.run(
        "INSERT INTO item_bank (id, name, review, created_at) VALUES (?, ?, ?, ?)",
        bank_id,
        name,
        str(review),
        micros(tx.at),
    )


def set_bank(tx: Tx, bank_id: bytes, *, review: ReviewRule, thresholds: str) -> None:
    tx.run(
        "UPDATE item_bank SET review = ?, thresholds = ? WHERE id = ?",
        str(review),
        thresholds,
        bank_id,
    )


def items(tx: Tx, bank_id: bytes, state: ItemState | None = None) -> list[Item]:
    """A bank's items by their ids in its files, all or those in one state."""
    wanted = "" if state is None else " AND i.state = ?"
    params = (bank_id,) if state is None else (bank_id, str(state))
    rows = tx.run(f"{ITEMS} WHERE i.bank_id = ?{wanted} AND{SHOWN} ORDER BY i.external_id", *params)
    return [_item(row) for row in rows]


def items_in_state(tx: Tx, state: ItemState) -> list[Item]:
    """Items of every bank in a state, in an order that tells nothing of their writers."""
    rows = tx.run(f"{ITEMS} WHERE i.state = ? AND{SHOWN} ORDER BY i.id", str(state))
    return [_item(row) for row in rows]


def item(tx: Tx, item_id: bytes) -> Item:
    """One item; raises ItemUnknown."""
    row = tx.one(f"{ITEMS} WHERE i.id = ? AND{SHOWN}", item_id)
    if row is None:
        raise ItemUnknown
    return _item(row)


def item_called(tx: Tx, bank_id: bytes, external_id: str) -> tuple[bytes, bytes, int] | None:
    """Id, newest version and its number of an item by its id in the bank's files."""
    row = tx.one(
        f"SELECT i.id, i.version, v.number FROM item i{NEWEST}"
        " WHERE i.bank_id = ? AND i.external_id = ?",
        bank_id,
        external_id,
    )
    return (row[0], row[1], row[2]) if row else None


def items_called(tx: Tx, bank_id: bytes, external_ids: list[str]) -> dict[str, Known]:
    """What a bank has of a few items by their ids in its files, unseen ones included."""
    marks = ", ".join("?" for _ in external_ids)
    rows = tx.run(
        "SELECT i.external_id, i.id, i.version,"
        " (SELECT MAX(v.number) FROM item_version v WHERE v.item_id = i.id),"
        " EXISTS (SELECT 1 FROM arrival a WHERE a.id = i.arrival)"
        f" FROM item i WHERE i.bank_id = ? AND i.external_id IN ({marks})",
        bank_id,
        *external_ids,
    )
    return {row[0]: Known(row[1], row[2], row[3], bool(row[4])) for row in rows}


def arrival_of(tx: Tx, bank_id: bytes, account_id: bytes, file: bytes) -> bytes | None:
    """The open arrival of the same file by the same hand."""
    row = tx.one(
        "SELECT id FROM arrival WHERE bank_id = ? AND account_id = ? AND file = ?",
        bank_id,
        account_id,
        file,
    )
    return row[0] if row else None


def insert_arrival(tx: Tx, arrival: bytes, bank_id: bytes, account_id: bytes, file: bytes) -> None:
    tx.run(
        "INSERT INTO arrival (id, bank_id, account_id, file, at) VALUES (?, ?, ?, ?, ?)",
        arrival,
        bank_id,
        account_id,
        file,
        micros(tx.at),
    )


def remove_arrival(tx: Tx, arrival: bytes) -> None:
    """From now on its items are seen."""
    tx.run("DELETE FROM arrival WHERE id = ?", arrival)


def set_arrival(tx: Tx, item_id: bytes, arrival: bytes) -> None:
    tx.run("UPDATE item SET arrival = ? WHERE id = ?", arrival, item_id)


def versions(tx: Tx, item_id: bytes) -> list[tuple[bytes, int, int]]:
    """Digest, number and time of an item's versions, newest first."""
    rows = tx.run(
        "SELECT digest, number, created_at FROM item_version WHERE item_id = ?"
        " ORDER BY number DESC",
        item_id,
    )
    return [(row[0], row[1], row[2]) for row in rows]


def versions_of_bank(tx: Tx, bank_id: bytes) -> frozenset[str]:
    """Digests (hex) of every version of a bank's items."""
    rows = tx.run(
        "SELECT v.digest FROM item_version v JOIN item i ON i.id = v.item_id WHERE i.bank_id = ?",
        bank_id,
    )
    return frozenset(row[0].hex() for row in rows)


def codes(tx: Tx, digests: Iterable[bytes]) -> dict[str, str]:
    """The bank's id of the item of each version, by the version's digest (hex)."""
    found = {}
    for digest in digests:
        row = tx.one(
            "SELECT i.external_id FROM item_version v JOIN item i ON i.id = v.item_id"
            " WHERE v.digest = ? LIMIT 1",
            digest,
        )
        if row is not None:
            found[digest.hex()] = str(row[0])
    return found


def insert_item(
    tx: Tx, new: Item, data: bytes, *, columns: Columns = (), arrival: bytes | None = None
) -> None:
    """Insert an item and its first version; with an open `arrival` it is not seen yet.

    `columns` are what `repeated` gives, when that was asked for before.
    """
    tx.run(
        "INSERT INTO item (id, bank_id, external_id, state, version, writer_id, arrival,"
        " competency, level, family, language, cognitive, excerpt, words)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id,
        new.bank_id,
        new.external_id,
        str(new.state),
        new.version,
        new.writer_id,
        arrival,
        *(columns or repeated(new.external_id, new.content)),
    )
    insert_version(tx, new, data)


def insert_version(tx: Tx, new: Item, data: bytes) -> None:
    tx.run(
        "INSERT INTO item_version (digest, item_id, number, content, writer_id, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        new.version,
        new.id,
        new.number,
        data,
        new.writer_id,
        micros(tx.at),
    )


def move_to_version(tx: Tx, new: Item, *, columns: Columns = ()) -> None:
    """Point an item at a newer version, back in its first state, under its new writer."""
    tx.run(
        "UPDATE item SET version = ?, state = ?, writer_id = ?, reviewer_id = NULL,"
        " competency = ?, level = ?, family = ?, language = ?, cognitive = ?, excerpt = ?,"
        " words = ? WHERE id = ?",
        new.version,
        str(new.state),
        new.writer_id,
        *(columns or repeated(new.external_id, new.content)),
        new.id,
    )


def repeated(external_id: str, own: Content) -> Columns:
    """The columns that repeat a content, for lists and searches."""
    stem = plain(own.stem)
    texts = [external_id, stem, own.indicator, *(plain(option.html) for option in own.options)]
    words = " ".join(texts).casefold()[:WORDS_KEPT]
    place = (own.competency, own.level)
    return (*place, own.family, own.language, own.cognitive, stem[:EXCERPT_KEPT], words)


def set_state(
    tx: Tx, item_id: bytes, state: ItemState, *, reviewer_id: bytes | None = None
) -> None:
    tx.run(
        "UPDATE item SET state = ?, reviewer_id = COALESCE(?, reviewer_id) WHERE id = ?",
        str(state),
        reviewer_id,
        item_id,
    )


def contents(tx: Tx, digests: Iterable[bytes]) -> dict[bytes, Content]:
    """Contents of versions by digest; raises ItemUnknown when one is missing.

    A version never changes, so what was read once is kept in memory.
    """
    found = {}
    for digest in digests:
        content = _contents.get(digest)
        if content is None:
            content = from_bytes(version_bytes(tx, digest))
            if len(_contents) >= CONTENTS_KEPT:
                _contents.clear()
            _contents[digest] = content
        found[digest] = content
    return found


def version_bytes(tx: Tx, digest: bytes) -> bytes:
    """Stored bytes of a version; raises ItemUnknown."""
    row = tx.one("SELECT content FROM item_version WHERE digest = ?", digest)
    if row is None:
        raise ItemUnknown(version=digest.hex())
    content: bytes = row[0]
    return content


def altered(tx: Tx) -> list[str]:
    """Item versions (bank's id for the item, digest) whose stored bytes do not fit their digest."""
    rows = tx.run(
        "SELECT i.external_id, v.digest, v.content FROM item_version v"
        " JOIN item i ON i.id = v.item_id ORDER BY i.external_id, v.number"
    )
    return [f"{row[0]} ({row[1].hex()[:12]})" for row in rows if digest_of(row[2]) != row[1]]


def published(tx: Tx, competencies: Iterable[str]) -> list[tuple[bytes, Content]]:
    """Digest and content of every published item of the competencies."""
    found = []
    for competency in competencies:
        rows = tx.run(
            f"SELECT i.version, v.content FROM item i{NEWEST}"
            " WHERE i.state = 'published' AND i.competency = ?",
            competency,
        )
        found += [(row[0], from_bytes(row[1])) for row in rows]
    return found


def names(tx: Tx, digests: Iterable[bytes]) -> dict[bytes, set[tuple[bytes, str]]]:
    """Bank and code of every item whose newest version is one of the digests."""
    found: dict[bytes, set[tuple[bytes, str]]] = {}
    for digest in digests:
        rows = tx.run("SELECT bank_id, external_id FROM item WHERE version = ?", digest)
        found[digest] = {(row[0], row[1]) for row in rows}
    return found


def published_versions(tx: Tx, competencies: Iterable[str]) -> set[bytes]:
    """Digests of the published items of the competencies."""
    found: set[bytes] = set()
    for competency in competencies:
        rows = tx.run(
            "SELECT version FROM item WHERE state = 'published' AND competency = ?", competency
        )
        found.update(row[0] for row in rows)
    return found


def versions_of_same_items(tx: Tx, digests: Iterable[bytes]) -> set[bytes]:
    """Every version of the items that the given versions belong to."""
    found: set[bytes] = set()
    for digest in digests:
        rows = tx.run(
            "SELECT o.digest FROM item_version v JOIN item_version o ON o.item_id = v.item_id"
            " WHERE v.digest = ?",
            digest,
        )
        found.update(row[0] for row in rows)
    return found


def writers(tx: Tx, digests: Iterable[bytes]) -> set[bytes]:
    """Accounts that wrote the versions; equal versions of several items count for each."""
    found: set[bytes] = set()
    for digest in digests:
        rows = tx.run("SELECT writer_id FROM item_version WHERE digest = ?", digest)
        found.update(row[0] for row in rows)
    return found


def item_writers(tx: Tx, item_id: bytes) -> set[bytes]:
    """Accounts that wrote any version of an item."""
    rows = tx.run("SELECT writer_id FROM item_version WHERE item_id = ?", item_id)
    return {row[0] for row in rows}


def _item(row: tuple[Any, ...]) -> Item:
    item_id, bank_id, external_id, state, version, number, writer_id, data = row
    return Item(
        item_id,
        bank_id,
        external_id,
        ItemState(state),
        version,
        number,
        writer_id,
        from_bytes(data),
    )
