"""A signing key that never leaves its token (PKCS#11): Ed25519, for the log.

Needs the extra `pkcs11`. Tokens name the curve by its object identifier 1.3.101.112.
"""

from pathlib import Path
from typing import Any, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kernel.errors import Unavailable

CURVE: Final = bytes.fromhex("06032b6570")  # DER of 1.3.101.112
KEY_BYTES: Final = 32


class TokenUnready(Unavailable):
    """The token, its PIN or its key is not there."""

    code = "token_unready"


class TokenKey:
    """An open session with a token and the key in it; signs like a key in memory."""

    def __init__(self, session: Any, private: Any, public: bytes) -> None:
        self._session = session
        self._private = private
        self._public = Ed25519PublicKey.from_public_bytes(public)

    @classmethod
    def open(cls, module: Path, *, token: str, pin: str, label: str) -> Self:
        """Find a key by its label; raises TokenUnready."""
        import pkcs11  # noqa: PLC0415 - an optional driver

        session = open_session(module, token, pin)
        try:
            private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
            public = session.get_key(object_class=pkcs11.ObjectClass.PUBLIC_KEY, label=label)
        except pkcs11.PKCS11Error as error:
            session.close()
            raise TokenUnready(token=token, reason=type(error).__name__) from error
        point = public[pkcs11.Attribute.EC_POINT]
        return cls(session, private, point[-KEY_BYTES:])  # an OCTET STRING of the raw key

    def sign(self, data: bytes, /) -> bytes:
        """The 64 bytes of an Ed25519 signature."""
        import pkcs11  # noqa: PLC0415 - an optional driver

        signature: bytes = self._private.sign(data, mechanism=pkcs11.Mechanism.EDDSA)
        return signature

    def public_key(self) -> Ed25519PublicKey:
        """The public side."""
        return self._public

    def close(self) -> None:
        """End the session."""
        self._session.close()


def generate(module: Path, *, token: str, pin: str, label: str) -> None:
    """Make a key inside the token that cannot be taken out; raises TokenUnready."""
    import pkcs11  # noqa: PLC0415 - an optional driver

    with open_session(module, token, pin, writing=True) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: CURVE}, local=True
        )
        parameters.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN, store=True, label=label
        )


def open_session(module: Path, token: str, pin: str, *, writing: bool = False) -> Any:
    """Log in to a token of a PKCS#11 module; raises TokenUnready."""
    import pkcs11  # noqa: PLC0415 - an optional driver

    try:
        return pkcs11.lib(str(module)).get_token(token_label=token).open(user_pin=pin, rw=writing)
    except (pkcs11.PKCS11Error, RuntimeError) as error:
        raise TokenUnready(token=token, reason=type(error).__name__) from error
