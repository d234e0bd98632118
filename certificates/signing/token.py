"""A signer whose key never leaves its token (PKCS#11): a hardware module, or SoftHSM2 in tests.

Needs the extra `pkcs11`. Each process opens a session of its own at its first signature.
"""

import hashlib
import queue
import threading
from pathlib import Path
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from certificates.signing.errors import SignerUnready
from kernel.token import TokenUnready, open_session

CURVE: Final = bytes.fromhex("06082a8648ce3d030107")  # DER of 1.2.840.10045.3.1.7
NUMBER_BYTES: Final = 32
POINT_BYTES: Final = 65

_sessions: dict["TokenPlace", Any] = {}


class TokenPlace(msgspec.Struct, frozen=True):
    """Where a key lies: the module's file, the token's and the key's label, and the PIN's file."""

    module: Path
    token: str
    label: str
    pin_file: Path

    def open(self, *, writing: bool = False) -> Any:
        """A session; raises SignerUnready."""
        try:
            pin = self.pin_file.read_text().strip()
            return open_session(self.module, self.token, pin, writing=writing)
        except (TokenUnready, OSError) as error:
            raise SignerUnready(signer=self.token, reason=type(error).__name__) from error


class TokenSigner(msgspec.Struct, frozen=True):
    """Signs inside the token. A try takes `seconds` at most; after a failure the session is new."""

    place: TokenPlace
    chain: tuple[bytes, ...]
    seconds: float = 10.0
    tries: int = 3

    def sign(self, data: bytes, /) -> bytes:
        """The DER signature; raises SignerUnready after all tries."""
        reason = ""
        for _ in range(self.tries):
            try:
                return self._tried(data)
            except queue.Empty:
                reason = "timeout"
            except SignerUnready as error:
                reason = str(error.data["reason"])
            _sessions.pop(self.place, None)
        raise SignerUnready(signer=self.place.token, reason=reason)

    def _tried(self, data: bytes) -> bytes:
        """One try on a thread that may be left behind: a module that hangs cannot be stopped."""
        answers: queue.Queue[bytes | SignerUnready] = queue.Queue()

        def work() -> None:
            try:
                answers.put(_sign(self.place, data))
            except SignerUnready as error:
                answers.put(error)

        threading.Thread(target=work, daemon=True).start()
        answer = answers.get(timeout=self.seconds)
        if isinstance(answer, SignerUnready):
            raise answer
        return answer


def generate(place: TokenPlace) -> EllipticCurvePublicKey:
    """Make a P-256 key inside the token that cannot be taken out; raises SignerUnready."""
    import pkcs11  # noqa: PLC0415 - an optional driver

    with place.open(writing=True) as opened:
        parameters = opened.create_domain_parameters(
            pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: CURVE}, local=True
        )
        public, _ = parameters.generate_keypair(store=True, label=place.label)
        point = public[pkcs11.Attribute.EC_POINT]
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point[-POINT_BYTES:])


def _sign(place: TokenPlace, data: bytes) -> bytes:
    import pkcs11  # noqa: PLC0415 - an optional driver

    try:
        if place not in _sessions:
            _sessions[place] = place.open()
        key = _sessions[place].get_key(
            object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=place.label
        )
        raw = key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
    except pkcs11.PKCS11Error as error:
        raise SignerUnready(signer=place.token, reason=type(error).__name__) from error
    first, second = raw[:NUMBER_BYTES], raw[NUMBER_BYTES:]
    return encode_dss_signature(int.from_bytes(first, "big"), int.from_bytes(second, "big"))
