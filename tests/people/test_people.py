"""People: NIP, roles, passwords, accounts, sign-ins and what slows guessing down."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import leaf as leaves
from audit.log import opening
from audit.merkle import leaf_hash
from audit.store import waiting_leaves
from exam_engine.registration import store as registrations
from kernel.clock import ManualClock
from kernel.database import Database, Tx, emits_nothing
from kernel.sealed import SealBroken
from people import nip as nips
from people import passwords, service, sign_ins, store
from people.errors import (
    NipInvalid,
    PasswordWeak,
    PersonErased,
    PersonUnknown,
    RoleMissing,
    SignInThrottled,
    UsernameTaken,
)
from people.roles import STAFF, Principal, Role
from tests.cast import AGENCY, HASH, PASSWORD
from tests.stage import Stage

NIP = "199001012015011990"


@pytest.mark.parametrize(
    "text", [NIP, "19900101 201501 1 990", "19900101.201501.1.990", "19900101-201501-1-990"]
)
def test_nip_is_read_in_its_written_forms(text: str) -> None:
    assert nips.normalise(text) == NIP


@pytest.mark.parametrize("month", ["01", "12", "21", "29"])
def test_nip_of_civil_servants_and_of_contract_staff_is_valid(month: str) -> None:
    nips.normalise(f"199001012015{month}1990")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "length"),
        (NIP[:-1], "length"),
        (NIP + "0", "length"),
        ("19900101201501199O", "length"),
        ("١٩٩٠٠١٠١٢٠١٥٠١١٩٩٠", "length"),
        ("199002302015011990", "birth_date"),
        ("000001012015011990", "birth_date"),
        ("199001011990011990", "appointment_before_birth"),
        ("199001012015001990", "appointment_month"),
        ("199001012015131990", "appointment_month"),
        ("199001012015301990", "appointment_month"),
        ("199001012015013990", "sex"),
        ("199001012015011000", "serial"),
    ],
)
def test_nip_that_breaks_a_rule_is_refused_by_name(text: str, rule: str) -> None:
    with pytest.raises(NipInvalid) as refused:
        nips.normalise(text)

    assert refused.value.data["rule"] == rule
    assert text not in str(refused.value) or not text


@settings(max_examples=100, derandomize=True)
@given(st.text(alphabet="0123456789", min_size=18, max_size=18))
def test_masked_nip_shows_birth_year_and_two_digits_only(nip: str) -> None:
    masked = nips.mask(nip)

    assert (masked[:4], masked[-2:]) == (nip[:4], nip[-2:])
    assert set(masked[4:-2]) == {"*"}
    assert sum(sign.isdigit() for sign in masked) == 6


def test_role_needed_is_named() -> None:
    by = Principal(
        sign_in=b"", person_id=b"", agency_id=b"", name="", roles=frozenset({Role.PROCTOR})
    )

    by.require(Role.AUDITOR, Role.PROCTOR)
    with pytest.raises(RoleMissing) as refused:
        by.require(Role.AUDITOR)
    assert refused.value.data == {"needed": ["auditor"]}
    assert Role.CANDIDATE not in STAFF


def test_password_fits_its_own_hash_only() -> None:
    assert passwords.matches(HASH, PASSWORD)
    for stored, given_ in ((HASH, PASSWORD + " "), (None, PASSWORD), ("no hash", PASSWORD)):
        assert not passwords.matches(stored, given_)
    assert HASH.startswith("$argon2id$")
    with pytest.raises(PasswordWeak):
        passwords.hash_password("sebelas abc")


def test_account_is_made_once_with_its_grants_logged(stage: Stage) -> None:
    admin = stage.cast["admin"]

    def create(*roles: Role) -> bytes:
        return stage.database.write_sync(
            service.create_account,
            person_id=admin.person_id,
            username="baru",
            password_hash=HASH,
            roles=roles,
        )

    roles = (Role.AUDITOR, Role.REVIEWER)
    account = create(*roles)
    with pytest.raises(UsernameTaken):
        create()

    assert stage.database.read_sync(store.roles_of, account_id=account) == set(roles)

    def last(tx: Tx) -> list[leaves.Leaf]:
        rows = tx.run("SELECT leaf FROM log_outbox ORDER BY id DESC LIMIT 2")
        return [leaves.decode(row[0]) for row in rows]

    logged = stage.database.read_sync(last)
    assert [(leaf.type, leaf.clear["role"]) for leaf in logged] == [
        ("role.granted", "reviewer"), ("role.granted", "auditor"),
    ]  # fmt: skip


def test_agency_and_person_are_made_once(stage: Stage) -> None:
    agency = stage.database.write_sync(service.create_agency, name=AGENCY, place="Lain")
    assert agency == stage.cast["admin"].agency_id

    def create(nip: str = NIP, agency_id: bytes = agency) -> bytes:
        return stage.database.write_sync(
            service.create_person, agency_id=agency_id, name="Satu Contoh", nip=nip, unit="Dinas"
        )

    first = create()
    assert create("19900101 201501 1 990") == first
    assert create(agency_id=stage.cast["admin-lain"].agency_id) != first
    with pytest.raises(NipInvalid):
        create("1")
    with pytest.raises(PersonUnknown):
        stage.database.read_sync(store.person, person_id=bytes(16))


@emits_nothing("a test destroys a person's key")
def destroy_key(tx: Tx, *, person_id: bytes) -> None:
    tx.run("DELETE FROM person_key WHERE person_id = ?", person_id)


def test_destroyed_key_leaves_nothing_to_open(stage: Stage) -> None:
    own, other = stage.cast["admin"].person_id, stage.cast["sidang"].person_id
    sealer = stage.database.read_sync(store.sealer, person_id=own)
    sealed = sealer.seal(b"rahasia", b"")
    with pytest.raises(SealBroken):
        stage.database.read_sync(store.sealer, person_id=other).open(sealed, b"")

    stage.database.write_sync(destroy_key, person_id=own)

    with pytest.raises(PersonErased):
        stage.database.read_sync(store.sealer, person_id=own)


def test_sign_in_opens_expires_and_is_revoked(stage: Stage) -> None:
    by = stage.cast["auditor"]
    token = sign_ins.new_token()
    stage.database.write_sync(
        sign_ins.open_sign_in, token=token, person_id=by.person_id, account_id=by.account_id
    )

    def found(value: str) -> Principal | None:
        return stage.database.read_sync(sign_ins.find, token=value)

    first = found(token)
    assert first is not None
    assert (first.person_id, first.roles) == (by.person_id, frozenset({Role.AUDITOR}))
    assert found(token.swapcase()) is None
    assert found("") is None

    def stored(tx: Tx) -> list[tuple[object, ...]]:
        return tx.run("SELECT * FROM sign_in")

    assert not any(token in str(row) for row in stage.database.read_sync(stored))
    stage.clock.advance(timedelta(hours=sign_ins.STAFF_HOURS).total_seconds())
    assert found(token) is None


def test_roles_are_those_of_this_moment(stage: Stage) -> None:
    by = stage.cast["auditor"]
    token = sign_ins.new_token()
    stage.database.write_sync(
        sign_ins.open_sign_in, token=token, person_id=by.person_id, account_id=by.account_id
    )

    @emits_nothing("a test takes a role away")
    def revoke_role(tx: Tx) -> None:
        tx.run("DELETE FROM account_role WHERE account_id = ?", by.account_id)

    stage.database.write_sync(revoke_role)

    principal = stage.database.read_sync(sign_ins.find, token=token)
    assert principal is not None
    assert principal.roles == frozenset()


def test_failures_count_by_subject_within_the_window(
    database: Database, clock: ManualClock
) -> None:
    one, other = (sign_ins.failure_subject(b"pepper", "account", name) for name in ("a", "b"))

    def check(subject: bytes) -> None:
        database.read_sync(sign_ins.check_throttle, subject=subject, limit=3)

    for _ in range(3):
        check(one)
        database.write_sync(sign_ins.note_failure, subjects=(one,))

    with pytest.raises(SignInThrottled):
        check(one)
    check(other)
    clock.advance(sign_ins.FAILURE_WINDOW.total_seconds() + 1)
    check(one)


def test_failure_subjects_differ_by_kind_name_and_pepper() -> None:
    subjects = {
        sign_ins.failure_subject(pepper, kind, name)
        for pepper in (b"p", b"q")
        for kind in ("account", "candidate")
        for name in ("x", "y")
    }

    assert len(subjects) == 8


def test_newer_name_is_taken_and_logged_with_what_it_was(stage: Stage) -> None:
    own = stage.database.read_sync(registrations.registrations, session_id=stage.session)[0]
    before = stage.database.read_sync(store.person, person_id=own.person_id)

    def correct(name: str) -> tuple[str, str] | None:
        return stage.database.write_sync(
            service.correct_person, person_id=own.person_id, name=name, unit="", by="tangan"
        )

    assert correct(before.name) is None
    assert correct("Nama Contoh Baru") == (before.name, "Nama Contoh Baru")

    leaf = stage.database.read_sync(waiting_leaves)[-1]
    sealer = stage.database.read_sync(store.sealer, person_id=own.person_id)
    opened = stage.database.read_sync(opening, leaf_hash=leaf_hash(leaf), sealer=sealer)
    assert leaves.decode(leaf).type == "person.corrected"
    assert leaves.decode(leaf).clear == {}
    assert {name: value for name, (_, value) in opened.items()} == {
        "by": "tangan",
        "before": {"name": before.name, "unit": before.unit},
        "after": {"name": "Nama Contoh Baru", "unit": before.unit},
    }


def test_staff_is_never_renamed_by_a_list(stage: Stage) -> None:
    board = stage.cast["sidang"]
    before = stage.database.read_sync(store.person, person_id=board.person_id)

    renamed = stage.database.write_sync(
        service.correct_person, person_id=board.person_id, name="Nama Palsu", unit="x", by="tangan"
    )

    assert renamed is None
    assert stage.database.read_sync(store.person, person_id=board.person_id) == before
