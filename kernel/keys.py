"""The keyring: one 32-byte key per purpose, in files, never in the database.

A file `keys/<purpose>.json` holds the key plain (only when marked as demo) or sealed under a
passphrase by scrypt (RFC 7914) and AES-256-GCM.
"""

import os
from pathlib import Path
from typing import Final, Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from kernel.canonical import b64, unb64
from kernel.errors import Unavailable
from kernel.ids import random_bytes
from kernel.sealed import SealBroken, Sealer

SIGNING: Final = ("log", "receipt", "result", "credential")
SECRETS: Final = ("sealing", "pepper")
PURPOSES: Final = SIGNING + SECRETS
NEXT_LOG: Final = "log-2"  # signs beside `log` while the log's key is being exchanged
RETIRED: Final = "retired"
FORMER: Final = "log.vkeys"
SCRYPT_N: Final = 2**15


class KeysMissing(Unavailable):
    """The keys folder lacks a purpose's key."""

    code = "keys_missing"


class PassphraseWrong(Unavailable):
    """The passphrase does not open the keys, or none was given."""

    code = "passphrase_wrong"


class KeysExist(Unavailable):
    """Keys are already there; they are never overwritten."""

    code = "keys_exist"


class KeyFile(msgspec.Struct, frozen=True, kw_only=True):
    """One key as it lies on disk."""

    v: int
    purpose: str
    demo: bool
    key: str
    salt: str = ""


class SigningKey(Protocol):
    """An Ed25519 key that signs, in memory or in a token."""

    def sign(self, data: bytes, /) -> bytes: ...

    def public_key(self) -> Ed25519PublicKey: ...


class Keyring:
    """The opened keys of one installation."""

    def __init__(
        self, keys: dict[str, bytes], *, demo: bool, log_token: SigningKey | None = None
    ) -> None:
        self.demo = demo
        self._secrets = {name: keys[name] for name in SECRETS}
        present: list[str] = [*SIGNING, *([NEXT_LOG] if NEXT_LOG in keys else [])]
        self._signing = {n: Ed25519PrivateKey.from_private_bytes(keys[n]) for n in present}
        self.log_signer: SigningKey = log_token or self._signing["log"]
        public = {**self._signing, "log": self.log_signer}
        self._public = {n: key.public_key().public_bytes_raw() for n, key in public.items()}

    def signing(self, purpose: str) -> Ed25519PrivateKey:
        """The private key in the folder of a signing purpose; for the log see `log_signer`."""
        return self._signing[purpose]

    def verify_key(self, purpose: str) -> bytes:
        """The 32 raw bytes of a signing purpose's public key."""
        return self._public[purpose]

    @property
    def exchanging(self) -> bool:
        """Whether the log has a next key that signs beside its present one."""
        return NEXT_LOG in self._signing

    def secret(self, purpose: str) -> bytes:
        """The 32 bytes of a symmetric purpose."""
        return self._secrets[purpose]


