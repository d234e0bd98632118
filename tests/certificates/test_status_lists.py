"""Status lists: what the board decides reaches everyone, and an old list deceives nobody."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates import credential, service, store
from certificates.checking import certificate_faults
from certificates.credential import split
from certificates.document import PURPOSES, StatusPlace, status_list_url
from certificates.errors import (
    CertificateRevoked,
    CertificateSuspended,
    OwnCertificate,
    StatusChangeRefused,
    StatusListAltered,
    StatusListForeign,
    StatusListMalformed,
    StatusListMissing,
    StatusListRolledBack,
    StatusListStale,
)
from certificates.issuing import issue_awards
from certificates.status import Status
from certificates.status_lists import bitstring, listing, publishing
from certificates.status_lists import store as lists
from certificates.status_lists.listing import Known
from certificates.store import Certificate
from exam_engine.errors import ReasonMissing
from kernel.blobs import Blobs
from kernel.canonical import encode
from kernel.clock import unstamp
from people.errors import RoleMissing
from people.store import person
from tests.certificates import sample
from tests.stage import Stage

URL = "https://ujikom.contoh.invalid"
PLACE = StatusPlace(1, 94567)
AT = unstamp("2026-11-23T02:00:00.000000Z")


def document(place: StatusPlace = PLACE) -> dict[str, Any]:
    own = credential.issue(sample.claim(), issuer_url=sample.ISSUER, key=sample.KEY, status=place)
    return split(own)[0]


def signed(purpose: str, places: list[int], **changes: Any) -> bytes:
    fields = {
        "issuer_url": sample.ISSUER, "key": sample.KEY, "purpose": purpose, "number": 1, "at": AT,
    }  # fmt: skip
    return listing.issue(**{**fields, "places": places, **changes})


def known(revoked: tuple[int, ...] = (), suspended: tuple[int, ...] = (), **given: Any) -> Known:
    both = {
        status_list_url(sample.ISSUER, "revocation", 1): signed("revocation", [*revoked]),
        status_list_url(sample.ISSUER, "suspension", 1): signed("suspension", [*suspended]),
    }
    return Known(**{"lists": {**both, **given.pop("lists", {})}, "keys": (sample.PUBLIC,), **given})


def test_list_of_nobody_lets_pass_and_tells_its_time() -> None:
    assert listing.check(document(), known(), AT + timedelta(hours=3)) == AT


def test_list_with_the_place_set_says_revoked_or_suspended() -> None:
    with pytest.raises(CertificateRevoked):
        listing.check(document(), known(revoked=(94567,)), AT)
    with pytest.raises(CertificateSuspended):
        listing.check(document(), known(suspended=(94567,)), AT)
    with pytest.raises(CertificateRevoked):
        listing.check(document(), known(revoked=(94567,), suspended=(94567,)), AT)
    assert listing.check(document(), known(revoked=(94566, 94568), suspended=(0,)), AT) == AT


REVOCATION = status_list_url(sample.ISSUER, "revocation", 1)


def flipped() -> bytes:
    whole = json.loads(signed("revocation", [94567]))
    whole["credentialSubject"]["encodedList"] = bitstring.encode([])
    return encode(whole)


@pytest.mark.parametrize(
    ("given", "at", "refused"),
    [
        ({"lists": {REVOCATION: flipped()}}, AT, StatusListAltered),
        ({"keys": (bytes(32),)}, AT, StatusListAltered),
        ({"lists": {REVOCATION: signed("suspension", [])}}, AT, StatusListForeign),
        ({"lists": {REVOCATION: signed("revocation", [], number=2)}}, AT, StatusListForeign),
        (
            {"lists": {REVOCATION: signed("revocation", [], issuer_url="https://lain.invalid")}},
            AT,
            StatusListForeign,
        ),
        ({"lists": {REVOCATION: b"{}"}}, AT, StatusListMalformed),
        ({}, AT + timedelta(hours=37), StatusListStale),
        ({}, AT - timedelta(seconds=1), StatusListStale),
        ({"newest": {REVOCATION: AT + timedelta(hours=1)}}, AT, StatusListRolledBack),
    ],
)
def test_list_that_cannot_be_trusted_is_refused_with_its_own_reason(
    given: dict[str, Any], at: Any, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        listing.check(document(), known(**given), at)


def test_rolled_back_list_is_refused_though_it_is_signed_and_in_its_time() -> None:
    """The attack: the board revokes, and the holder shows the list of an hour before."""
    later = AT + timedelta(hours=1)
    fresh = signed("revocation", [94567], at=later)
    with pytest.raises(CertificateRevoked):
        listing.check(document(), known(lists={REVOCATION: fresh}), later)

    assert listing.check(document(), known(), later) == AT
    with pytest.raises(StatusListRolledBack):
        listing.check(document(), known(newest={REVOCATION: later}), later)


def test_certificate_whose_lists_are_not_there_is_not_called_valid() -> None:
    with pytest.raises(StatusListMissing):
        listing.check(document(), Known({}, (sample.PUBLIC,)), AT)
    plain = split(sample.issued())[0]
    with pytest.raises(StatusListMissing):
        listing.check(plain, known(), AT)


@pytest.mark.parametrize("index", ["", "-1", "131072", "٣", "1.0", None])
def test_index_that_is_none_is_malformed(index: Any) -> None:
    own = document()
    own["credentialStatus"][0]["statusListIndex"] = index
    with pytest.raises(StatusListMalformed):
        listing.check(own, known(), AT)


@pytest.mark.parametrize("encoded", ["", "z123", "u", "uH4sIAAAA", "u!!"])
def test_text_that_is_no_bitstring_is_malformed(encoded: str) -> None:
    with pytest.raises(StatusListMalformed):
        bitstring.is_set(encoded, 0)


def test_bitstring_that_unpacks_to_more_than_a_list_is_refused() -> None:
    import gzip

    from certificates.multibase import base64url

    bomb = "u" + base64url(gzip.compress(bytes(50_000_000)))
    with pytest.raises(StatusListMalformed):
        bitstring.is_set(bomb, 0)


# the deeds, on both engines


def two_certificates(stage: Stage) -> list[Certificate]:
    stage.open()
    stage.sat(0)
    stage.sat(1)
    stage.close()
    stage.decide()
    issue_awards(stage.database, stage.issuer())
    return stage.database.read_sync(store.of_session, session_id=stage.session)


def publish(stage: Stage) -> dict[str, bytes]:
    """One turn of publishing; gives what the public can fetch."""
    publishing.publish_due(stage.database, issuer_url=URL)
    return {
        status_list_url(URL, purpose, 1): stage.database.read_sync(
            publishing.current, purpose=purpose, number=1
        )
        for purpose in PURPOSES
    }


def outsider(stage: Stage, certificate: Certificate) -> str:
    """What somebody with the lists and the public key says of a certificate."""
    here = Known(publish(stage), (stage.database.keys.verify_key("credential"),))
    own = split(certificate.credential)[0]
    try:
        listing.check(own, here, stage.clock.now())
    except (CertificateRevoked, CertificateSuspended) as error:
        return error.code
    return "good"


def change(stage: Stage, certificate: Certificate, status: str, by: str = "sidang") -> None:
    stage.database.write_sync(
        service.change_status,
        certificate_id=certificate.id,
        status=status,
        reason="integrity: keputusan contoh",
        by=stage.cast[by],
    )


def test_what_the_board_decides_reaches_the_public_list(stage: Stage) -> None:
    one, other = two_certificates(stage)
    assert outsider(stage, one) == "good"

    change(stage, one, "suspended")
    assert (outsider(stage, one), outsider(stage, other)) == ("certificate_suspended", "good")
    change(stage, one, "reinstated")
    assert outsider(stage, one) == "good"
    change(stage, one, "revoked")
    assert (outsider(stage, one), outsider(stage, other)) == ("certificate_revoked", "good")


def test_list_is_signed_anew_each_day_and_not_without_need(stage: Stage) -> None:
    two_certificates(stage)
    assert publishing.publish_due(stage.database, issuer_url=URL) == 2
    assert publishing.publish_due(stage.database, issuer_url=URL) == 0

    stage.clock.advance(24 * 3600)

    assert publishing.publish_due(stage.database, issuer_url=URL) == 2
    found = stage.database.read_sync(lists.newest, purpose="revocation", number=1)
    assert found is not None
    assert found.version == 2
    log = stage.database.read_sync(lambda tx: tx.run("SELECT leaf FROM log_outbox"))
    assert sum(b"certificate.status_list_signed" in bytes(row[0]) for row in log) == 4


def test_list_signed_by_two_at_once_is_kept_once(stage: Stage) -> None:
    two_certificates(stage)
    due = stage.database.read_sync(publishing._due)
    publishing.publish_due(stage.database, issuer_url=URL)

    purpose, number, version, places = due[0]
    late = signed(purpose, places)
    stage.database.write_sync(
        publishing.keep_list,
        purpose=purpose,
        number=number,
        new=lists.Published(version + 1, late, stage.clock.now()),
    )

    kept = stage.database.read_sync(publishing.current, purpose=purpose, number=number)
    assert kept != late


def test_places_are_random_and_their_own(stage: Stage) -> None:
    certificates = two_certificates(stage)
    found = [stage.database.read_sync(lists.place_of, certificate_id=c.id) for c in certificates]
    entries = [split(c.credential)[0]["credentialStatus"][0] for c in certificates]

    assert [str(p.index) for p in found if p] == [e["statusListIndex"] for e in entries]
    assert len({p.index for p in found if p}) == 2
    assert [p.index for p in found if p] != [0, 1]


def test_corrected_name_gets_a_new_certificate_and_the_old_one_says_so(
    stage: Stage, tmp_path: Path
) -> None:
    from certificates.verification import by_code

    old, _ = two_certificates(stage)
    stage.clock.advance(3600)
    stage.database.write_sync(_rename, person_id=old.person_id, name="Teuku Contoh Benar")

    new_id = stage.database.write_sync(
        service.reissue,
        certificate_id=old.id,
        reason="error: nama salah eja",
        issuer=stage.issuer(),
        by=stage.cast["sidang"],
    )

    new = stage.database.read_sync(store.by_id, certificate_id=new_id)
    assert new is not None
    assert (new.claim.holder_name, new.valid_until) == ("Teuku Contoh Benar", old.valid_until)
    assert new.number > old.number
    assert new.code != old.code
    shown = stage.database.read_sync(by_code, text=old.code)
    assert shown is not None
    assert (shown.status, shown.replaced_by) == (Status.SUPERSEDED, new.code)
    assert shown.certificate.claim.holder_name == old.claim.holder_name
    assert (outsider(stage, old), outsider(stage, new)) == ("certificate_revoked", "good")
    blobs = Blobs(tmp_path / "blobs")
    assert stage.database.read_sync(certificate_faults, blobs=blobs) == []
    with pytest.raises(StatusChangeRefused):
        stage.database.write_sync(
            service.reissue,
            certificate_id=old.id,
            reason="error: lagi",
            issuer=stage.issuer(),
            by=stage.cast["sidang"],
        )


def _rename_job() -> Callable[..., None]:
    from kernel.database import Tx, emits_nothing

    @emits_nothing("a test corrects a name")
    def rename(tx: Tx, *, person_id: bytes, name: str) -> None:
        tx.run("UPDATE person SET name = ? WHERE id = ?", name, person_id)

    return rename


_rename = _rename_job()


@pytest.mark.parametrize("by", ["admin", "auditor", "pengawas"])
def test_only_the_board_changes_a_status_or_issues_anew(stage: Stage, by: str) -> None:
    one, _ = two_certificates(stage)
    with pytest.raises(RoleMissing):
        change(stage, one, "revoked", by)
    with pytest.raises(RoleMissing):
        stage.database.write_sync(
            service.reissue,
            certificate_id=one.id,
            reason="error: x",
            issuer=stage.issuer(),
            by=stage.cast[by],
        )
    assert outsider(stage, one) == "good"


def test_nobody_decides_on_a_certificate_of_their_own(stage: Stage) -> None:
    import msgspec

    one, _ = two_certificates(stage)
    holder = msgspec.structs.replace(stage.cast["sidang"], person_id=one.person_id)
    jobs: tuple[tuple[Any, dict[str, Any]], ...] = (
        (service.change_status, {"status": "reinstated"}),
        (service.reissue, {"issuer": stage.issuer()}),
    )
    for job, given in jobs:
        with pytest.raises(OwnCertificate):
            stage.database.write_sync(
                job, certificate_id=one.id, reason="error: x", by=holder, **given
            )


def test_change_without_a_reason_is_refused(stage: Stage) -> None:
    one, _ = two_certificates(stage)
    with pytest.raises(ReasonMissing):
        stage.database.write_sync(
            service.change_status,
            certificate_id=one.id,
            status="revoked",
            reason=" ",
            by=stage.cast["sidang"],
        )
    assert stage.database.read_sync(person, person_id=one.person_id).name
