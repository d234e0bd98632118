"""The PKI as files: keys sealed like the ring's, certificates and revocation lists in the clear.

An installation keeps `issuing` and `signer` under `keys/pki/`. The root has a folder of its own
that belongs on a medium outside the server; only the sample installation keeps it beside.
"""

import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.signing import pki
from certificates.signing.errors import PkiExists, SignerMissing
from certificates.signing.pki import Authority, Revoked
from certificates.signing.signer import FileSigner
from kernel import keys
from kernel.ids import random_bytes

SAMPLE_NAME: Final = "Ujikom DATA CONTOH"
SAMPLE_AGE: Final = timedelta(days=30)  # the sample exam is held on a day in the past


def make_root(folder: Path, organization: str, *, passphrase: str | None, at: datetime) -> None:
    """Make a root key, its certificate and its empty revocation list in an empty folder."""
    if (folder / "root.pem").exists():
        raise PkiExists(folder=str(folder))
    key = _new_key(folder, "root", passphrase)
    own = pki.root_certificate(organization, key, at=at)
    write(folder / "root.pem", own.public_bytes(Encoding.PEM))
    renew_crl(folder, "root", passphrase=passphrase, at=at)


def make_issuing(
    folder: Path,
    root_folder: Path,
    *,
    passphrase: str | None,
    root_passphrase: str | None,
    at: datetime,
    crl_url: str = "",
) -> None:
    """Make an issuing CA in `folder` under the root of another folder; raises PkiExists."""
    if (folder / "issuing.pem").exists():
        raise PkiExists(folder=str(folder))
    root = authority(root_folder, "root", passphrase=root_passphrase)
    key = _new_key(folder, "issuing", passphrase)
    own = pki.certificate("issuing", key.public_key(), by=root, at=at, crl_url=crl_url)
    for name in ("root.pem", "root.crl"):
        shutil.copyfile(root_folder / name, folder / name)
    write(folder / "issuing.pem", own.public_bytes(Encoding.PEM))
    renew_crl(folder, "issuing", passphrase=passphrase, at=at)


def make_signer(folder: Path, *, passphrase: str | None, at: datetime, crl_url: str = "") -> None:
    """Make a signer under the folder's issuing CA; raises PkiExists."""
    if (folder / "signer.pem").exists():
        raise PkiExists(folder=str(folder))
    public = _new_key(folder, "signer", passphrase).public_key()
    certify_signer(folder, public, passphrase=passphrase, at=at, crl_url=crl_url)


def certify_signer(
    folder: Path,
    public: EllipticCurvePublicKey,
    *,
    passphrase: str | None,
    at: datetime,
    crl_url: str = "",
) -> None:
    """Give a key that lies elsewhere (a token) the signer's certificate; raises PkiExists."""
    if (folder / "signer.pem").exists():
        raise PkiExists(folder=str(folder))
    issuing = authority(folder, "issuing", passphrase=passphrase)
    own = pki.certificate("signer", public, by=issuing, at=at, crl_url=crl_url)
    write(folder / "signer.pem", own.public_bytes(Encoding.PEM))


def retire_signer(folder: Path) -> None:
    """Put key and certificate of the signer away; killed, run it again. Raises SignerMissing."""
    own = folder / "signer.pem"
    if not own.exists():
        raise SignerMissing(folder=str(folder))
    away = folder / keys.RETIRED
    away.mkdir(mode=0o700, exist_ok=True)
    serial = f"{_certificate(folder, 'signer').serial_number:x}"
    for path in (folder / "signer.json", own):
        if path.exists():
            path.rename(away / f"signer-{serial}{path.suffix}")


def make_sample(folder: Path, *, at: datetime) -> None:
    """Make everything for the sample programme, marked as such; two processes may race."""
    if folder.exists():
        return
    made = folder.with_name(f"{folder.name}-{random_bytes(4).hex()}")
    since = at - SAMPLE_AGE
    make_root(made / "root", SAMPLE_NAME, passphrase=None, at=since)
    make_issuing(made, made / "root", passphrase=None, root_passphrase=None, at=since)
    make_signer(made, passphrase=None, at=since)
    renew_crl(made, "issuing", passphrase=None, at=at)
    try:
        made.rename(folder)
    except OSError:
        shutil.rmtree(made)  # the other process was first


def renew_crl(
    folder: Path,
    role: str,
    *,
    passphrase: str | None,
    at: datetime,
    revoke: Sequence[Revoked] = (),
) -> x509.CertificateRevocationList:
    """Publish a CA's next revocation list: what the present one says, and `revoke` on top."""
    path = folder / f"{role}.crl"
    before = x509.load_pem_x509_crl(path.read_bytes()) if path.exists() else None
    listed = [*pki.revoked(before), *revoke] if before is not None else list(revoke)
    number = pki.crl_number(before) + 1 if before is not None else 1
    own = authority(folder, role, passphrase=passphrase)
    made = pki.crl(own, listed, number=number, at=at, lasts=pki.CRL_LASTS[role])
    write(path, made.public_bytes(Encoding.PEM))
    return made


def signer(folder: Path, *, passphrase: str | None) -> FileSigner:
    """The signer of an installation; raises SignerMissing or PassphraseWrong."""
    certificates = chain(folder)
    return FileSigner(keys.opened(folder, "signer", passphrase=passphrase), certificates)


def chain(folder: Path) -> tuple[bytes, ...]:
    """The DER of the signer's certificate and its issuer's; raises SignerMissing."""
    if not (folder / "signer.pem").exists():
        raise SignerMissing(folder=str(folder))
    found = (_certificate(folder, name) for name in ("signer", "issuing"))
    return tuple(each.public_bytes(Encoding.DER) for each in found)


def authority(folder: Path, role: str, *, passphrase: str | None) -> Authority:
    """A CA with its opened key; raises KeysMissing or PassphraseWrong."""
    key = keys.opened(folder, role, passphrase=passphrase)
    return Authority(_certificate(folder, role), pki.key_of(role, key))


def write(path: Path, data: bytes) -> None:
    """Put a file in place whole: a reader sees the old one or the new one."""
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def _new_key(folder: Path, role: str, passphrase: str | None) -> EllipticCurvePrivateKey:
    """A fresh key, kept; one that was kept before a kill but never certified is taken up."""
    if not (folder / f"{role}.json").exists():
        key = pki.new_key(role)
        keys.keep(folder, role, pki.key_bytes(key), passphrase=passphrase)
    return pki.key_of(role, keys.opened(folder, role, passphrase=passphrase))


def _certificate(folder: Path, role: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{role}.pem").read_bytes())
