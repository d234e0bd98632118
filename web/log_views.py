"""What the public page of the log shows: growth as bars, witnesses, the command to check it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from audit import cosignature, note, reads
from audit.closing import ClosedLog
from audit.policy import Policy
from audit.reads import LogState
from kernel.clock import from_micros, unstamp
from kernel.database import Tx
from web.formats import Formats

ZONE: Final = ZoneInfo("Asia/Jakarta")
HOURS: Final = 36
DAYS: Final = 30
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
GAP_PERCENT: Final = 0.4
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9a-f:]+\](:[0-9]{1,5})?")


class Growth(msgspec.Struct, frozen=True):
    """The log's size at moments one unit apart; `hourly` or else daily."""

    hourly: bool
    moments: list[datetime]
    sizes: list[int]


class Page(msgspec.Struct, frozen=True):
    """What the page reads of the log, in one transaction."""

    state: LogState | None
    growth: Growth | None


def read_page(tx: Tx) -> Page:
    """State and growth; a bounded number of rows, however long the log is."""
    state, born = reads.state(tx), reads.birth(tx)
    if state is None or born is None:
        return Page(state, None)
    moments, hourly = boundaries(born, unstamp(state.signed_at))
    return Page(state, Growth(hourly, moments, reads.sizes_at(tx, moments)))


def closed_log(log: ClosedLog, fmt: Formats) -> dict[str, str | None]:
    """A closed log with the address of its last checkpoint, if it can still be served."""
    shard = log.head.origin.partition("/")[2]
    url = f"/{shard}/checkpoint" if log.whole else None
    return {"origin": log.head.origin, "size": fmt.number(log.head.size), "url": url}


def boundaries(born: datetime, newest: datetime) -> tuple[list[datetime], bool]:
    """Ends of the hours of a young log, else of the last days, in local time; the first is zero."""
    hourly = newest - born < HOURS * HOUR
    unit, most = (HOUR, HOURS + 1) if hourly else (DAY, DAYS)
    last = newest.astimezone(ZONE).replace(minute=0, second=0, microsecond=0)
    last = (last if hourly else last.replace(hour=0)) + unit
    count = 1
    while count < most and last - count * unit > born:
        count += 1
    return [last - n * unit for n in range(count, -1, -1)], hourly


def chart(growth: Growth, fmt: Formats) -> dict[str, Any]:
    """Bars and rows for the template; positions and heights in percent."""
    counts = [after - before for before, after in pairwise(growth.sizes)]
    most, width = max(*counts, 1), 100 / len(counts)
    return {
        "hourly": growth.hourly,
        "most": fmt.number(max(counts)),
        "total": fmt.number(sum(counts)),
        "first": _name(growth, 0, fmt),
        "last": _name(growth, len(counts) - 1, fmt),
        "bars": [
            {
                "x": round(n * width + GAP_PERCENT / 2, 3),
                "width": round(width - GAP_PERCENT, 3),
                "height": max(1, round(count * 100 / most)) if count else 0,
                "name": _name(growth, n, fmt),
                "count": fmt.number(count),
                "size": fmt.number(growth.sizes[n + 1]),
            }
            for n, count in enumerate(counts)
        ],
    }


def _name(growth: Growth, n: int, fmt: Formats) -> str:
    start = growth.moments[n]
    day = fmt.short_date(start)
    return f"{day} {fmt.time(start)[:5]}" if growth.hourly else day


def witnesses(policy: Policy, text: str, fmt: Formats) -> dict[str, Any]:
    """Which of the policy's witnesses have cosigned this checkpoint, and whether it is enough."""
    found: Mapping[note.VerifierKey, int] = cosignature.cosigners(
        note.parse(text), [witness.key for witness in policy.witnesses]
    )
    return {
        "asked": not policy.self_signed,
        "met": policy.met(found),
        "rows": [
            {
                "name": witness.name,
                "key": witness.key.vkey,
                "at": fmt.moment(from_micros(found[witness.key] * 1_000_000))
                if witness.key in found
                else "",
            }
            for witness in policy.witnesses
        ],
    }


def reached_at(base: str, otherwise: str) -> str:
    """The address by which the visitor came, without a slash; ours when its form is odd."""
    scheme, _, host = base.rstrip("/").partition("://")
    return f"{scheme}://{host}" if _HOST.fullmatch(host) else otherwise
