"""The holder's deeds, and the board's answer to a request."""

from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

import msgspec

from audit.log import record
from certificates import store as certificates
from certificates.errors import CertificateUnknown, OwnCertificate
from certificates.events import CorrectionAnswered, CorrectionAsked
from certificates.holding import store
from certificates.holding.errors import (
    CorrectionOpen,
    CorrectionUnknown,
    ShareTermInvalid,
    ShareUnknown,
)
from certificates.holding.store import Correction, Share
from certificates.standing import renewal, standing
from certificates.status import Status
from certificates.store import Certificate
from exam_engine.errors import ReasonMissing
from exam_engine.outcomes.awards import award
from exam_engine.registration import store as registrations
from exam_engine.schemes.scheme import Scheme
from kernel import ids
from kernel.database import Tx, emits, emits_nothing
from people import store as persons
from people.errors import PersonErased
from people.roles import Principal, Role

TERMS: Final = (7, 30, 90)  # days that a share link may last
SOON: Final = timedelta(days=90)  # before the end of validity: time to register for an exam
TOKEN: Final = b"ujikom/score-share/v1\0"
DECISIONS: Final = {True: "accepted", False: "refused"}
LONGEST: Final = 1000  # letters of a request or an answer


class Asked(msgspec.Struct, frozen=True):
    """A request in clear, for its holder and the board."""

    id: bytes
    certificate: Certificate
    text: str
    accepted: bool | None
    answer: str
    correction: Correction


class Own(msgspec.Struct, frozen=True):
    """One of the holder's certificates; `ends_soon` reminds in time before its end."""

    certificate: Certificate
    status: Status
    printed: bool
    ends_soon: bool
    replaced_by: str | None
    renewed_by: str | None
    shares: list[Share]
    asked: list[Asked]


class Shared(msgspec.Struct, frozen=True):
    """What a share link shows."""

    certificate: Certificate
    status: Status
    scheme: Scheme
    result: dict[str, Any]
    share: Share


def token_hash(token: str) -> bytes:
    """What the database keeps of a link."""
    return sha256(TOKEN + token.encode()).digest()


def own(tx: Tx, *, by: Principal) -> list[Own]:
    """The certificates of the person who is signed in, newest first."""
    found = []
    with suppress(PersonErased):
        for each in reversed(certificates.held_by(tx, by.person_id)):
            certificate = certificates.by_id(tx, each.id)
            if certificate:
                found.append(_own(tx, certificate))
    return found


def _own(tx: Tx, certificate: Certificate) -> Own:
    held = certificates.held(tx, certificate.id)
    status = standing(tx, held)
    after = (certificates.replacement(tx, certificate.id), renewal(tx, held))
    new, renewed = (certificates.by_id(tx, each) if each else None for each in after)
    return Own(
        certificate,
        status,
        certificates.pdf(tx, certificate.id) is not None,
        status is Status.VALID and certificate.valid_until - tx.at <= SOON and renewed is None,
        new.code if new else None,
        renewed.code if renewed else None,
        [each for each in store.shares(tx, certificate.id) if each.open_at(tx.at)],
        [_asked(tx, certificate, each) for each in store.corrections(tx, certificate.id)],
    )


@emits_nothing("whom a holder shows the own score to is nobody's business but the holder's")
def share(tx: Tx, *, certificate_id: bytes, days: int, token: str, by: Principal) -> None:
    """Open a link to the score; raises CertificateUnknown, ShareTermInvalid."""
    if days not in TERMS:
        raise ShareTermInvalid(days=days)
    certificate = _held(tx, certificate_id, by)
    new = Share(ids.new_id(), certificate.id, tx.at, tx.at + timedelta(days=days), None)
    store.insert_share(tx, new, token_hash(token))


@emits_nothing("as the opening of the link")
def end_share(tx: Tx, *, share_id: bytes, by: Principal) -> None:
    """End a link at once; ended before, nothing happens. Raises ShareUnknown."""
    found = store.share(tx, share_id)
    if found is None or certificates_holder(tx, found.certificate_id) != by.person_id:
        raise ShareUnknown
    if found.ended_at is None:
        store.insert_share_end(tx, share_id)


