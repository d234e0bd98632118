"""What everything stands on: clock, ids, canonical bytes, settings, keys, seals, files."""

import json
import pickle
import stat
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel import canonical, ids, keys
from kernel import clock as clocks
from kernel.blobs import BlobMissing, Blobs
from kernel.clock import ManualClock, SystemClock
from kernel.database import Database
from kernel.errors import UjikomError
from kernel.heartbeat import beat, last_beat, late_by
from kernel.ids import InvalidId
from kernel.keys import KeysExist, KeysMissing, PassphraseWrong
from kernel.sealed import SealBroken, Sealer
from kernel.settings import SettingInvalid, Settings, SettingUnknown, from_environment
from tests.conftest import LONG, START

EXAMPLES = settings(max_examples=2_000 if LONG else 100, deadline=None, derandomize=True)
PASSPHRASE = "frasa sandi contoh"
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=12)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=20,
)


# clock


def test_system_clock_never_steps_back() -> None:
    future = datetime.now(UTC) + timedelta(hours=1)
    clock = SystemClock(not_before=future)

    assert clock.now() == clock.now() == future


def test_system_clock_starts_at_what_was_stored_last() -> None:
    clock = SystemClock()
    stored = datetime.now(UTC) + timedelta(minutes=10)

    behind = clock.hold_at_least(stored)

    assert timedelta(minutes=9) < behind <= timedelta(minutes=10)
    assert clock.now() == stored
    assert clock.hold_at_least(stored - timedelta(days=1)) == timedelta()
    assert clock.now() == stored


def test_manual_clock_moves_forward_only() -> None:
    clock = ManualClock(START)
    first = clock.now()
    clock.advance(60)

    assert clock.now() - first > timedelta(seconds=60)
    with pytest.raises(ValueError, match="-1"):
        clock.advance(-1)


@EXAMPLES
@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the bounds are naive by contract
def test_stamp_and_micros_round_trip(moment: datetime) -> None:
    assert clocks.unstamp(clocks.stamp(moment)) == moment
    assert clocks.from_micros(clocks.micros(moment)) == moment


def test_stamp_has_one_form_in_every_zone() -> None:
    wib = datetime.fromisoformat("2026-03-14T09:00:00+07:00")

    assert clocks.stamp(wib) == "2026-03-14T02:00:00.000000Z"
    for text in ("2026-03-14T02:00:00Z", "2026-03-14 02:00:00.000000Z", ""):
        with pytest.raises(ValueError, match="does not match"):
            clocks.unstamp(text)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-03-14", 36, "2029-03-14"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-12-31", 2, "2027-02-28"),
    ],
)
def test_months_are_added_to_the_same_day_or_the_month_s_last(
    start: str, months: int, end: str
) -> None:
    moment = datetime.fromisoformat(f"{start}T05:00:00+00:00")

    assert clocks.add_months(moment, months).isoformat() == f"{end}T05:00:00+00:00"


def test_heartbeat_measures_an_outage(database: Database, clock: ManualClock) -> None:
    assert database.read_sync(last_beat) is None
    database.write_sync(beat)
    clock.advance(300)

    late = database.read_sync(late_by, at=clock.now())

    assert timedelta(seconds=300) <= late < timedelta(seconds=301)
    database.write_sync(beat)
    assert database.read_sync(late_by, at=clock.now()) < timedelta(seconds=1)


# ids


@EXAMPLES
@given(st.binary(min_size=16, max_size=16))
def test_id_round_trips_through_its_one_text(value: bytes) -> None:
    text = ids.text(value)

    assert ids.parse(text) == value
    assert len(text) == 26
    assert set(text) <= set(string.ascii_lowercase + "234567")


@pytest.mark.parametrize(
    "text",
    ["", "a" * 25, "a" * 27, "A" * 26, "a" * 25 + "b", "a" * 25 + "1", "é" * 26, "a" * 25 + "="],
)
def test_other_spelling_of_an_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidId):
        ids.parse(text)


