"""Registering candidates, their file, and signing them in."""

import pytest

from exam_engine.errors import (
    CandidateRefused,
    RosterEmpty,
    RosterInvalid,
    SchemeUnknown,
    SessionNotOpen,
    SessionPinRefused,
    SessionStateWrong,
    SessionUnknown,
)
from exam_engine.registration import service, store
from exam_engine.registration.roster import BadRow, Candidate, read_roster
from exam_engine.registration.states import SessionState
from kernel.errors import UjikomError
from people.errors import RoleMissing
from tests.cast import CANDIDATES
from tests.stage import Stage, plan_session

NIP = "199001012015011990"


def test_roster_with_semicolons_is_read_like_one_with_commas() -> None:
    rows = f"Nama; NIP;unit\r\nTeuku Contoh, S.A.P.;{NIP};Dinas A\r\n"

    assert read_roster(rows) == ((Candidate("Teuku Contoh, S.A.P.", NIP, "Dinas A"),), ())


def test_roster_is_read_with_bad_rows_by_line_and_reason() -> None:
    text = "\n".join(
        [
            "Nama, NIP ,unit,catatan",
            '"Teuku Contoh, S.A.P.",199001012015011990,Dinas A,x',
            "Ni Luh Contoh,19910202 201602 2 991,Dinas B",
            ",198803032012011992,Dinas C",
            "Wayan Contoh,123,Dinas D",
            "Sitorus,19880303201201199X,Dinas E",
            "Andi Contoh,199013012015011990,Dinas F",
            "Budi Contoh,199001011989011990,Dinas G",
            "Cici Contoh,199001012015131990,Dinas H",
            "Dodi Contoh,199001012015013990,Dinas I",
            "Eka Contoh,199001012015011000,Dinas J",
            "Kembar Contoh,199001012015011990,Dinas K",
            f"{'N' * 151},198803032012011992,Dinas L",
            "Siti 李 Contoh,198803032012011992,Dinas M",
            "Terakhir Contoh,198803032012011992",
        ]
    )

    good, bad = read_roster("\ufeff" + text)

    assert good == (
        Candidate("Teuku Contoh, S.A.P.", "199001012015011990", "Dinas A"),
        Candidate("Ni Luh Contoh", "199102022016022991", "Dinas B"),
        Candidate("Terakhir Contoh", "198803032012011992", ""),
    )
    assert bad == (
        BadRow(4, "name"),
        BadRow(5, "nip_length"),
        BadRow(6, "nip_length"),
        BadRow(7, "nip_birth_date"),
        BadRow(8, "nip_appointment_before_birth"),
        BadRow(9, "nip_appointment_month"),
        BadRow(10, "nip_sex"),
        BadRow(11, "nip_serial"),
        BadRow(12, "nip_repeated"),
        BadRow(13, "name"),
        BadRow(14, "name_glyphs"),
    )


@pytest.mark.parametrize("text", ["", "nip,nama,unit\n", "nama|nip|unit\nA|1|B\n", "nama,nip\n"])
def test_roster_with_another_header_is_refused(text: str) -> None:
    with pytest.raises(RosterInvalid) as refused:
        read_roster(text)

    assert refused.value.data["reason"] == "header"


def test_roster_with_a_field_beyond_all_bounds_is_refused() -> None:
    with pytest.raises(RosterInvalid) as refused:
        read_roster(f'nama,nip,unit\n"{"x" * 200_000}",{NIP},Dinas\n')

    assert refused.value.data["reason"] == "unreadable"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"A\0B,{NIP},Dinas", "name"),
        (f'"A\nB",{NIP},Dinas', "name"),
        (f"A\u202eB,{NIP},Dinas", "name"),
        (f"A,{NIP},Dinas\0", "unit"),
        (f"A,{NIP},{'u' * 151}", "unit"),
    ],
)
def test_roster_row_with_signs_that_no_name_has_is_refused(row: str, reason: str) -> None:
    _, bad = read_roster(f"nama,nip,unit\n{row}\n")

    assert [found.reason for found in bad] == [reason]


def test_candidates_get_number_seat_and_pin_once(stage: Stage) -> None:
    again = stage.database.write_sync(
        service.register_candidates,
        session_id=stage.session,
        room_id=stage.room.id,
        candidates=(
            *(Candidate(name, nip, "Dinas") for name, nip in CANDIDATES),
            Candidate("Keempat Contoh", "198501012010011993", "Dinas"),
        ),
        by=stage.cast["admin"],
    )

    assert [c.candidate_no for c in stage.cards] == ["0001-0001", "0001-0002", "0001-0003"]
    assert [(c.candidate_no, c.seat, c.name) for c in again] == [("0001-0004", 3, "Keempat Contoh")]
    pins = {card.registration_pin for card in (*stage.cards, *again)}
    assert len(pins) == 4
    assert all(len(pin) == 8 and pin.isdigit() for pin in pins)
    roster = stage.database.read_sync(store.registrations, session_id=stage.session)
    assert [own.seat for own in roster] == [0, 1, 2, 3]
    assert not any(pin.encode() in own.pin_hash for own in roster for pin in pins)


