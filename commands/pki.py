"""`ujikom keys root|issuing|signer|crl`: the PKI whose signer signs certificate PDFs."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from certificates.signing import choice, folder, pki, token
from commands.installed import installation
from commands.terminal import CODES, FILE, tell, wrong_use
from kernel.clock import SystemClock
from web.installation import Installation

PLACE: Final = click.Path(file_okay=False, path_type=Path)
REASONS: Final = ("key_compromise", "superseded", "cessation_of_operation", "affiliation_changed")


@click.command("root", epilog=CODES, short_help="Buat akar sertifikat, di luar server.")
@click.argument("place", type=PLACE)
@click.option("--name", "organization", required=True, help="Nama lembaga pada sertifikat.")
@click.option("--passphrase-file", required=True, type=FILE, help="Berkas frasa sandi akar.")
def keys_root(place: Path, organization: str, passphrase_file: Path) -> None:
    """Buat kunci akar, sertifikat, dan daftar cabutnya di PLACE (media yang disimpan terpisah)."""
    passphrase = _passphrase(passphrase_file)
    folder.make_root(place, organization, passphrase=passphrase, at=SystemClock().now())
    _show(place, "root")


@click.command("issuing", epilog=CODES, short_help="Buat penerbit sertifikat di bawah akar.")
@click.argument("root", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--passphrase-file", required=True, type=FILE, help="Berkas frasa sandi akar.")
@click.option("--crl-url", help="Alamat daftar cabut akar; bawaan: /pki/root.crl server ini.")
def keys_issuing(root: Path, passphrase_file: Path, crl_url: str | None) -> None:
    """Buat penerbit untuk instalasi ini; map akar ROOT boleh dilepas sesudahnya."""
    with installation() as here:
        folder.make_issuing(
            _place(here),
            root,
            passphrase=here.settings.passphrase(),
            root_passphrase=_passphrase(passphrase_file),
            at=SystemClock().now(),
            crl_url=_crl_url(here, crl_url, "root"),
        )
        _show(_place(here), "issuing")


@click.command("signer", epilog=CODES, short_help="Buat penanda tangan PDF.")
@click.option("--replace", is_flag=True, help="Simpan terpisah yang lama, pakai yang baru.")
@click.option(
    "--crl-url", help="Alamat daftar cabut penerbit; bawaan: /pki/issuing.crl server ini."
)
def keys_signer(*, replace: bool, crl_url: str | None) -> None:
    """Buat kunci P-256 (di token bila UJIKOM_SIGNER=token) dan sertifikatnya."""
    with installation() as here:
        if replace:
            folder.retire_signer(_place(here))
        _make_signer(here, _crl_url(here, crl_url, "issuing"))
        _show(_place(here), "signer")
    tell("Jalankan ulang server agar dipakai.")


def _crl_url(here: Installation, given: str | None, role: str) -> str:
    """Where certificates of a CA say that its revocation list is; "" leaves the address out."""
    return f"{here.public_url}/pki/{role}.crl" if given is None else given


def _make_signer(here: Installation, crl_url: str) -> None:
    settings, at = here.settings, SystemClock().now()
    passphrase = settings.passphrase()
    if settings.signer != "token":
        folder.make_signer(_place(here), passphrase=passphrase, at=at, crl_url=crl_url)
        return
    public = token.generate(choice.token_place(settings))
    folder.certify_signer(_place(here), public, passphrase=passphrase, at=at, crl_url=crl_url)


@click.command("crl", epilog=CODES, short_help="Perbarui daftar cabut.")
@click.option("--revoke", help="Nomor seri (hex) sertifikat yang dicabut.")
@click.option("--reason", type=click.Choice(REASONS), help="Alasan pencabutan.")
@click.option("--root", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Akar.")
@click.option("--passphrase-file", type=FILE, help="Berkas frasa sandi akar.")
def keys_crl(
    revoke: str | None, reason: str | None, root: Path | None, passphrase_file: Path | None
) -> None:
    """Terbitkan daftar cabut berikutnya: milik penerbit, atau (dengan --root) milik akar."""
    if (revoke is None) != (reason is None) or (root is None) != (passphrase_file is None):
        raise wrong_use(
            "--revoke bersama --reason, --root bersama --passphrase-file",
            "--revoke goes with --reason, --root with --passphrase-file",
        )
    at = SystemClock().now()
    revoked = [_revoked(revoke, reason, at)] if revoke and reason else []
    with installation() as here:
        place, own = _place(here), here.settings.passphrase()
        if root and passphrase_file:
            made = folder.renew_crl(
                root, "root", passphrase=_passphrase(passphrase_file), at=at, revoke=revoked
            )
            folder.write(place / "root.crl", (root / "root.crl").read_bytes())
        else:
            made = folder.renew_crl(place, "issuing", passphrase=own, at=at, revoke=revoked)
    tell(f"Daftar cabut nomor {pki.crl_number(made)}, {len(made)} sertifikat dicabut.")


def _place(here: Installation) -> Path:
    return choice.place(here.settings)


def _passphrase(file: Path) -> str:
    passphrase = file.read_text().strip()
    if not passphrase:
        raise wrong_use("berkas frasa sandi kosong", "the passphrase file is empty")
    return passphrase


def _revoked(serial: str, reason: str, at: datetime) -> pki.Revoked:
    try:
        number = int(serial, 16)
    except ValueError as error:
        raise wrong_use("--revoke bukan hex", "--revoke is not hex") from error
    return pki.Revoked(number, at, x509.ReasonFlags[reason])


def _show(place: Path, role: str) -> None:
    """The fingerprint to publish and compare by another way."""
    made = x509.load_pem_x509_certificate((place / f"{role}.pem").read_bytes())
    tell(f"{made.subject.rfc4514_string()}")
    tell(f"SHA-256 {made.fingerprint(SHA256()).hex()}")
    tell(f"nomor seri {made.serial_number:x}, berlaku sampai {made.not_valid_after_utc:%Y-%m-%d}")


COMMANDS: Final = (keys_root, keys_issuing, keys_signer, keys_crl)
