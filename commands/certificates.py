"""`ujikom certificates`: issue everything that waits, and pack it for the agencies."""

from collections.abc import Callable
from functools import partial
from os import cpu_count
from pathlib import Path
from typing import Final

import click

from certificates.issuing import Issuer, issue_awards, pending, print_pending
from certificates.packing import pack
from certificates.reminding import mail
from certificates.reminding.service import remind
from certificates.signing import choice
from commands.installed import installation
from commands.terminal import CODES, OK, UNREADY, bar, console
from kernel.workers import processes
from web.installation import Installation

FOLDER: Final = click.Path(file_okay=False, path_type=Path)


@click.group(epilog=CODES)
def certificates() -> None:
    """Sertifikat dalam jumlah besar."""


@certificates.command("issue", epilog=CODES, short_help="Terbitkan semua yang menunggu.")
@click.option("--workers", type=click.IntRange(1), help="Jumlah proses; bawaan: semua inti.")
def issue(workers: int | None) -> None:
    """Terbitkan dan cetak semua sertifikat yang menunggu.

    Boleh dihentikan kapan saja dan dijalankan lagi: tidak ada nomor ganda dan tidak ada celah.
    """
    with installation(sequencer=True) as here, bar() as show:
        made, kept = issue_all(here, workers=workers or cpu_count() or 1, progress=show)
        _, unprinted = here.database.read_sync(pending)
    console.print(f"{made} sertifikat diterbitkan, {kept} PDF dicetak.")
    if unprinted:
        console.print(f"{len(unprinted)} PDF menunggu checkpoint log; jalankan lagi nanti.")
    raise SystemExit(UNREADY if unprinted else OK)


def issue_all(
    here: Installation, *, workers: int, progress: Callable[[str, int, int], None]
) -> tuple[int, int]:
    """Both steps for everything that waits; gives how many certificates and PDFs were made.

    Between them the log is signed when no server does it.
    """
    issuer = Issuer(
        here.public_url,
        here.log_vkey,
        here.demo,
        here.policy,
        here.signer,
        choice.evidence(here.settings),
    )
    made = issue_awards(here.database, issuer, progress=partial(progress, "Menerbitkan"))
    while here.sequencer and here.sequencer.turn():
        continue
    with processes(workers) as pool:
        kept = print_pending(
            here.database,
            here.blobs,
            issuer,
            pool=pool,
            progress=partial(progress, "Mencetak"),
        )
    while here.sequencer and here.sequencer.turn():
        continue
    return made, kept


@certificates.command("remind", epilog=CODES, short_help="Ingatkan pemegang sebelum berakhir.")
def remind_holders() -> None:
    """Catat dan kirim pengingat 90, 30, dan 7 hari sebelum masa berlaku berakhir.

    Tanpa server surel, pengingat menunggu di halaman pengingat instansi.
    """
    with installation() as here:
        sender = mail.sender(here.settings)
        noted, sent = remind(here.database, sender=sender, public_url=here.public_url)
    console.print(f"{noted} pengingat dicatat, {sent} dikirim.")


@certificates.command("pack", epilog=CODES, short_help="Buat satu ZIP untuk tiap instansi.")
@click.argument("folder", type=FOLDER)
def pack_all(folder: Path) -> None:
    """Tulis ke FOLDER satu ZIP untuk tiap instansi: PDF, daftar CSV, dan daftar HTML."""
    with installation() as here:
        packed = pack(here.database, here.blobs, folder)
    for path, count in packed:
        console.print(f"{path.name}: {count} sertifikat")
