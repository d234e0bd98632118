"""Password hashes by argon2id (RFC 9106, library defaults). Slow on purpose: never in a job."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from people.errors import PasswordWeak

MINIMUM = 12
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """A salted hash; raises PasswordWeak."""
    if len(password) < MINIMUM:
        raise PasswordWeak(minimum=MINIMUM)
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password fits; as slow for an account that does not exist."""
    try:
        return _hasher.verify(stored or _decoy(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    """A hash that no password fits, made at the first need: hashing is slow."""
    return _hasher.hash("nobody has this password")