def create(folder: Path, *, passphrase: str | None) -> None:
    """Make a fresh key for every purpose; without a passphrase they are marked as demo keys.

    Raises KeysExist when any is there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if any(folder.glob("*.json")):
        raise KeysExist(folder=str(folder))
    for purpose in PURPOSES:
        _write(folder, purpose, random_bytes(32), passphrase)


def add_log_key(folder: Path, *, passphrase: str | None) -> None:
    """Make the log's next key; the log is signed by both until `retire_log_key`.

    Raises KeysExist while an exchange is under way. The server takes it up at its next start.
    """
    if (folder / f"{NEXT_LOG}.json").exists():
        raise KeysExist(folder=str(folder))
    _write(folder, NEXT_LOG, random_bytes(32), passphrase)


def retire_log_key(folder: Path, *, public: str) -> None:
    """Put the log's present key away and its next key in its place; killed, run it again.

    `public` is how verifiers know the present key: what it signed stays signed, so it is kept in
    clear for `former_log_keys`. Raises KeysMissing when there is no next key.
    """
    now, following = folder / "log.json", folder / f"{NEXT_LOG}.json"
    if not following.exists():
        raise KeysMissing(folder=str(folder), purpose=NEXT_LOG)
    remember_log_key(folder, public=public)
    away = folder / RETIRED
    if now.exists():
        now.rename(away / f"log-{sum(1 for _ in away.glob('log-*.json')) + 1}.json")
    following.rename(now)


def remember_log_key(folder: Path, *, public: str) -> None:
    """Keep the public text of a key that signs no more; once, however often it is told."""
    away = folder / RETIRED
    away.mkdir(mode=0o700, exist_ok=True)
    if public not in former_log_keys(folder):
        with (away / FORMER).open("a", encoding="utf-8") as known:
            known.write(f"{public}\n")
            known.flush()
            os.fsync(known.fileno())


def former_log_keys(folder: Path) -> list[str]:
    """The public texts of the log's retired keys, oldest first."""
    known = folder / RETIRED / FORMER
    return known.read_text(encoding="utf-8").split() if known.exists() else []


def keep(folder: Path, name: str, key: bytes, *, passphrase: str | None) -> None:
    """Keep a key that is not of the ring in a file of its own, sealed like the ring's.

    Without a passphrase it is marked as a demo key. Raises KeysExist when the file is there.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (folder / f"{name}.json").exists():
        raise KeysExist(folder=str(folder))
    _write(folder, name, key, passphrase)


def opened(folder: Path, name: str, *, passphrase: str | None) -> bytes:
    """A key that `keep` kept; raises KeysMissing or PassphraseWrong."""
    return _open(folder, name, passphrase)[0]


def load(
    folder: Path, *, passphrase: str | None = None, log_token: SigningKey | None = None
) -> Keyring:
    """Open every purpose's key; raises KeysMissing or PassphraseWrong.

    `log_token` signs for the log instead of the key in the folder.
    """
    keys: dict[str, bytes] = {}
    demo = False
    for purpose in (*PURPOSES, NEXT_LOG):
        if purpose == NEXT_LOG and not (folder / f"{purpose}.json").exists():
            continue
        keys[purpose], marked = _open(folder, purpose, passphrase)
        demo = demo or marked
    return Keyring(keys, demo=demo, log_token=log_token)


def _open(folder: Path, purpose: str, passphrase: str | None) -> tuple[bytes, bool]:
    """The key of one file, and whether it is marked as a demo key."""
    path = folder / f"{purpose}.json"
    if not path.exists():
        raise KeysMissing(folder=str(folder), purpose=purpose)
    file = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    return (unb64(file.key) if file.demo else _unseal(file, passphrase)), file.demo


def _write(folder: Path, purpose: str, key: bytes, passphrase: str | None) -> None:
    if passphrase is None:
        file = KeyFile(v=1, purpose=purpose, demo=True, key=b64(key))
    else:
        salt = random_bytes(16)
        sealed = _wrapper(passphrase, salt).seal(key, purpose.encode())
        file = KeyFile(v=1, purpose=purpose, demo=False, key=b64(sealed), salt=b64(salt))
    path = folder / f"{purpose}.json"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(msgspec.json.encode(file))
        out.flush()
        os.fsync(out.fileno())


def _unseal(file: KeyFile, passphrase: str | None) -> bytes:
    if passphrase is None:
        raise PassphraseWrong(purpose=file.purpose)
    try:
        return _wrapper(passphrase, unb64(file.salt)).open(unb64(file.key), file.purpose.encode())
    except SealBroken as error:
        raise PassphraseWrong(purpose=file.purpose) from error


def _wrapper(passphrase: str, salt: bytes) -> Sealer:
    derive = Scrypt(salt=salt, length=32, n=SCRYPT_N, r=8, p=1)
    return Sealer(subject=salt, key=derive.derive(passphrase.encode()))
