"""`ujikom account`, `ujikom scheme`, `ujikom bank`: what an operator prepares."""

import os
import sys
from pathlib import Path
from typing import Final

import click
import msgspec

from commands.installed import installation
from commands.terminal import CODES, FILE, OK, WRONG, console, tell, wrong_use
from exam_engine.schemes import national
from exam_engine.schemes import presets as schemes
from exam_engine.schemes.scheme import from_bytes
from exam_engine.schemes.service import publish_scheme
from kernel.settings import from_environment
from people import passwords, second_factor
from people import service as people
from people import store as persons
from people.roles import STAFF, Role
from question_banks import service as banks
from question_banks import store as bank_store
from question_banks.errors import BankUnknown
from question_banks.exporting import taken_out
from question_banks.formats.native import Target, read_mapping, subject_mapping
from question_banks.formats.readers import READERS, read_report
from question_banks.formats.workbook import template
from question_banks.formats.writers import WRITERS

PRESETS: Final = {scheme.code: scheme for scheme in (schemes.PUBLIC_SERVICE, schemes.SKD)}
PRINTED: Final = PRESETS | {scheme.code: scheme for scheme in national.SCHEMES}
ROLES: Final = click.Choice(sorted(str(role) for role in STAFF))


@click.group(epilog=CODES)
def bank() -> None:
    """Bank soal."""


@bank.command("import", epilog=CODES, short_help="Impor berkas bank soal.")
@click.argument("file", type=FILE)
@click.option("--bank", "name", required=True, help="Nama bank soal.")
@click.option("--as", "username", default="penyusun", show_default=True, help="Akun penyusun.")
@click.option("--map", "mapping", type=FILE, help="Pemetaan.")
@click.option("--skd", is_flag=True, help="Pakai pemetaan TWK, TIU, TKP.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["native", *READERS]),
    default="native",
    show_default=True,
    help="Bentuk berkas.",
)
@click.option("--competency", default="", help="Kompetensi butir (bentuk selain native).")
@click.option("--level", type=click.IntRange(1, 5), default=1, help="Level butir itu.")
@click.option(
    "--figures",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder gambar yang disebut butir (native).",
)
@click.option("--dry-run", is_flag=True, help="Laporan saja, tidak menyimpan apa pun.")
def import_bank(
    file: Path,
    *,
    name: str,
    username: str,
    mapping: Path | None,
    skd: bool,
    kind: str,
    competency: str,
    level: int,
    figures: Path | None,
    dry_run: bool,
) -> None:
    """Impor FILE; butir yang ditolak atau kehilangan sesuatu disebut dengan baris dan sebabnya."""
    chosen = subject_mapping() if skd else None
    if mapping:
        chosen = read_mapping(mapping.read_bytes())
    pictures = {own.name: own.read_bytes() for own in figures.iterdir()} if figures else {}
    here_ = Target(competency, level)
    limits = banks.limits_of(from_environment(os.environ))
    report = read_report(file.read_bytes(), kind, here_, chosen, limits=limits, figures=pictures)
    read, changed = report.file, 0
    if not dry_run:
        with installation() as here:
            principal = here.database.read_sync(persons.principal_of_account, username=username)
            changed = banks.import_file(here.database, bank_name=name, file=read, by=principal)
    for loss in report.losses:
        tell(f"berkurang  {file.name}:{loss.line} {loss.external_id}: {loss.what}")
    for rejected in read.rejected:
        place = report.place(rejected.external_id)
        where = f"{file.name}:{place} " if place else ""
        tell(f"ditolak  {where}{rejected.external_id}: {rejected.reason}")
    for passed in report.ignored:
        tell(f"dilewati  {file.name} {passed.external_id}: {passed.what}")
    console.print(f"{len(read.items)} butir diterima ({changed} baru atau berubah), "
                  f"{len(read.rejected)} ditolak.")  # fmt: skip
    sys.exit(WRONG if read.rejected else OK)


