"""The `ujikom` command: thin, the same services as the web.

Exit codes: 0 done and everything holds; 1 a check found something wrong; 2 wrong usage;
3 the installation cannot work as it is (schema, keys, settings); 4 refused by a rule.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import click
import msgspec
from rich.table import Table
from sqlalchemy.exc import DBAPIError

import app
from commands import certificates, log, people, pki, staff
from commands.installed import opens
from commands.log import verify_own
from commands.staff import PRESETS
from commands.terminal import (
    CODES,
    COUNT,
    FILE,
    OK,
    UNREADY,
    WRONG,
    bar,
    complain,
    console,
    exit_code,
    language,
    tell,
    wrong_use,
)
from commands.verify import verify
from exam_engine import auditing
from exam_engine import draw_file as draw_files
from exam_engine.schemes import presets as schemes
from exam_engine.schemes.scheme import Scheme
from kernel import data_folder, logs
from kernel import keys as keyrings
from kernel.clock import ManualClock, SystemClock
from kernel.errors import UjikomError
from kernel.settings import Settings, from_environment
from migrations import schema
from question_banks.formats.native import read_bank, subject_mapping
from samples.people import CANDIDATES_OF_THE_SAMPLE, STAFF
from web.error_texts import text_of
from web.installation import Installation


def main() -> None:
    """Run the command; our errors become one sentence and an exit code."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(WRONG)
    except UjikomError as error:
        complain(f"{text_of(error, language()).sentence} ({error.code})")
        sys.exit(exit_code(error))
    except (OSError, DBAPIError) as error:
        complain(str(error).splitlines()[0])
        sys.exit(UNREADY)


@click.group(epilog=CODES)
def cli() -> None:
    """Ujikom: ujian sertifikasi yang hasilnya dapat diperiksa siapa pun."""


@cli.command(epilog=CODES)
@click.option("--with-sample", is_flag=True, help="Muat dan jalankan contoh bila data kosong.")
def serve(*, with_sample: bool) -> None:
    """Layani halaman web."""
    settings = _settings()
    _check_address(settings)
    with app.bound(settings) as address:
        if with_sample and not (settings.data / "demo" / "done").exists():
            status = _demo(settings, CANDIDATES_OF_THE_SAMPLE)
            if status != OK:
                sys.exit(status)
        _serve(settings, address)


def _serve(settings: Settings, address: socket) -> None:
    from commands import server  # noqa: PLC0415 - slow to import, and needed here only

    here = app.install(settings)
    try:
        app.sequence_alone(here)
        application = app.create_app(settings, here=here)
        server.run(application, settings, address, lambda: _welcome(settings, here))
    finally:
        app.close(here)


@cli.command(epilog=CODES, short_help="Adakan dan periksa ujian contoh.")
@click.option(
    "--candidates", type=COUNT, default=CANDIDATES_OF_THE_SAMPLE, show_default=True, help="Peserta."
)
def demo(candidates: int) -> None:
    """Muat data contoh, adakan ujian contoh lewat HTTP, periksa semuanya."""
    sys.exit(_demo(_settings(), candidates))


@cli.command(epilog=CODES, short_help="Adakan ujian contoh lagi.")
@click.option("--scheme", "code", default="PPD", show_default=True, help="PPD atau SKD.")
@click.option("--bank", "file", type=FILE, help="Bank SKD.")
@click.option("--candidates", type=COUNT, default=10, show_default=True, help="Peserta.")
def simulate(code: str, file: Path | None, candidates: int) -> None:
    """Adakan ujian contoh lagi, di atas data contoh (atau data kosong)."""
    scheme = PRESETS.get(code)
    if scheme is None or (scheme is schemes.SKD) != (file is not None):
        raise wrong_use(
            "--scheme PPD, atau --scheme SKD bersama --bank FILE",
            "--scheme PPD, or --scheme SKD together with --bank FILE",
        )
    sys.exit(_hold(_settings(), scheme, file, candidates))


