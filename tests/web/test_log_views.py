"""What the log's page shows is bounded, adds up, and never repeats an odd host name."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import checkpoint, cosignature, policy
from audit.checkpoint import TreeHead
from audit.merkle import EMPTY_ROOT
from web import log_views
from web.formats import Formats

BORN = datetime(2026, 3, 14, 2, 10, tzinfo=UTC)  # 09.10 in Jakarta
FORMATS = Formats("id")
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.mark.parametrize(
    ("age", "hourly", "bars"),
    [
        (timedelta(), True, 1),
        (timedelta(minutes=49), True, 1),
        (timedelta(minutes=50), True, 2),
        (timedelta(hours=35), True, 36),
        (timedelta(hours=36), False, 2),
        (timedelta(days=400), False, 30),
    ],
)
def test_boundaries_of_a_log_of_any_age_cover_it_or_its_last_days(
    age: timedelta, bars: int, *, hourly: bool
) -> None:
    moments, by_hour = log_views.boundaries(BORN, BORN + age)

    assert (by_hour, len(moments) - 1) == (hourly, bars)
    assert moments[-2] <= BORN + age < moments[-1]
    if bars < log_views.DAYS:
        assert moments[0] <= BORN < moments[1]


def test_chart_of_growth_counts_what_came_between_the_moments() -> None:
    moments, hourly = log_views.boundaries(BORN, BORN + timedelta(hours=2))
    shown = log_views.chart(log_views.Growth(hourly, moments, [0, 4, 4, 1004]), FORMATS)

    assert [(bar["count"], bar["size"], bar["height"]) for bar in shown["bars"]] == [
        ("4", "4", 1),
        ("0", "4", 0),
        ("1.000", "1.004", 100),
    ]
    assert (shown["first"], shown["last"]) == ("14 Maret 2026 09.00", "14 Maret 2026 11.00")
    assert (shown["total"], shown["most"]) == ("1.004", "1.000")


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://uji.example.id/", "https://uji.example.id"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("http://a';reboot;'/", "https://ours.example"),
        ("http://user@host/", "https://ours.example"),
    ],
)
def test_address_of_the_command_is_the_visitors_unless_it_is_odd(base: str, shown: str) -> None:
    assert log_views.reached_at(base, "https://ours.example") == shown


def test_witnesses_of_a_policy_show_who_signed_and_whether_it_is_enough() -> None:
    one, two = (cosignature.witness_key(name, PRIVATE) for name in ("satu.example", "dua.example"))
    two_key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    two = cosignature.witness_key(two.name, two_key)
    rules = policy.parse(
        f"witness satu {one.vkey}\nwitness dua {two.vkey}\ngroup g any satu dua\nquorum g\n"
    )
    head = TreeHead("contoh.invalid/log/1", 0, EMPTY_ROOT)
    alone = checkpoint.sign(head, PRIVATE).note
    line = cosignature.sign(head.body, two.name, two_key, int(BORN.timestamp()))

    before = log_views.witnesses(rules, alone, FORMATS)
    after = log_views.witnesses(rules, f"{alone}{line}\n", FORMATS)

    assert (before["asked"], before["met"]) == (True, False)
    assert [row["at"] for row in after["rows"]] == ["", "14 Maret 2026 09.10.00"]
    assert after["met"]
    assert log_views.witnesses(policy.SELF_SIGNED, alone, FORMATS)["asked"] is False
