"""The only reader of lists of items. Pages go by key: the next page costs what the first did."""

from collections.abc import Iterable

import msgspec

from kernel.clock import micros
from kernel.database import Tx
from question_banks.errors import StimulusUnknown
from question_banks.states import ItemState
from question_banks.stimulus import Stimulus
from question_banks.store import SHOWN


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of items is filtered by; empty fields do not filter."""

    text: str = ""
    state: str = ""
    competency: str = ""
    level: int | None = None
    family: str = ""
    cognitive: str = ""
    tag: str = ""
    writer: bytes | None = None


class Row(msgspec.Struct, frozen=True):
    """An item in a list."""

    id: bytes
    code: str
    state: ItemState
    competency: str
    level: int
    family: str
    excerpt: str
    number: int


class Supply(msgspec.Struct, frozen=True):
    """How many items of one kind there are in one state."""

    competency: str
    level: int
    family: str
    state: str
    count: int


def search(tx: Tx, bank_id: bytes, query: Query, *, after: str = "", limit: int = 50) -> list[Row]:
    """A bank's items that fit, in the order of their codes, from the first beyond `after`."""
    terms, params = _filter(query)
    rows = tx.run(
        "SELECT i.id, i.external_id, i.state, i.competency, i.level, i.family, i.excerpt,"
        " (SELECT MAX(v.number) FROM item_version v WHERE v.item_id = i.id)"
        f" FROM item i WHERE i.bank_id = ? AND i.external_id > ? AND{SHOWN}{terms}"
        " ORDER BY i.external_id LIMIT ?",
        bank_id,
        after,
        *params,
        limit,
    )
    return [Row(row[0], row[1], ItemState(row[2]), *row[3:]) for row in rows]


def _filter(query: Query) -> tuple[str, list[object]]:
    found: list[tuple[str, object]] = []
    words = query.text.casefold().split()
    found += [("i.words LIKE ? ESCAPE '!'", f"%{_literal(word)}%") for word in words]
    for column in ("state", "competency", "level", "family", "cognitive"):
        value = getattr(query, column)
        if value not in {"", None}:
            found.append((f"i.{column} = ?", value))
    if query.writer is not None:
        found.append(("i.writer_id = ?", query.writer))
    if query.tag:
        found.append(
            ("EXISTS (SELECT 1 FROM item_tag t WHERE t.item_id = i.id AND t.tag = ?)", query.tag)
        )
    return "".join(f" AND {term}" for term, _ in found), [value for _, value in found]


