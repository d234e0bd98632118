"""The only reader of panels and ratings."""

from typing import Any

import msgspec

from kernel import ids
from kernel.clock import micros
from kernel.database import Tx
from question_banks.errors import PanelUnknown


class Panel(msgspec.Struct, frozen=True):
    """A panel: its bank, the round it is in (1, 2; 3: closed), versions (hex) and judges."""

    id: bytes
    bank_id: bytes
    name: str
    round: int
    versions: tuple[str, ...]
    judges: tuple[bytes, ...]


PANELS = "SELECT id, bank_id, name, round, versions, judges FROM angoff_panel"


def insert_panel(tx: Tx, new: Panel) -> None:
    tx.run(
        "INSERT INTO angoff_panel (id, bank_id, name, round, versions, judges)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        new.id,
        new.bank_id,
        new.name,
        new.round,
        msgspec.json.encode(new.versions).decode(),
        msgspec.json.encode([judge.hex() for judge in new.judges]).decode(),
    )


def panel(tx: Tx, panel_id: bytes) -> Panel:
    """One panel; raises PanelUnknown."""
    row = tx.one(f"{PANELS} WHERE id = ?", panel_id)
    if row is None:
        raise PanelUnknown
    return _panel(row)


def panels(tx: Tx) -> list[Panel]:
    """Every panel, the open ones first."""
    return [_panel(row) for row in tx.run(f"{PANELS} ORDER BY round, name, id")]


def panels_of(tx: Tx, judge: bytes) -> list[Panel]:
    """The panels in which an account judges."""
    return [own for own in panels(tx) if judge in own.judges]


def _panel(row: tuple[Any, ...]) -> Panel:
    versions = msgspec.json.decode(row[4], type=tuple[str, ...])
    judges = msgspec.json.decode(row[5], type=tuple[str, ...])
    held = tuple(bytes.fromhex(judge) for judge in judges)
    return Panel(row[0], row[1], row[2], row[3], versions, held)


def set_round(tx: Tx, panel_id: bytes, number: int) -> None:
    tx.run("UPDATE angoff_panel SET round = ? WHERE id = ?", number, panel_id)


def add_ratings(
    tx: Tx, panel_id: bytes, number: int, judge: bytes, ratings: dict[str, int]
) -> None:
    """Append a judge's ratings (per cent by version, hex) of a round; the newest count."""
    tx.run_many(
        "INSERT INTO angoff_rating (id, panel_id, round, account_id, version, rating, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (ids.new_id(), panel_id, number, judge, bytes.fromhex(version), rating, micros(tx.at))
            for version, rating in ratings.items()
        ],
    )


def ratings(tx: Tx, panel_id: bytes, number: int) -> dict[tuple[str, str], int]:
    """The newest rating of each judge (id, hex) for each version (hex) in a round."""
    rows = tx.run(
        "SELECT account_id, version, rating FROM angoff_rating WHERE panel_id = ? AND round = ?"
        " ORDER BY at, id",
        panel_id,
        number,
    )
    return {(row[0].hex(), row[1].hex()): row[2] for row in rows}