def certificates_holder(tx: Tx, certificate_id: bytes) -> bytes | None:
    """Who holds a certificate; None when it is unknown or the holder was erased."""
    with suppress(PersonErased):
        found = certificates.by_id(tx, certificate_id)
        return found.person_id if found else None
    return None


def shared(tx: Tx, *, token: str) -> Shared:
    """What a link shows; raises ShareUnknown alike for unknown, expired and ended ones."""
    found = store.share_of_token(tx, token_hash(token))
    if found is None or not found.open_at(tx.at):
        raise ShareUnknown
    try:
        certificate = certificates.by_id(tx, found.certificate_id)
        if certificate is None:
            raise ShareUnknown
        facts = award(tx, certificate.sitting_id)
    except PersonErased as error:
        raise ShareUnknown from error
    status = standing(tx, certificates.held(tx, certificate.id))
    return Shared(certificate, status, facts.scheme, facts.result, found)


@emits("certificate.correction_asked")
def ask(tx: Tx, *, certificate_id: bytes, text: str, by: Principal) -> None:
    """Ask for a correction; raises CertificateUnknown, ReasonMissing, CorrectionOpen."""
    certificate = _held(tx, certificate_id, by)
    if not text.strip():
        raise ReasonMissing
    if any(each.accepted is None for each in store.corrections(tx, certificate_id)):
        raise CorrectionOpen
    own_id, wish = ids.new_id(), text.strip()[:LONGEST]
    sealer = persons.sealer(tx, certificate.person_id)
    store.insert_correction(tx, own_id, certificate_id, sealer.seal(wish.encode(), own_id))
    record(
        tx,
        CorrectionAsked(certificate=ids.text(certificate_id), text=wish),
        session=certificate.exam_session_id,
        handle=certificate.handle,
        sealer=sealer,
    )


@emits("certificate.correction_answered")
def answer(tx: Tx, *, correction_id: bytes, accepted: bool, text: str, by: Principal) -> None:
    """Answer a request; a correction itself is made by issuing the certificate anew.

    Raises CorrectionUnknown, ReasonMissing, OwnCertificate.
    """
    by.require(Role.DECISION_BOARD)
    found = store.correction(tx, correction_id)
    if found is None or found.accepted is not None:
        raise CorrectionUnknown
    certificate = _of_agency(tx, found, by)
    if by.person_id == certificate.person_id:
        raise OwnCertificate
    if not text.strip():
        raise ReasonMissing
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    said = text.strip()[:LONGEST]
    sealer = persons.sealer(tx, certificate.person_id)
    store.insert_answer(
        tx,
        correction_id,
        account_id=by.account_id,
        accepted=accepted,
        sealed=sealer.seal(said.encode(), correction_id),
    )
    record(
        tx,
        CorrectionAnswered(decision=DECISIONS[accepted], text=said, by=ids.text(by.account_id)),
        session=certificate.exam_session_id,
        handle=certificate.handle,
        sealer=sealer,
    )


def waiting(tx: Tx, *, by: Principal) -> list[Asked]:
    """The requests that wait for the board of one's own agency, oldest first."""
    by.require(Role.DECISION_BOARD)
    found = []
    for each in store.waiting(tx):
        with suppress(PersonErased, CorrectionUnknown):
            found.append(_asked(tx, _of_agency(tx, each, by), each))
    return found


def _of_agency(tx: Tx, asked: Correction, by: Principal) -> Certificate:
    certificate = certificates.by_id(tx, asked.certificate_id)
    if certificate is None:
        raise CorrectionUnknown
    if registrations.session(tx, certificate.exam_session_id).agency_id != by.agency_id:
        raise CorrectionUnknown
    return certificate


def _asked(tx: Tx, certificate: Certificate, found: Correction) -> Asked:
    sealer = persons.sealer(tx, certificate.person_id)
    said = sealer.open(found.answer, found.id).decode() if found.answer else ""
    text = sealer.open(found.sealed, found.id).decode()
    return Asked(found.id, certificate, text, found.accepted, said, found)


def _held(tx: Tx, certificate_id: bytes, by: Principal) -> Certificate:
    certificate = certificates.by_id(tx, certificate_id)
    if certificate is None or certificate.person_id != by.person_id:
        raise CertificateUnknown
    return certificate
