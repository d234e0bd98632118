"""Which signer, level and trust the settings ask for; the files lie under `keys/pki/`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.signing import folder
from certificates.signing.errors import EvidenceMissing
from certificates.signing.evidence import Authority, Evidence, Level
from certificates.signing.service import ServiceSigner
from certificates.signing.signer import Signer
from certificates.signing.token import TokenPlace, TokenSigner
from kernel.settings import SettingInvalid, Settings

RENEW_BEFORE: Final = timedelta(days=7)


class Trust(msgspec.Struct, frozen=True):
    """Whom this installation trusts for PDFs: DER certificates, and lists of revoked ones."""

    roots: tuple[bytes, ...] = ()
    stamping_roots: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()


def place(settings: Settings) -> Path:
    """Where certificates, revocation lists and keys of the PKI lie."""
    return settings.data / "keys" / "pki"


def signer(settings: Settings, *, demo: bool, at: datetime) -> Signer | ServiceSigner:
    """The signer of the settings; a sample installation gets a PKI of its own at once.

    Raises SignerMissing, PassphraseWrong and SettingInvalid.
    """
    if settings.signer == "service":
        return ServiceSigner(
            settings.signer_url,
            _set(settings.signer_credentials_file, "UJIKOM_SIGNER_CREDENTIALS_FILE"),
            settings.signer_seconds,
            settings.signer_tries,
        )
    if settings.signer == "token":
        chain = folder.chain(place(settings))
        return TokenSigner(
            token_place(settings), chain, settings.signer_seconds, settings.signer_tries
        )
    if demo:
        folder.make_sample(place(settings), at=at)
    return folder.signer(place(settings), passphrase=settings.passphrase())


def token_place(settings: Settings) -> TokenPlace:
    """The token of the settings; raises SettingInvalid."""
    return TokenPlace(
        _set(settings.signer_module, "UJIKOM_SIGNER_MODULE"),
        settings.signer_token,
        settings.signer_label,
        _set(settings.signer_pin_file, "UJIKOM_SIGNER_PIN_FILE"),
    )


def evidence(settings: Settings) -> Evidence | None:
    """What goes with a signature at the level of the settings; None at B-B.

    Raises EvidenceMissing when the authority's address is not set.
    """
    level = Level(settings.signature_level)
    if level is Level.B:
        return None
    if not settings.signature_tsa_url:
        raise EvidenceMissing(reason="UJIKOM_SIGNATURE_TSA_URL")
    own = trust(settings)
    return Evidence(
        level=level,
        authority=Authority(
            settings.signature_tsa_url, settings.signer_seconds, settings.signer_tries
        ),
        roots=(*own.roots, *own.stamping_roots),
        others=_certificates((place(settings) / "tsa").glob("*.pem")),
        crls=own.crls,
    )


def trust(settings: Settings) -> Trust:
    """Roots of `root*.pem`, lists of `*.crl`, and the same of time-stamping under `tsa/`."""
    own, stamping = place(settings), place(settings) / "tsa"
    return Trust(
        _certificates(own.glob("root*.pem")),
        _certificates(stamping.glob("root*.pem")),
        _lists([*own.glob("*.crl"), *stamping.glob("*.crl")]),
    )


def keep_crl_fresh(settings: Settings, *, at: datetime) -> bool:
    """Renew the issuing CA's list in its last week; tells whether it did."""
    path = place(settings) / "issuing.crl"
    if not path.exists() or not path.with_suffix(".json").exists():
        return False
    until = x509.load_pem_x509_crl(path.read_bytes()).next_update_utc
    if until is None or until - at > RENEW_BEFORE:
        return False
    folder.renew_crl(place(settings), "issuing", passphrase=settings.passphrase(), at=at)
    return True


def _certificates(paths: Iterable[Path]) -> tuple[bytes, ...]:
    return tuple(
        each.public_bytes(Encoding.DER)
        for path in sorted(paths)
        for each in x509.load_pem_x509_certificates(path.read_bytes())
    )


def _lists(paths: Iterable[Path]) -> tuple[bytes, ...]:
    return tuple(
        x509.load_pem_x509_crl(path.read_bytes()).public_bytes(Encoding.DER)
        for path in sorted(paths)
    )


def _set(value: Path | None, name: str) -> Path:
    if value is None:
        raise SettingInvalid(reason=name)
    return value