@bank.command("export", epilog=CODES, short_help="Tulis bank soal ke berkas.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--bank", "name", required=True, help="Nama bank soal.")
@click.option("--as", "username", default="penyusun", show_default=True, help="Akun penyusun.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(WRITERS)),
    default="native",
    show_default=True,
    help="Bentuk berkas.",
)
def export_bank(file: Path, *, name: str, username: str, kind: str) -> None:
    """Tulis butir bank ke FILE; yang tidak dapat dibawa bentuk itu disebut dengan sebabnya."""
    with installation() as here:
        read = here.database.read_sync
        principal = read(persons.principal_of_account, username=username)
        bank_id = read(bank_store.bank_named, name=name)
        if bank_id is None:
            raise BankUnknown
        entries, supply = read(taken_out, bank_id=bank_id, by=principal)
    written = WRITERS[kind](entries, supply)
    file.write_bytes(written.data)
    for note in written.losses:
        tell(f"berkurang  {note.code}: {note.what}")
    for note in written.left:
        tell(f"tidak ditulis  {note.code}: {note.what}")
    console.print(f"{written.items} butir ditulis, {len(written.left)} tidak dapat dibawa.")
    sys.exit(WRONG if written.left else OK)


@bank.command("template", epilog=CODES, short_help="Tulis tabel XLSX kosong untuk diisi.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--language",
    type=click.Choice(["id", "en"]),
    default="id",
    show_default=True,
    help="Bahasa judul kolom.",
)
def bank_template(file: Path, *, language: str) -> None:
    """Tulis tabel XLSX dengan judul kolom dan dua butir contoh ke FILE."""
    file.write_bytes(template(language))
    console.print(f"{file} ditulis.")


@click.group(epilog=CODES)
def account() -> None:
    """Akun petugas."""


@account.command("add", epilog=CODES, short_help="Tambah akun petugas.")
@click.argument("username")
@click.option("--name", required=True, help="Nama lengkap.")
@click.option("--nip", required=True, help="NIP, 18 angka.")
@click.option("--agency", required=True, help="Nama instansi; dibuat bila belum ada.")
@click.option("--place", default="", help="Tempat kedudukan instansi baru.")
@click.option("--unit", default="", help="Unit kerja.")
@click.option("--role", "roles", required=True, multiple=True, type=ROLES, help="Peran.")
@click.option("--password-file", required=True, type=FILE, help="Berkas kata sandi.")
def add_account(
    username: str,
    *,
    name: str,
    nip: str,
    agency: str,
    place: str,
    unit: str,
    roles: tuple[str, ...],
    password_file: Path,
) -> None:
    """Tambah akun USERNAME dengan peran; pemberian peran tercatat di log."""
    hashed = passwords.hash_password(password_file.read_text().strip())
    with installation() as here:
        write = here.database.write_sync
        agency_id = write(people.create_agency, name=agency, place=place or agency)
        person = write(people.create_person, agency_id=agency_id, name=name, nip=nip, unit=unit)
        write(
            people.create_account,
            person_id=person,
            username=username,
            password_hash=hashed,
            roles=tuple(Role(role) for role in roles),
        )
    tell(f"Akun {username} dibuat: {', '.join(roles)}.")


@account.command("factor-reset", epilog=CODES, short_help="Matikan masuk dua langkah.")
@click.argument("username")
def reset_factor(username: str) -> None:
    """Matikan masuk dua langkah akun USERNAME, yang kehilangan ponsel dan kode pemulihannya.

    Semua sesi masuknya berakhir, dan pengaturan ulang ini tercatat di log.
    """
    with installation() as here:
        found = here.database.read_sync(persons.account_named, username=username)
        if found is None:
            raise wrong_use(f"tidak ada akun {username}", f"no account {username}")
        here.database.write_sync(second_factor.reset, account_id=found.id)
    tell(f"Masuk dua langkah akun {username} dimatikan.")


@click.group(epilog=CODES)
def scheme() -> None:
    """Skema sertifikasi."""


@scheme.command("publish", epilog=CODES, short_help="Terbitkan versi skema.")
@click.argument("file", type=FILE)
def publish(file: Path) -> None:
    """Terbitkan versi skema dari FILE (ujikom-scheme/1); versi yang sama tidak berubah lagi."""
    parsed = from_bytes(file.read_bytes())
    with installation() as here:
        digest = here.database.write_sync(publish_scheme, scheme=parsed)
    tell(f"{parsed.code} versi {parsed.version}: {digest.hex()}")


@scheme.command("preset", epilog=CODES, short_help="Cetak skema contoh sebagai JSON.")
@click.argument("code", type=click.Choice(sorted(PRINTED)))
def preset(code: str) -> None:
    """Cetak skema CODE sebagai berkas ujikom-scheme/1, untuk disunting lalu diterbitkan."""
    click.echo(msgspec.json.format(msgspec.json.encode(PRINTED[code]), indent=1).decode())
