"""Dates, times and numbers as Indonesians write them, and in English."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

Language = Literal["id", "en"]

ZONE_NAMES: Final = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
_CLOCK: Final = {"id": "%H.%M", "en": "%H:%M"}
_LOCALE: Final = {"id": "id_ID", "en": "en_GB"}


def zone_name(zone: str) -> str:
    """Name of one of Indonesia's three zones, `WIB`, `WITA` or `WIT`; raises ValueError."""
    if zone not in ZONE_NAMES:
        raise ValueError(zone)
    return ZONE_NAMES[zone]


def day_date(day: date, lang: Language) -> str:
    """Write a calendar day as `Sabtu, 15 Maret 2025`."""
    return format_date(day, format="EEEE, d MMMM y", locale=_LOCALE[lang])


def short_date(day: date, lang: Language) -> str:
    """Write a calendar day without its weekday, `15 Maret 2025`."""
    return format_date(day, format="d MMMM y", locale=_LOCALE[lang])


def local_day(moment: datetime, zone: str) -> date:
    """Give the calendar day of a moment in one of Indonesia's zones."""
    zone_name(zone)
    return moment.astimezone(ZoneInfo(zone)).date()


def long_date(moment: datetime, zone: str, lang: Language) -> str:
    """Write the day of a moment in a zone as `Sabtu, 15 Maret 2025`."""
    return day_date(local_day(moment, zone), lang)


def date_time(moment: datetime, zone: str, lang: Language) -> str:
    """Write a moment in a zone as `Sabtu, 15 Maret 2025 09.00 WIB`."""
    clock = moment.astimezone(ZoneInfo(zone)).strftime(_CLOCK[lang])
    return f"{long_date(moment, zone, lang)} {clock} {zone_name(zone)}"


def decimal(value: Decimal | int, lang: Language) -> str:
    """Write a number with all the decimals it has: `65,00`, `1.250`; nothing is rounded."""
    exponent = Decimal(value).as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, format=pattern, locale=_LOCALE[lang])