def _literal(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def supply(tx: Tx, bank_id: bytes | None = None) -> list[Supply]:
    """How many items there are by competency, level, family and state; in one bank or all."""
    where, params = ("", ()) if bank_id is None else (" AND i.bank_id = ?", (bank_id,))
    rows = tx.run(
        f"SELECT competency, level, family, state, COUNT(*) FROM item i WHERE{SHOWN}{where}"
        " GROUP BY competency, level, family, state ORDER BY competency, level, family",
        *params,
    )
    return [Supply(*row) for row in rows]


def published_kinds(tx: Tx) -> dict[tuple[str, str, int, str], int]:
    """How many published items there are by family, competency, level and cognitive level."""
    rows = tx.run(
        "SELECT family, competency, level, cognitive, COUNT(*) FROM item WHERE state = 'published'"
        " GROUP BY family, competency, level, cognitive"
    )
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


def waiting(
    tx: Tx, account_id: bytes, *, after: bytes = b"", limit: int = 50
) -> list[tuple[Row, bytes]]:
    """Submitted items with their bank, for a reviewer who wrote none of their versions.

    In the order of random ids, which tells nothing of their writers. What the reviewer approved
    already (as the first of two) is left out.
    """
    rows = tx.run(
        "SELECT i.id, i.external_id, i.state, i.competency, i.level, i.family, i.excerpt,"
        " (SELECT MAX(v.number) FROM item_version v WHERE v.item_id = i.id), i.bank_id"
        f" FROM item i WHERE i.state = 'submitted' AND i.id > ? AND{SHOWN}"
        " AND NOT EXISTS (SELECT 1 FROM item_version w WHERE w.item_id = i.id AND w.writer_id = ?)"
        " AND NOT EXISTS (SELECT 1 FROM item_review r WHERE r.item_id = i.id"
        " AND r.version = i.version AND r.account_id = ? AND r.decision = 'approve')"
        " ORDER BY i.id LIMIT ?",
        after,
        account_id,
        account_id,
        limit,
    )
    return [(Row(row[0], row[1], ItemState(row[2]), *row[3:8]), row[8]) for row in rows]


def count_waiting(tx: Tx, account_id: bytes) -> tuple[int, int]:
    """How many submitted items others wrote, and how many this account wrote at."""
    row = tx.one(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM item_version w"
        " WHERE w.item_id = i.id AND w.writer_id = ?) THEN 1 ELSE 0 END), 0)"
        f" FROM item i WHERE i.state = 'submitted' AND{SHOWN}",
        account_id,
    )
    whole, own = (int(row[0]), int(row[1])) if row else (0, 0)
    return whole - own, own


def set_tags(tx: Tx, item_id: bytes, tags: tuple[str, ...]) -> None:
    tx.run("DELETE FROM item_tag WHERE item_id = ?", item_id)
    tx.run_many(
        "INSERT INTO item_tag (item_id, tag) VALUES (?, ?)", [(item_id, tag) for tag in tags]
    )


def add_tags(tx: Tx, item_id: bytes, tags: tuple[str, ...]) -> None:
    """Give an item tags beside those it has."""
    tx.run_many(
        "INSERT INTO item_tag (item_id, tag) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(item_id, tag) for tag in tags],
    )


def tags(tx: Tx, item_id: bytes) -> tuple[str, ...]:
    rows = tx.run("SELECT tag FROM item_tag WHERE item_id = ? ORDER BY tag", item_id)
    return tuple(row[0] for row in rows)


def tags_of_bank(tx: Tx, bank_id: bytes) -> list[str]:
    """Every tag that a bank's items bear."""
    rows = tx.run(
        "SELECT d.tag FROM (SELECT DISTINCT tag FROM item_tag) d WHERE EXISTS (SELECT 1"
        " FROM item_tag t JOIN item i ON i.id = t.item_id WHERE t.tag = d.tag AND i.bank_id = ?"
        f" AND{SHOWN}) ORDER BY d.tag",
        bank_id,
    )
    return [row[0] for row in rows]


def set_enemies(tx: Tx, item_id: bytes, enemies: tuple[bytes, ...]) -> None:
    """Make exactly these the item's enemies, seen from both sides."""
    tx.run("DELETE FROM item_enemy WHERE item_id = ? OR enemy_id = ?", item_id, item_id)
    pairs = [(item_id, enemy) for enemy in enemies] + [(enemy, item_id) for enemy in enemies]
    tx.run_many("INSERT INTO item_enemy (item_id, enemy_id) VALUES (?, ?)", pairs)


def enemies(tx: Tx, item_id: bytes) -> list[tuple[bytes, str]]:
    """Id and code of an item's enemies."""
    rows = tx.run(
        "SELECT i.id, i.external_id FROM item_enemy e JOIN item i ON i.id = e.enemy_id"
        " WHERE e.item_id = ? ORDER BY i.external_id",
        item_id,
    )
    return [(row[0], row[1]) for row in rows]


def enemies_of_bank(tx: Tx, bank_id: bytes) -> dict[str, list[str]]:
    """Codes of the enemies of each item that has some, by the item's code."""
    rows = tx.run(
        "SELECT i.external_id, o.external_id FROM item_enemy e JOIN item i ON i.id = e.item_id"
        " JOIN item o ON o.id = e.enemy_id WHERE i.bank_id = ? ORDER BY o.external_id",
        bank_id,
    )
    found: dict[str, list[str]] = {}
    for code, enemy in rows:
        found.setdefault(code, []).append(enemy)
    return found


def enemy_versions(tx: Tx, versions: Iterable[bytes]) -> frozenset[tuple[bytes, bytes]]:
    """Pairs of the given versions whose items may not meet on one paper, in both directions."""
    wanted = frozenset(versions)
    rows = tx.run(
        "SELECT i.version, o.version FROM item_enemy e JOIN item i ON i.id = e.item_id"
        " JOIN item o ON o.id = e.enemy_id"
    )
    pairs = {(one, other) for one, other in rows if one in wanted and other in wanted}
    return frozenset(pairs | {(other, one) for one, other in pairs if one != other})


def tags_by_item(tx: Tx, bank_id: bytes) -> dict[str, list[str]]:
    """Tags of each item of a bank that has some, by the item's code."""
    rows = tx.run(
        "SELECT i.external_id, t.tag FROM item_tag t JOIN item i ON i.id = t.item_id"
        " WHERE i.bank_id = ? ORDER BY t.tag",
        bank_id,
    )
    found: dict[str, list[str]] = {}
    for code, tag in rows:
        found.setdefault(code, []).append(tag)
    return found


def add_stimulus(tx: Tx, bank_id: bytes, new: Stimulus) -> None:
    tx.run(
        "INSERT INTO stimulus (digest, bank_id, title, html, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (digest, bank_id) DO NOTHING",
        new.digest,
        bank_id,
        new.title,
        new.html,
        micros(tx.at),
    )


def stimuli(tx: Tx, bank_id: bytes) -> list[Stimulus]:
    """A bank's stimuli by title."""
    rows = tx.run(
        "SELECT digest, title, html FROM stimulus WHERE bank_id = ? ORDER BY title, at", bank_id
    )
    return [Stimulus(*row) for row in rows]


def stimulus(tx: Tx, digest: bytes) -> Stimulus:
    """One stimulus by its digest; raises StimulusUnknown."""
    row = tx.one("SELECT digest, title, html FROM stimulus WHERE digest = ? LIMIT 1", digest)
    if row is None:
        raise StimulusUnknown
    return Stimulus(*row)
