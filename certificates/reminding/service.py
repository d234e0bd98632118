"""Which holders to remind, and telling them: a job that may be killed anywhere and run again.

A reminder is noted first, then delivered, then noted as delivered. Killed between the last two, the
letter is sent once more under the same name.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Final

import msgspec

from certificates import store as certificates
from certificates.reminding import store
from certificates.reminding.errors import MailRefused, ReminderUnknown
from certificates.reminding.letter import Letter, letter
from certificates.reminding.mail import Sender
from certificates.reminding.store import Reminder
from certificates.standing import renewal, standing
from certificates.status import Status
from certificates.store import Certificate, Held
from exam_engine.registration import store as registrations
from kernel import logs
from kernel.database import Database, Tx, emits_nothing
from people import addresses
from people.errors import PersonErased
from people.roles import Principal, Role

TERMS: Final = (90, 30, 7)  # days before the end of validity
BY_MAIL: Final = "mail"
BY_HAND: Final = "hand"
SHOWN: Final = 50
log_lines = logs.get(__name__)


class Waiting(msgspec.Struct, frozen=True):
    """A reminder with its certificate and letter; the letter's address may be empty."""

    reminder: Reminder
    certificate: Certificate
    letter: Letter


def remind(database: Database, *, sender: Sender | None, public_url: str) -> tuple[int, int]:
    """Note who is to be reminded and send what can be sent; gives how many of each.

    What has no address, or no server, stays in the outbox of the holder's agency.
    """
    due = database.read_sync(newly_due)
    for certificate_id, days in due:
        database.write_sync(note, certificate_id=certificate_id, days=days)
    sent = 0
    if sender is None:
        return len(due), sent
    for each in database.read_sync(waiting_letters, public_url=public_url):
        if not each.letter.address:
            continue
        try:
            sender.send(each.letter)
        except MailRefused as error:
            log_lines.warning("reminder_not_sent", reason=error.data["reason"])
            break  # the server is at fault; the next turn goes on here
        database.write_sync(note_sent, certificate_id=each.certificate.id, days=each.reminder.days)
        sent += 1
    return len(due), sent


def newly_due(tx: Tx) -> list[tuple[bytes, int]]:
    """Certificates in force, not renewed, that crossed a term since they were last looked at.

    Of several terms that have passed the nearest to the end counts alone.
    """
    found = []
    for held in certificates.ending(tx, tx.at, tx.at + timedelta(days=max(TERMS))):
        days = min(term for term in TERMS if held.valid_until <= tx.at + timedelta(days=term))
        if all(days < each for each in store.noted(tx, held.id)) and _wanted(tx, held):
            found.append((held.id, days))
    return found


def _wanted(tx: Tx, held: Held) -> bool:
    return standing(tx, held) is Status.VALID and renewal(tx, held) is None


@emits_nothing("a reminder proves nothing; the end of validity is in the certificate")
def note(tx: Tx, *, certificate_id: bytes, days: int) -> None:
    """Keep that a holder is to be reminded; once, whoever runs this."""
    store.insert(tx, certificate_id, days)


@emits_nothing("as the reminder itself")
def note_sent(tx: Tx, *, certificate_id: bytes, days: int) -> None:
    """Keep that the letter was handed to the mail server."""
    store.insert_delivery(tx, certificate_id, days, BY_MAIL, None)


def waiting_letters(tx: Tx, *, public_url: str) -> list[Waiting]:
    """Every reminder that waits, written; without those that the certificate no longer needs."""
    found = []
    for reminder in store.waiting(tx):
        with suppress(PersonErased):
            certificate = certificates.by_id(tx, reminder.certificate_id)
            if certificate and _wanted(tx, certificates.held(tx, certificate.id)):
                found.append(_written(tx, reminder, certificate, public_url))
    return found


def outbox(tx: Tx, *, public_url: str, by: Principal) -> list[Waiting]:
    """What waits for the account's own agency."""
    by.require(Role.AGENCY_ADMIN)
    return [
        each
        for each in waiting_letters(tx, public_url=public_url)
        if _agency(tx, each.certificate) == by.agency_id
    ]


def sent(tx: Tx, *, by: Principal) -> list[tuple[Reminder, Certificate]]:
    """The last reminders that reached holders of the account's own agency."""
    by.require(Role.AGENCY_ADMIN)
    found = []
    for reminder in store.delivered(tx, SHOWN):
        with suppress(PersonErased):
            certificate = certificates.by_id(tx, reminder.certificate_id)
            if certificate and _agency(tx, certificate) == by.agency_id:
                found.append((reminder, certificate))
    return found


@emits_nothing("as the reminder itself")
def delivered_by_hand(tx: Tx, *, certificate_id: bytes, days: int, by: Principal) -> None:
    """Staff told the holder in another way; raises ReminderUnknown."""
    by.require(Role.AGENCY_ADMIN)
    known = {(each.certificate_id, each.days) for each in store.waiting(tx)}
    certificate = None
    if (certificate_id, days) in known:
        with suppress(PersonErased):
            certificate = certificates.by_id(tx, certificate_id)
    if certificate is None or _agency(tx, certificate) != by.agency_id:
        raise ReminderUnknown
    store.insert_delivery(tx, certificate_id, days, BY_HAND, by.account_id)


def _written(tx: Tx, reminder: Reminder, certificate: Certificate, public_url: str) -> Waiting:
    session = registrations.session(tx, certificate.exam_session_id)
    address = addresses.address_of(tx, certificate.person_id)
    written = letter(
        certificate,
        reminder.days,
        address=address,
        public_url=public_url,
        zone=session.zone,
        at=tx.at,
    )
    return Waiting(reminder, certificate, written)


def _agency(tx: Tx, certificate: Certificate) -> bytes:
    return registrations.session(tx, certificate.exam_session_id).agency_id