@cli.command(epilog=CODES, short_help="Putar ulang satu ujian.")
@click.argument("sitting")
@click.argument("file", type=FILE, required=False)
@click.option("--draw-file", type=click.Path(path_type=Path), help="Tulis berkas undian ke sini.")
def replay(sitting: str, file: Path | None, draw_file: Path | None) -> None:
    """Putar ulang SITTING (handle hex atau nomor peserta): undian, jawaban, nilai.

    `replay draw FILE` menurunkan ulang naskah dari berkas undian, tanpa pemasangan.
    """
    if sitting == "draw" and file is not None:
        sys.exit(_replay_draw(file))
    if file is not None:
        raise wrong_use("hanya `replay draw` memakai berkas", "only `replay draw` takes a file")
    with _installation() as here:
        sitting_id = here.database.read_sync(auditing.sitting_called, name=sitting)
        if sitting_id is None and here.database.read_sync(auditing.is_registered, number=sitting):
            raise wrong_use(
                f"peserta {sitting} belum memulai ujiannya",
                f"candidate {sitting} has not started the exam",
            )
        if sitting_id is None:
            raise wrong_use(f"ujian {sitting} tidak ditemukan", f"no sitting {sitting}")
        done = here.database.read_sync(auditing.replay_sitting, sitting_id=sitting_id)
    for check in done.checks:
        console.print(f"{'cocok' if check.holds else 'BEDA':<6} {check.name}")
        for fault in check.faults:
            tell(f"       {fault}")
    if draw_file is not None:
        draw_file.write_bytes(draw_files.build(done.evidence))
    sys.exit(OK if done.holds else WRONG)


def _replay_draw(file: Path) -> int:
    found = draw_files.faults(file.read_bytes())
    for fault in found:
        tell(f"BEDA   {fault}")
    if not found:
        console.print("cocok  naskah diturunkan ulang dari berkas undian")
    return WRONG if found else OK


@cli.command(epilog=CODES, short_help="Buat kunci sungguhan.")
@click.option("--passphrase-file", required=True, type=FILE, help="Berkas frasa sandi kunci.")
def init(passphrase_file: Path) -> None:
    """Buat kunci sungguhan, tersegel frasa sandi; menolak bila kunci (contoh) sudah ada."""
    settings = _settings()
    passphrase = passphrase_file.read_text().strip()
    if not passphrase:
        raise wrong_use("berkas frasa sandi kosong", "the passphrase file is empty")
    data_folder.make(settings)
    keyrings.create(settings.data / "keys", passphrase=passphrase)
    schema.upgrade(settings.url)
    tell(f"Kunci dibuat di {settings.data / 'keys'}. Simpan cadangannya terpisah.")


@cli.command(epilog=CODES)
def migrate() -> None:
    """Naikkan skema basis data ke versi ini."""
    settings = _settings()
    data_folder.make(settings)
    schema.upgrade(settings.url)
    console.print("Skema basis data sesuai dengan versi ini.")


def _settings() -> Settings:
    settings = from_environment(os.environ)
    logs.configure(settings.log_level)
    return settings


@opens
@contextmanager
def _installation(*, sequencer: bool = False) -> Iterator[Installation]:
    """An installation beside a server that may be running; raises KeysMissing where none is."""
    settings = _settings()
    if not (settings.data / "keys").exists():
        raise keyrings.KeysMissing(folder=str(settings.data / "keys"), purpose="log")
    here = app.install(msgspec.structs.replace(settings, sequencer=sequencer))
    try:
        yield here
    finally:
        app.close(here)


