"""Dates, times and numbers on pages, by `documents.dates`."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta

from documents import dates
from question_banks.statistics.intervals import Interval


class Formats:
    """Formats in one language and zone; templates call it `fmt`."""

    def __init__(self, lang: str, zone: str = "Asia/Jakarta") -> None:
        self._lang: Literal["id", "en"] = "en" if lang == "en" else "id"
        self._zone = zone

    def datetime(self, moment: dt.datetime) -> str:
        """`Sabtu, 15 Maret 2025 09.00 WIB`."""
        return dates.date_time(moment, self._zone, self._lang)

    def date(self, moment: dt.datetime | dt.date) -> str:
        """`Sabtu, 15 Maret 2025`."""
        if isinstance(moment, dt.datetime):
            return dates.long_date(moment, self._zone, self._lang)
        return dates.day_date(moment, self._lang)

    def short_date(self, moment: dt.datetime | dt.date) -> str:
        """`15 Maret 2025`, for tables."""
        day = dates.local_day(moment, self._zone) if isinstance(moment, dt.datetime) else moment
        return dates.short_date(day, self._lang)

    def moment(self, moment: dt.datetime) -> str:
        """`15 Maret 2025 10.31.07`, for tables of events."""
        return f"{self.short_date(moment)} {self.time(moment)}"

    def time(self, moment: dt.datetime) -> str:
        """`10.31.07` (Indonesian) or `10:31:07`."""
        mark = "." if self._lang == "id" else ":"
        return moment.astimezone(ZoneInfo(self._zone)).strftime(f"%H{mark}%M{mark}%S")

    def span(self, length: dt.timedelta) -> str:
        """`4 detik`, `3 menit`, `2 hari`."""
        text: str = format_timedelta(length, threshold=1.5, locale=self._lang)
        return text

    def number(self, value: float | Decimal) -> str:
        """`1.250` or `1,250`."""
        return dates.decimal(Decimal(str(value)), self._lang)

    def score(self, text: str) -> str:
        """An exact score ("2", "5/3") as people read it, to two digits."""
        exact = Fraction(text)
        return self.number(Decimal(exact.numerator * 100 // exact.denominator) / 100)

    def figure(self, value: float | None, digits: int = 2) -> str:
        """A statistic with fixed digits, `0,71` or `0.71`; a dash for none."""
        if value is None:
            return "–"
        text = f"{value:.{digits}f}"
        return text if self._lang == "en" else text.replace(".", ",")

    def interval(self, interval: Interval | None, digits: int = 2) -> str:
        """`0,64–0,77`."""
        if interval is None:
            return "–"
        return f"{self.figure(interval.low, digits)} … {self.figure(interval.high, digits)}"


def clock_text(seconds: int) -> str:
    """`42:18`, or `1:42:18` from an hour up."""
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes:02d}:{left:02d}"
