"""`ujikom people`: what an operator does with personal data."""

import click

from certificates.erasure import erase
from commands.installed import installation
from commands.terminal import CODES, tell


@click.group(epilog=CODES)
def people() -> None:
    """Data pribadi."""


@people.command("erase", epilog=CODES, short_help="Hapus data pribadi seseorang.")
@click.argument("nip")
@click.option("--agency", required=True, help="Nama instansi.")
@click.option("--reason", required=True, help="Alasan; hanya ikatannya masuk log.")
def people_erase(nip: str, agency: str, reason: str) -> None:
    """Hapus data pribadi pemilik NIP; ditolak selama ada aturan penyimpanan yang berlaku."""
    with installation() as here:
        destroyed = erase(here.database, agency=agency, nip=nip, reason=reason)
    tell(f"Data pribadi dihapus; {destroyed} pembuka dimusnahkan. Hapus juga cadangan lama.")