def _check_address(settings: Settings) -> None:
    """Refuse to serve a network without TLS unless the operator says so."""
    local = settings.host in {"127.0.0.1", "localhost", "::1"}
    if not (local or settings.tls_certificate or settings.insecure_lan):
        raise wrong_use(
            "alamat jaringan tanpa TLS: isi UJIKOM_TLS_CERTIFICATE dan UJIKOM_TLS_KEY,"
            " atau UJIKOM_INSECURE_LAN=true bila jaringannya memang tertutup",
            "a network address without TLS: set UJIKOM_TLS_CERTIFICATE and UJIKOM_TLS_KEY,"
            " or UJIKOM_INSECURE_LAN=true when the network is closed indeed",
        )


def _demo(settings: Settings, candidates: int) -> int:
    mark = settings.data / "demo" / "done"
    if mark.exists():
        console.print("Data contoh sudah ada; kosongkan UJIKOM_DATA untuk mengulang.")
        return OK
    status = _hold(settings, schemes.PUBLIC_SERVICE, None, candidates)
    if status == OK:
        mark.touch()
    return status


def _hold(settings: Settings, scheme: Scheme, file: Path | None, candidates: int) -> int:
    """Hold a sample exam over HTTP, verify everything, print the table."""
    from samples import demo as sample_run  # noqa: PLC0415 - slow import, needed here only
    from samples.report import report  # noqa: PLC0415 - as above

    clock = ManualClock(sample_run.yesterday_morning(SystemClock().now()))
    here = app.install(settings, clock=clock)
    try:
        if not here.demo:
            raise wrong_use(
                "contoh hanya dimuat pada instalasi dengan kunci contoh",
                "the sample is loaded only where the keys are sample keys",
            )
        if here.database.read_sync(auditing.open_sessions):
            tell("Sesi dari contoh yang terputus masih terbuka; tutup di halaman Sesi ujian.")
        console.print("Memuat bank, petugas, dan skema contoh …")
        with bar() as progress:
            held = sample_run.run(
                here.database,
                clock,
                app.create_app(settings, here=here),
                scheme=scheme,
                files=[read_bank(file.read_bytes(), subject_mapping())] if file else None,
                candidates=candidates,
                folder=settings.data / "demo" / "sertifikat",
                progress=progress,
                shard=here.log_origin.partition("/")[2],
                vkey=here.log_vkey,
            )
        status = verify_own(here)
        table, replays = here.database.read_sync(report, outcomes=held.outcomes)
    finally:
        app.close(here)
    console.print(table)
    tell(f"Sertifikat: {settings.data / 'demo' / 'sertifikat'} ({len(held.issued)} berkas)")
    holds = held.holds and replays and status == OK
    console.print("[green]Semua pemeriksaan cocok.[/]" if holds else "[red]Ada yang salah.[/]")
    return OK if holds else WRONG


def _welcome(settings: Settings, here: Installation) -> None:
    scheme = "https" if settings.tls_certificate else "http"
    address = f"{scheme}://{settings.host}:{settings.port}"
    console.print(f"Ujikom melayani di [bold]{address}[/] (Ctrl+C untuk berhenti)")
    if here.demo:
        console.print("[yellow]DATA CONTOH[/]: kunci, orang, dan sertifikat di sini rekaan.")
        table = Table("akun", "kata sandi", "peran")
        for person in STAFF:
            table.add_row(person.username, person.password, ", ".join(person.roles))
        console.print(table)
        pdfs = sorted((settings.data / "demo" / "sertifikat").glob("*.pdf"))
        console.print(f"Petugas masuk: {address}/masuk")
        console.print(f"Peserta:       {address}/ujian")
        console.print(f"Log audit:     {address}/log")
        if pdfs:
            tell(f"Sertifikat:    {address}/V/{pdfs[0].stem}")
            tell(f"Berkasnya:     {pdfs[0]}")


LOG = (log.audit, log.witness, log.keys)
for command in (staff.account, staff.bank, staff.scheme, *LOG, people.people, verify):
    cli.add_command(command)
for command in pki.COMMANDS:
    log.keys.add_command(command)
cli.add_command(certificates.certificates)
