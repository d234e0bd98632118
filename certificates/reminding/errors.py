"""What can go wrong with reminders."""

from kernel.errors import NotFound, Unavailable


class ReminderUnknown(NotFound):
    """There is no such reminder that waits, or it is another agency's."""

    code = "reminder_unknown"


class MailRefused(Unavailable):
    """The mail server cannot be reached or did not take the message; `reason` names the kind."""

    code = "mail_refused"


class MailInsecure(Unavailable):
    """Mail without encryption is allowed to this machine alone."""

    code = "mail_insecure"