def test_random_digits_are_digits_of_the_length_asked() -> None:
    drawn = [ids.random_digits(8) for _ in range(200)]

    assert all(len(pin) == 8 and pin.isdigit() for pin in drawn)
    assert len(set(drawn)) == 200
    assert {pin[0] for pin in drawn} == set(string.digits)


# canonical bytes


@EXAMPLES
@given(values)
def test_canonical_json_round_trips_and_is_its_own_canonical_form(value: Any) -> None:
    data = canonical.encode(value)

    assert data == rfc8785.dumps(value), "the quick way spells like the library"
    assert canonical.decode(data) == value
    assert json.loads(data) == value
    assert canonical.encode(canonical.decode(data)) == data


@EXAMPLES
@given(st.dictionaries(st.text(max_size=8), scalars, min_size=2), st.randoms())
def test_canonical_json_does_not_depend_on_the_order_of_keys(
    value: dict[str, Any], random: Any
) -> None:
    names = list(value)
    random.shuffle(names)

    assert canonical.encode({name: value[name] for name in names}) == canonical.encode(value)


def test_canonical_json_sorts_by_utf16_and_escapes_as_rfc_8785_says() -> None:
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "ö": "é\n"}

    assert canonical.encode(value) == (
        '{"\\r":2,"1":4,"\u0080":6,"ö":"é\\n","€":1,"\U0001f600":5,"\ufb33":3}'.encode()
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, {1: 2}, b"x", "\ud800"])
def test_canonical_json_refuses_what_it_cannot_hold(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical.encode(value)


@EXAMPLES
@given(st.lists(st.binary(max_size=20), max_size=5), st.lists(st.binary(max_size=20), max_size=5))
def test_length_prefixes_make_joined_parts_unambiguous(
    left: list[bytes], right: list[bytes]
) -> None:
    joined = [b"".join(map(canonical.lp, parts)) for parts in (left, right)]

    assert (joined[0] == joined[1]) is (left == right)


# settings


def test_settings_come_from_variables_of_our_prefix(tmp_path: Path) -> None:
    key = tmp_path / "kunci.pem"
    key.write_text("contoh")
    found = from_environment(
        {
            "UJIKOM_DATA": "/srv/ujikom",
            "UJIKOM_PORT": "8443",
            "UJIKOM_SEQUENCER": "false",
            "UJIKOM_TLS_KEY": str(key),
            "PATH": "/bin",
        }
    )

    assert found == Settings(data=Path("/srv/ujikom"), port=8443, sequencer=False, tls_key=key)
    assert found.url == "sqlite:////srv/ujikom/db/ujikom.sqlite"


@pytest.mark.parametrize("name", ["UJIKOM_DATABSE_URL", "UJIKOM_", "UJIKOM_DATA_", "UJIKOM_URL"])
def test_unknown_variable_of_our_prefix_is_refused_by_name(name: str) -> None:
    with pytest.raises(SettingUnknown) as refused:
        from_environment({name: "x"})

    assert refused.value.data == {"name": name}


@pytest.mark.parametrize("given_", [{"UJIKOM_PORT": "http"}, {"UJIKOM_INSECURE_LAN": "perhaps"}])
def test_setting_of_another_type_is_refused(given_: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid):
        from_environment(given_)


# keys


def test_keys_under_a_passphrase_open_with_it_alone(tmp_path: Path) -> None:
    keys.create(tmp_path, passphrase=PASSPHRASE)

    ring = keys.load(tmp_path, passphrase=PASSPHRASE)

    assert not ring.demo
    for wrong in (None, PASSPHRASE + " "):
        with pytest.raises(PassphraseWrong):
            keys.load(tmp_path, passphrase=wrong)
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for purpose in keys.SECRETS:
        assert canonical.b64(ring.secret(purpose)).encode() not in stored


def test_keys_without_a_passphrase_are_marked_as_demo(tmp_path: Path) -> None:
    keys.create(tmp_path, passphrase=None)

    assert keys.load(tmp_path).demo
    assert keys.load(tmp_path, passphrase="ignored").demo


def test_one_demo_key_among_sealed_ones_marks_the_ring(tmp_path: Path) -> None:
    keys.create(tmp_path / "real", passphrase=PASSPHRASE)
    keys.create(tmp_path / "demo", passphrase=None)
    (tmp_path / "demo/log.json").rename(tmp_path / "real/log.json")

    assert keys.load(tmp_path / "real", passphrase=PASSPHRASE).demo


def test_keys_are_one_for_each_purpose_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    keys.create(tmp_path / "k", passphrase=None)
    ring = keys.load(tmp_path / "k")

    public = {ring.verify_key(purpose) for purpose in keys.SIGNING}
    assert len(public) == len(keys.SIGNING)
    assert len({ring.secret(purpose) for purpose in keys.SECRETS}) == len(keys.SECRETS)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o700
    for path in (tmp_path / "k").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    keys.create(tmp_path, passphrase=None)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(KeysExist):
        keys.create(tmp_path, passphrase=PASSPHRASE)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_missing_key_is_named_by_its_purpose(tmp_path: Path) -> None:
    keys.create(tmp_path, passphrase=None)
    (tmp_path / "result.json").unlink()

    with pytest.raises(KeysMissing) as refused:
        keys.load(tmp_path)

    assert refused.value.data["purpose"] == "result"


def test_sealed_key_file_moved_to_another_purpose_does_not_open(tmp_path: Path) -> None:
    keys.create(tmp_path, passphrase=PASSPHRASE)
    document = json.loads((tmp_path / "log.json").read_bytes()) | {"purpose": "result"}
    (tmp_path / "result.json").write_text(json.dumps(document))

    with pytest.raises(PassphraseWrong):
        keys.load(tmp_path, passphrase=PASSPHRASE)


# seals


def test_sealed_text_opens_at_its_place_under_its_key_only() -> None:
    own = Sealer(subject=bytes(16), key=bytes(range(32)))
    sealed = own.seal(b"rahasia", b"place")

    assert own.open(sealed, b"place") == b"rahasia"
    assert sealed != own.seal(b"rahasia", b"place"), "a fresh nonce each time"
    assert b"rahasia" not in sealed
    with pytest.raises(SealBroken):
        own.open(sealed, b"other place")
    with pytest.raises(SealBroken):
        Sealer(subject=bytes(16), key=bytes(32)).open(sealed, b"place")


def test_sealed_text_with_any_bit_flipped_or_cut_is_refused() -> None:
    own = Sealer(subject=bytes(16), key=bytes(range(32)))
    sealed = own.seal(b"rahasia", b"")

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        for broken in (bytes(changed), sealed[:place]):
            with pytest.raises(SealBroken):
                own.open(broken, b"")


# files


def test_blob_is_read_back_whole_and_never_named_by_its_content(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    first, second = blobs.put(b"isi"), blobs.put(b"isi")

    assert first != second
    assert blobs.get(first) == blobs.get(second) == b"isi"
    assert not list(tmp_path.rglob("*.part"))


def test_missing_blob_is_named(tmp_path: Path) -> None:
    with pytest.raises(BlobMissing) as refused:
        Blobs(tmp_path).get(bytes(16))

    assert refused.value.data == {"blob": "a" * 26}


def test_error_carries_code_and_data_and_no_sentence() -> None:
    error = PassphraseWrong(purpose="log")

    assert isinstance(error, UjikomError)
    assert (error.code, error.data) == ("passphrase_wrong", {"purpose": "log"})
    assert str(error) == "passphrase_wrong(purpose='log')"


def test_error_crosses_to_another_process_whole() -> None:
    error = pickle.loads(pickle.dumps(KeysMissing(purpose="log", folder="keys")))  # noqa: S301 - our own bytes

    assert type(error) is KeysMissing
    assert error.data == {"purpose": "log", "folder": "keys"}
