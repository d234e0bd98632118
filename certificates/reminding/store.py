"""The only reader of reminders. All rows are appended."""

from datetime import datetime
from typing import Any

import msgspec

from kernel.clock import from_micros, micros
from kernel.database import Tx


class Reminder(msgspec.Struct, frozen=True):
    """That a certificate ends in `days` days or fewer, and how its holder was told, if so."""

    certificate_id: bytes
    days: int
    at: datetime
    channel: str | None
    delivered_at: datetime | None


_SELECT = (
    "SELECT r.certificate_id, r.days, r.at, d.channel, d.at FROM certificate_reminder r"
    " LEFT JOIN reminder_delivery d"
    " ON d.certificate_id = r.certificate_id AND d.days = r.days"
)


def insert(tx: Tx, certificate_id: bytes, days: int) -> None:
    """Note a reminder; one that is there already is left alone."""
    tx.run(
        "INSERT INTO certificate_reminder (certificate_id, days, at) VALUES (?, ?, ?)"
        " ON CONFLICT (certificate_id, days) DO NOTHING",
        certificate_id,
        days,
        micros(tx.at),
    )


def insert_delivery(
    tx: Tx, certificate_id: bytes, days: int, channel: str, account_id: bytes | None
) -> None:
    """Note how a reminder reached its holder; the first way counts."""
    tx.run(
        "INSERT INTO reminder_delivery (certificate_id, days, channel, account_id, at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (certificate_id, days) DO NOTHING",
        certificate_id,
        days,
        channel,
        account_id,
        micros(tx.at),
    )


def noted(tx: Tx, certificate_id: bytes) -> list[int]:
    """The terms in days that a certificate's holder was to be reminded at."""
    rows = tx.run(
        "SELECT days FROM certificate_reminder WHERE certificate_id = ? ORDER BY days",
        certificate_id,
    )
    return [row[0] for row in rows]


def waiting(tx: Tx) -> list[Reminder]:
    """Reminders that reached nobody yet, oldest first."""
    rows = tx.run(f"{_SELECT} WHERE d.at IS NULL ORDER BY r.at, r.certificate_id")
    return [_reminder(row) for row in rows]


def delivered(tx: Tx, most: int) -> list[Reminder]:
    """Reminders that reached their holders, newest first."""
    rows = tx.run(
        f"{_SELECT} WHERE d.at IS NOT NULL ORDER BY d.at DESC, r.certificate_id LIMIT ?", most
    )
    return [_reminder(row) for row in rows]


def _reminder(row: tuple[Any, ...]) -> Reminder:
    return Reminder(
        row[0], row[1], from_micros(row[2]), row[3], from_micros(row[4]) if row[4] else None
    )