def test_candidates_cannot_be_added_after_the_freeze(stage: Stage) -> None:
    stage.freeze()

    with pytest.raises(SessionStateWrong):
        stage.database.write_sync(
            service.register_candidates,
            session_id=stage.session,
            room_id=stage.room.id,
            candidates=(Candidate("Keempat Contoh", "198501012010011993", "Dinas"),),
            by=stage.cast["admin"],
        )


def test_candidate_signs_in_with_number_and_both_pins(stage: Stage) -> None:
    stage.open()

    found = [
        stage.database.read_sync(
            service.check_candidate,
            candidate_no=f" {card.candidate_no} ",
            registration_pin=card.registration_pin,
            session_pin=stage.pin,
        )
        for card in stage.cards
    ]

    assert [own.candidate_no for own in found] == [c.candidate_no for c in stage.cards]


def test_candidate_with_a_wrong_number_or_pin_is_refused_without_saying_which(
    stage: Stage,
) -> None:
    stage.open()
    card, other = stage.cards[:2]
    right = {
        "candidate_no": card.candidate_no,
        "registration_pin": card.registration_pin,
        "session_pin": stage.pin,
    }
    for field, value in (
        ("registration_pin", "00000000"),
        ("registration_pin", ""),
        ("registration_pin", other.registration_pin),
        ("session_pin", "000000"),
        ("session_pin", ""),
        ("session_pin", "é"),
        ("candidate_no", other.candidate_no),
        ("candidate_no", "0001-0009"),
        ("candidate_no", "' OR 1=1 --"),
        ("candidate_no", "0001\0"),
        ("candidate_no", ""),
    ):
        with pytest.raises(CandidateRefused) as refused:
            stage.database.read_sync(service.check_candidate, **right | {field: value})
        assert refused.value.data == {}


def test_session_goes_through_its_states_in_order_only(stage: Stage) -> None:
    admin, own = stage.cast["admin"], {"session_id": stage.session}
    for deed in (service.open_session, service.close_session):
        with pytest.raises(SessionStateWrong):
            stage.database.write_sync(deed, **own, by=admin)
    stage.freeze()
    with pytest.raises(SessionStateWrong):
        stage.freeze()
    with pytest.raises(SessionStateWrong):
        stage.database.write_sync(service.close_session, **own, by=admin)
    stage.database.write_sync(service.open_session, **own, by=stage.cast["pengawas"])
    stage.database.write_sync(service.close_session, **own, by=stage.cast["pengawas"])
    for deed in (service.open_session, service.close_session):
        with pytest.raises(SessionStateWrong):
            stage.database.write_sync(deed, **own, by=admin)

    found = stage.database.read_sync(store.session, session_id=stage.session)
    assert found.state is SessionState.CLOSED


def test_session_is_run_by_its_own_people_only(stage: Stage) -> None:
    stage.freeze()
    refusals: tuple[tuple[str, type[UjikomError]], ...] = (
        ("admin-lain", SessionUnknown),
        ("pengawas-lain", SessionUnknown),
        ("sidang", RoleMissing),
        ("penyusun", RoleMissing),
        ("auditor", RoleMissing),
    )
    for who, error in refusals:
        with pytest.raises(error):
            stage.database.write_sync(
                service.open_session, session_id=stage.session, by=stage.cast[who]
            )


def test_session_needs_a_known_scheme_and_an_admin(stage: Stage) -> None:
    with pytest.raises(SchemeUnknown):
        plan_session(stage.database, stage.cast, bytes(32))
    with pytest.raises(RoleMissing):
        plan_session(stage.database, stage.cast, bytes(32), by="pengawas")


def test_session_without_candidates_cannot_be_frozen(stage: Stage) -> None:
    planned = stage.database.read_sync(store.session, session_id=stage.session)
    other = plan_session(stage.database, stage.cast, planned.scheme)
    stage.session = other

    with pytest.raises(RosterEmpty):
        stage.freeze()


def test_only_proctors_are_put_on_duty(stage: Stage) -> None:
    for name in ("sidang", "penyusun", "admin"):
        with pytest.raises(RoleMissing):
            stage.database.write_sync(
                service.assign_proctor,
                session_id=stage.session,
                account_id=stage.cast[name].account_id or b"",
                by=stage.cast["admin"],
            )


@pytest.mark.parametrize("state", ["planned", "frozen"])
def test_right_pins_before_the_session_opens_are_told_so(stage: Stage, state: str) -> None:
    if state == "frozen":
        stage.freeze()
    card = stage.cards[0]
    given = {"registration_pin": card.registration_pin, "session_pin": stage.pin}
    with pytest.raises(SessionNotOpen):
        stage.database.read_sync(service.check_candidate, candidate_no=card.candidate_no, **given)
    for field, error in (
        ("registration_pin", CandidateRefused),
        ("session_pin", SessionPinRefused),
    ):
        with pytest.raises(error):
            stage.database.read_sync(
                service.check_candidate, candidate_no=card.candidate_no, **(given | {field: "0"})
            )
