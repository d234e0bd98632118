"""Sends a reminder by SMTP, encrypted wherever it leaves this machine."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Final

import msgspec

from certificates.reminding.errors import MailInsecure, MailRefused
from certificates.reminding.letter import Letter
from kernel.settings import Settings

SECONDS: Final = 20.0


class Sender(msgspec.Struct, frozen=True):
    """Where mail is handed over, how, and from whom it comes."""

    host: str
    port: int
    security: str
    user: str
    password: str
    address: str

    def __post_init__(self) -> None:
        """Refuse what would cross a network in clear; raises MailInsecure."""
        if self.security == "none" and not _loopback(self.host):
            raise MailInsecure(host=self.host)

    def send(self, letter: Letter) -> None:
        """Hand one letter over; raises MailRefused.

        Its Message-ID is the same each time, so that a reader joins what was sent twice because a
        process died between sending and noting it.
        """
        try:
            with self._connected() as server:
                server.send_message(self._message(letter))
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefused(reason=type(error).__name__) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        with server:
            if self.security == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
            yield server

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.address
        message["To"] = letter.address
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{letter.name}@{self.address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message.set_content(letter.text)
        return message


def sender(settings: Settings) -> Sender | None:
    """Who sends, None while no mail server is set; raises MailInsecure."""
    if not settings.smtp_host:
        return None
    file = settings.smtp_password_file
    return Sender(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        file.read_text().strip() if file else "",
        settings.mail_from,
    )


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
