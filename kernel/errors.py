"""The one error base: a code and data, never a rendered sentence.

The kinds below say what went wrong in general; `web` maps kinds to HTTP statuses, `cli` to exit
codes, and `web.error_texts` every code to a text in two languages.
"""

from typing import ClassVar


class UjikomError(Exception):
    """Base of every error that a person may be shown."""

    code: ClassVar[str] = "internal"

    def __init__(self, **data: object) -> None:
        super().__init__(self.code, data)
        self.data = data

    def __reduce__(self) -> tuple[object, ...]:
        """Data goes by keyword: a worker process must be able to hand its error over."""
        return _rebuilt, (type(self), self.data)

    def __str__(self) -> str:
        details = ", ".join(f"{key}={value!r}" for key, value in self.data.items())
        return f"{self.code}({details})"


def _rebuilt(kind: type[UjikomError], data: dict[str, object]) -> UjikomError:
    return kind(**data)


class Invalid(UjikomError):
    """The input is malformed or breaks a rule of its format."""

    code = "invalid"


class NotFound(UjikomError):
    """No such thing, or none that the asker may know of."""

    code = "not_found"


class Conflict(UjikomError):
    """The deed does not fit the present state."""

    code = "conflict"


class Denied(UjikomError):
    """The account may not do this."""

    code = "denied"


class Unauthenticated(UjikomError):
    """Nobody is signed in."""

    code = "unauthenticated"


class TooMany(UjikomError):
    """A rate limit was reached."""

    code = "too_many"


class Closed(UjikomError):
    """The sitting or session takes no more of this."""

    code = "closed"


class Integrity(UjikomError):
    """Stored evidence contradicts itself."""

    code = "integrity"


class Unavailable(UjikomError):
    """A needed part is missing, stopped or of the wrong version."""

    code = "unavailable"
