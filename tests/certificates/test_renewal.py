"""A second certificate for the same scheme, and the reminders before the first one ends."""

import email
from collections.abc import Iterator
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from certificates import store
from certificates.issuing import issue_awards
from certificates.reminding import service as reminding
from certificates.reminding.errors import MailInsecure, ReminderUnknown
from certificates.reminding.mail import Sender
from certificates.standing import renewal, standing
from certificates.status import Status
from certificates.store import Certificate
from certificates.verification import by_code
from exam_engine.registration import store as registrations
from people import addresses
from people.errors import AddressMalformed, RoleMissing
from people.roles import Principal, Role
from tests.exam_day import free_port
from tests.stage import Stage
from tests.web.world import second_session

HOME = "https://ujikom.contoh.invalid"
ADDRESS = "pemegang@contoh.example"
DAY = timedelta(days=1).total_seconds()


class Inbox:
    """What a real mail server took; `dead` lets it refuse."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.dead = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        if self.dead:
            return "451 try later"
        self.letters.append(email.message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Inbox, Sender]]:
    inbox = Inbox()
    port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield inbox, Sender("127.0.0.1", port, "none", "", "", "ujikom@contoh.invalid")
    finally:
        controller.stop(no_assert=True)


def pass_exam(stage: Stage) -> Certificate:
    """Candidate 0 passes the stage's session and is certified."""
    stage.open()
    return certify(stage)


def certify(stage: Stage) -> Certificate:
    stage.sat(0)
    stage.close()
    stage.decide()
    issue_awards(stage.database, stage.issuer())
    [issued] = stage.database.read_sync(store.of_session, session_id=stage.session)
    return issued


def pass_again(stage: Stage) -> Certificate:
    """The same candidate passes another session of the same scheme."""
    stage.session = second_session(stage, opens_at=stage.clock.now())
    stage.cards = stage.second
    stage.room = stage.database.read_sync(registrations.rooms, session_id=stage.session)[0]
    return certify(stage)


def status(stage: Stage, certificate: Certificate) -> Status:
    held = stage.database.read_sync(store.held, certificate_id=certificate.id)
    return stage.database.read_sync(standing, held=held)


def until(stage: Stage, certificate: Certificate, days: float) -> None:
    """Move the clock to so many days before the end."""
    now = stage.clock.now()
    stage.clock.advance((certificate.valid_until - now).total_seconds() - days * DAY)


def test_expired_certificate_is_renewed_by_a_later_one_of_its_scheme(stage: Stage) -> None:
    first = pass_exam(stage)
    held = stage.database.read_sync(store.held, certificate_id=first.id)
    assert stage.database.read_sync(renewal, held=held) is None
    stage.clock.advance(DAY)
    second = pass_again(stage)
    assert second.valid_until > first.valid_until

    assert status(stage, first) is Status.VALID, "a renewal takes nothing away"
    found = stage.database.read_sync(by_code, text=first.code)
    assert found is not None
    assert found.renewed_by == second.code
    until(stage, first, 0)
    assert status(stage, first) is Status.RENEWED
    assert status(stage, second) is Status.VALID
    until(stage, second, 0)
    assert (status(stage, first), status(stage, second)) == (Status.EXPIRED, Status.EXPIRED)


def holder(certificate: Certificate) -> Principal:
    return Principal(
        sign_in=b"",
        person_id=certificate.person_id,
        agency_id=b"",
        name="",
        roles=frozenset({Role.CANDIDATE}),
    )


def kept(stage: Stage, certificate: Certificate) -> str:
    return stage.database.read_sync(addresses.address_of, person_id=certificate.person_id)


def remind(stage: Stage, sender: Sender | None) -> tuple[int, int]:
    return reminding.remind(stage.database, sender=sender, public_url=HOME)


def tell(stage: Stage, certificate: Certificate, by: str) -> None:
    stage.database.write_sync(
        reminding.delivered_by_hand, certificate_id=certificate.id, days=90, by=stage.cast[by]
    )


