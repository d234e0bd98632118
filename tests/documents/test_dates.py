"""Dates and numbers as people write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from documents.dates import Language, date_time, day_date, decimal, local_day, long_date, short_date

MOMENT = datetime(2025, 3, 15, 2, 0, tzinfo=UTC)
LATE = datetime(2025, 3, 15, 16, 30, tzinfo=UTC)


def test_long_date_names_the_weekday_in_both_languages() -> None:
    assert long_date(MOMENT, "Asia/Jakarta", "id") == "Sabtu, 15 Maret 2025"
    assert long_date(MOMENT, "Asia/Jakarta", "en") == "Saturday, 15 March 2025"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Jakarta", "Sabtu, 15 Maret 2025 09.00 WIB"),
        ("Asia/Makassar", "Sabtu, 15 Maret 2025 10.00 WITA"),
        ("Asia/Jayapura", "Sabtu, 15 Maret 2025 11.00 WIT"),
    ],
)
def test_date_time_is_shown_in_the_venues_zone(zone: str, expected: str) -> None:
    assert date_time(MOMENT, zone, "id") == expected


def test_date_time_in_english_uses_a_colon() -> None:
    assert date_time(MOMENT, "Asia/Jakarta", "en") == "Saturday, 15 March 2025 09:00 WIB"


def test_day_changes_with_the_zone() -> None:
    assert local_day(LATE, "Asia/Jakarta") == date(2025, 3, 15)
    assert local_day(LATE, "Asia/Jayapura") == date(2025, 3, 16)
    assert date_time(LATE, "Asia/Jayapura", "id") == "Minggu, 16 Maret 2025 01.30 WIT"


def test_plain_days_are_written_with_and_without_weekday() -> None:
    assert day_date(date(2026, 11, 14), "id") == "Sabtu, 14 November 2026"
    assert short_date(date(2026, 8, 1), "id") == "1 Agustus 2026"
    assert short_date(date(2026, 8, 1), "en") == "1 August 2026"


def test_zone_outside_indonesia_is_refused() -> None:
    with pytest.raises(ValueError, match="Europe/Berlin"):
        date_time(MOMENT, "Europe/Berlin", "id")


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        (Decimal("65.00"), "id", "65,00"),
        (Decimal("65.00"), "en", "65.00"),
        (1250, "id", "1.250"),
        (1250, "en", "1,250"),
        (Decimal("1250.5"), "id", "1.250,5"),
        (Decimal("-0.125"), "id", "-0,125"),
        (Decimal("1E+3"), "id", "1.000"),
        (Decimal("0.12345678901234567890"), "id", "0,12345678901234567890"),
    ],
)
def test_number_keeps_all_its_decimals(
    value: Decimal | int, language: Language, expected: str
) -> None:
    assert decimal(value, language) == expected
