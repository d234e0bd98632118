"""One-time codes against the RFC's table; the factor's life on both engines."""

from datetime import UTC, datetime, timedelta

import pytest

from audit import leaf
from audit import store as log_store
from kernel.clock import ManualClock
from kernel.database import Database, Tx
from people import challenge, second_factor, sign_ins, totp
from people.errors import FactorMissing, FactorPresent, FactorRefused, SignInRefused
from tests.cast import Cast, hire

SECRET = b"12345678901234567890"
# RFC 6238 Appendix B, SHA-1: seconds since 1970, the last six of its eight digits
TABLE = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("seconds", "code"), TABLE)
def test_code_is_that_of_the_rfc(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)

    assert totp.code_at(SECRET, totp.step_of(at)) == code


@pytest.mark.parametrize(
    ("off", "fits"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_clock_of_the_phone_may_be_one_step_off(off: int, *, fits: bool) -> None:
    at = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)
    code = totp.code_at(SECRET, totp.step_of(at + timedelta(seconds=off)))

    found = totp.fitting_step(SECRET, code, at=at, after=0)

    assert (found is not None) is fits


@pytest.fixture
def cast(database: Database) -> Cast:
    return hire(database)


@pytest.fixture
def account(cast: Cast) -> bytes:
    return cast["sidang"].account_id or b""


def turn_on(
    database: Database, clock: ManualClock, account: bytes
) -> tuple[bytes, tuple[str, ...]]:
    secret = database.write_sync(second_factor.begin, account_id=account)
    code = totp.code_at(secret, totp.step_of(clock.now()))
    return secret, database.write_sync(second_factor.confirm, account_id=account, code=code)


def test_factor_begins_with_a_code_and_each_code_is_good_once(
    database: Database, clock: ManualClock, account: bytes
) -> None:
    secret, codes = turn_on(database, clock, account)
    assert len(set(codes)) == 10
    now = totp.code_at(secret, totp.step_of(clock.now()))
    with pytest.raises(FactorRefused):
        database.write_sync(second_factor.use, account_id=account, code=now)

    clock.advance(30)
    later = totp.code_at(secret, totp.step_of(clock.now()))
    database.write_sync(second_factor.use, account_id=account, code=f"{later[:3]} {later[3:]}")
    with pytest.raises(FactorRefused):
        database.write_sync(second_factor.use, account_id=account, code=later)

    database.write_sync(second_factor.use, account_id=account, code=codes[4].upper())
    with pytest.raises(FactorRefused):
        database.write_sync(second_factor.use, account_id=account, code=codes[4])
    assert database.read_sync(second_factor.codes_left, account_id=account) == 9


def test_wrong_first_code_turns_nothing_on(database: Database, account: bytes) -> None:
    database.write_sync(second_factor.begin, account_id=account)

    with pytest.raises(FactorRefused):
        database.write_sync(second_factor.confirm, account_id=account, code="000000")

    assert not database.read_sync(second_factor.is_on, account_id=account)
    with pytest.raises(FactorMissing):
        database.write_sync(second_factor.use, account_id=account, code="000000")


def test_factor_that_is_on_is_not_begun_anew_and_goes_by_a_code_or_a_reset(
    database: Database, clock: ManualClock, cast: Cast, account: bytes
) -> None:
    _, codes = turn_on(database, clock, account)
    with pytest.raises(FactorPresent):
        database.write_sync(second_factor.begin, account_id=account)
    database.write_sync(second_factor.remove, account_id=account, code=codes[0])
    assert not database.read_sync(second_factor.is_on, account_id=account)

    turn_on_again = database.write_sync(second_factor.begin, account_id=account)
    clock.advance(60)
    code = totp.code_at(turn_on_again, totp.step_of(clock.now()))
    database.write_sync(second_factor.confirm, account_id=account, code=code)
    token = sign_ins.new_token()
    person = cast["sidang"].person_id
    database.write_sync(sign_ins.open_sign_in, token=token, person_id=person, account_id=account)

    database.write_sync(second_factor.reset, account_id=account)

    assert database.read_sync(sign_ins.find, token=token) is None
    assert database.read_sync(changes) == ["on", "off", "on", "reset"]


def changes(tx: Tx) -> list[object]:
    told = [leaf.decode(data) for data in log_store.waiting_leaves(tx)]
    return [one.clear["change"] for one in told if one.type == "account.factor_changed"]


def test_secret_lies_in_no_row_in_clear(
    database: Database, clock: ManualClock, account: bytes
) -> None:
    secret, codes = turn_on(database, clock, account)

    rows = repr(database.read_sync(all_rows)).encode()

    assert secret not in database.read_sync(sealed_bytes)
    for code in codes:
        assert code.replace("-", "").encode() not in rows


def all_rows(tx: Tx) -> list[object]:
    return [*tx.run("SELECT * FROM second_factor"), *tx.run("SELECT * FROM recovery_code")]


def sealed_bytes(tx: Tx) -> bytes:
    return b"".join(bytes(row[0]) for row in tx.run("SELECT sealed FROM second_factor"))


def test_proof_of_the_password_is_ours_whole_and_young() -> None:
    pepper, account = bytes(32), bytes(range(16))
    at = datetime(2026, 3, 14, 2, 0, tzinfo=UTC)
    proof = challenge.make(pepper, account_id=account, at=at)
    assert challenge.account_of(pepper, proof, at=at + timedelta(minutes=4)) == account

    with pytest.raises(SignInRefused):
        challenge.account_of(pepper, proof, at=at + timedelta(minutes=6))
    for wrong in (proof[:-4] + "AAA=", "", "?", proof[4:]):
        with pytest.raises(SignInRefused):
            challenge.account_of(pepper, wrong, at=at)
    with pytest.raises(SignInRefused):
        challenge.account_of(bytes(31) + b"x", proof, at=at)