def test_holder_is_reminded_once_at_each_term_by_mail_or_from_the_outbox(
    stage: Stage, served: tuple[Inbox, Sender]
) -> None:
    inbox, sender = served
    inbox.letters.clear()
    own = pass_exam(stage)
    admin = stage.cast["admin"]
    until(stage, own, 91)
    assert remind(stage, sender) == (0, 0)
    until(stage, own, 89)
    assert remind(stage, None) == (1, 0)
    assert remind(stage, None) == (0, 0), "noted once, however often the job runs"
    [waiting] = stage.database.read_sync(reminding.outbox, public_url=HOME, by=admin)
    assert (waiting.reminder.days, waiting.letter.address) == (90, "")
    assert own.number in waiting.letter.text
    stranger = stage.cast["admin-lain"]
    assert stage.database.read_sync(reminding.outbox, public_url=HOME, by=stranger) == []

    for by, error in (("admin-lain", ReminderUnknown), ("sidang", RoleMissing)):
        with pytest.raises(error):
            tell(stage, own, by)
    tell(stage, own, "admin")
    with pytest.raises(ReminderUnknown):
        tell(stage, own, "admin")

    stage.database.write_sync(addresses.set_address, address=ADDRESS, by=holder(own))
    until(stage, own, 20)
    inbox.dead = True
    assert remind(stage, sender) == (1, 0)
    inbox.dead = False
    assert remind(stage, sender) == (0, 1), "a server that was down loses nothing"
    assert remind(stage, sender) == (0, 0)
    [letter] = inbox.letters
    assert (letter["To"], letter["From"]) == (ADDRESS, "ujikom@contoh.invalid")
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    for word in (own.claim.holder_name, own.number, "is valid until", f"{HOME}/sertifikat-saya"):
        assert word in body.decode()
    sent = stage.database.read_sync(reminding.sent, by=admin)
    assert [(each.days, each.channel) for each, _ in sent] == [(30, "mail"), (90, "hand")]


def test_letter_sent_but_not_noted_goes_out_again_under_the_same_name(
    stage: Stage, served: tuple[Inbox, Sender]
) -> None:
    """The process dies after the server took the letter."""
    inbox, sender = served
    inbox.letters.clear()
    own = pass_exam(stage)
    stage.database.write_sync(addresses.set_address, address=ADDRESS, by=holder(own))
    until(stage, own, 5)
    stage.database.write_sync(reminding.note, certificate_id=own.id, days=7)
    [waiting] = stage.database.read_sync(reminding.waiting_letters, public_url=HOME)
    sender.send(waiting.letter)
    assert remind(stage, sender) == (0, 1)
    assert len({letter["Message-ID"] for letter in inbox.letters}) == 1
    assert len(inbox.letters) == 2


def test_renewed_certificate_needs_no_reminder_and_an_erased_address_is_gone(
    stage: Stage, served: tuple[Inbox, Sender]
) -> None:
    first = pass_exam(stage)
    until(stage, first, 60)
    assert remind(stage, None) == (1, 0)
    pass_again(stage)
    assert remind(stage, served[1]) == (0, 0)
    admin = stage.cast["admin"]
    assert stage.database.read_sync(reminding.outbox, public_url=HOME, by=admin) == []
    stage.database.write_sync(addresses.set_address, address=ADDRESS, by=holder(first))
    assert kept(stage, first) == ADDRESS
    with pytest.raises(AddressMalformed):
        stage.database.write_sync(
            addresses.set_address, address="a@b.example\nBcc: c@d.example", by=holder(first)
        )
    stage.database.write_sync(addresses.set_address, address=" ", by=holder(first))
    assert kept(stage, first) == ""


def test_mail_in_clear_stays_on_this_machine() -> None:
    with pytest.raises(MailInsecure):
        Sender("mail.contoh.example", 25, "none", "", "", "ujikom@contoh.invalid")
    assert Sender("localhost", 25, "none", "", "", "ujikom@contoh.invalid").port == 25
