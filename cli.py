"""The `ujikom` command: thin, the same services as the web.

Exit codes: 0 done and everything holds; 1 a check found something wrong; 2 wrong usage;
3 the installation cannot work as it is (schema, keys, settings); 4 refused by a rule.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import msgspec
import uvicorn
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

import app
from audit import reads
from audit.export import export as export_log
from audit.verify import main as verify_log
from certificates import checking, verification, verify_file
from certificates import store as certificates
from exam_engine import auditing
from exam_engine.outcomes.awards import awarded
from exam_engine.schemes.scheme import Scheme
from kernel import keys as keyrings
from kernel import logs
from kernel.clock import ManualClock, SystemClock
from kernel.errors import Integrity, UjikomError, Unavailable
from kernel.settings import Settings, from_environment
from migrations import schema
from people import store as persons
from question_banks import service as banks
from question_banks.formats.native import read_bank, read_mapping, subject_mapping
from samples import demo as sample_run
from samples import programme, schemes
from samples.answer_key import Key, answer_key
from samples.demo import Held
from samples.people import STAFF
from samples.serving import served
from web.error_texts import text_of
from web.installation import Installation

OK: Final = 0
WRONG: Final = 1
UNREADY: Final = 3
REFUSED: Final = 4

console = Console(highlight=False)


def main() -> None:
    """Run the command; our errors become one sentence in Indonesian and an exit code."""
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
        text = text_of(error, "en" if os.environ.get("LANG", "").startswith("en") else "id")
        Console(stderr=True, highlight=False).print(f"[red]{text.sentence}[/] ({error.code})")
        sys.exit(exit_code(error))


def exit_code(error: UjikomError) -> int:
    """The one map from an error's kind to an exit code."""
    if isinstance(error, Integrity):
        return WRONG
    return UNREADY if isinstance(error, Unavailable) else REFUSED


@click.group(epilog="Kode keluar: 0 baik, 1 ada yang salah, 2 cara pakai, 3 belum siap, 4 ditolak.")
def cli() -> None:
    """Ujikom: ujian sertifikasi yang hasilnya dapat diperiksa siapa pun."""


@cli.command()
@click.option("--with-sample", is_flag=True, help="Muat dan jalankan contoh bila data kosong.")
def serve(*, with_sample: bool) -> None:
    """Layani halaman web."""
    settings = _settings()
    _check_address(settings)
    if with_sample and not (settings.data / "demo" / "done").exists():
        _demo(settings, sample_run.CANDIDATES)
    here = app.install(settings)
    _welcome(settings, here)
    uvicorn.run(
        app.create_app(settings, here=here),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    app.close(here)


@cli.command()
@click.option("--candidates", default=sample_run.CANDIDATES, show_default=True, help="Peserta.")
def demo(candidates: int) -> None:
    """Muat data contoh, adakan ujian contoh lewat HTTP, periksa semuanya."""
    sys.exit(_demo(_settings(), candidates))


@cli.command()
@click.option("--scheme", "code", default="PPD", show_default=True, help="PPD atau SKD.")
@click.option("--bank", "file", type=click.Path(exists=True, path_type=Path), help="Bank SKD.")
@click.option("--candidates", default=10, show_default=True, help="Peserta.")
def simulate(code: str, file: Path | None, candidates: int) -> None:
    """Adakan ujian contoh lagi, di atas data contoh (atau data kosong)."""
    settings = _settings()
    sys.exit(_simulate(settings, code, file, candidates))


@cli.group()
def bank() -> None:
    """Bank soal."""


@bank.command("import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--bank", "name", required=True, help="Nama bank soal.")
@click.option("--as", "username", default="penyusun", show_default=True, help="Akun penyusun.")
@click.option("--map", "mapping", type=click.Path(exists=True, path_type=Path), help="Pemetaan.")
@click.option("--skd", is_flag=True, help="Pakai pemetaan TWK, TIU, TKP.")
def import_bank(file: Path, name: str, username: str, mapping: Path | None, *, skd: bool) -> None:
    """Impor FILE (ujikom-bank/1); butir yang ditolak disebut dengan alasannya."""
    with _installation() as here:
        principal = here.database.read_sync(persons.principal_of_account, username=username)
        chosen = subject_mapping() if skd else None
        if mapping:
            chosen = read_mapping(mapping.read_bytes())
        read = read_bank(file.read_bytes(), chosen)
        changed = banks.import_file(here.database, bank_name=name, file=read, by=principal)
    for rejected in read.rejected:
        console.print(f"ditolak  {rejected.external_id}: {rejected.reason}")
    console.print(f"{len(read.items)} butir diterima ({changed} baru atau berubah), "
                  f"{len(read.rejected)} ditolak.")  # fmt: skip
    sys.exit(WRONG if read.rejected else OK)


@cli.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--key", "vkey", help="Kunci log (bila di luar instalasi ini).")
@click.option("--credential-key", help="Kunci kredensial, hex 32 bita.")
def verify(file: Path, vkey: str | None, credential_key: str | None) -> None:
    """Periksa sertifikat PDF; tanpa kunci, memakai kunci dan status instalasi ini."""
    pdf = file.read_bytes()
    if vkey and credential_key:
        keys = verify_file.TrustedKeys(credential=(bytes.fromhex(credential_key),), log=(vkey,))
        report = verify_file.check_offline(pdf, trusted_keys=keys, at=SystemClock().now())
        status = None
    else:
        with _installation() as here:
            ring = here.database.keys
            keys = verify_file.TrustedKeys(
                credential=(ring.verify_key("credential"),), log=(here.log_vkey,)
            )
            report = verify_file.check_offline(pdf, trusted_keys=keys, at=here.database.clock.now())
            status = here.database.read_sync(verification.by_file, pdf=pdf)
    for check in report.checks:
        console.print(f"{check.outcome:<12} {check.name} {check.code or ''}".rstrip())
    console.print(f"verdict      {status.status if status else report.verdict}")
    good = report.verdict is verify_file.Verdict.VALID_STATUS_UNKNOWN
    sys.exit(OK if good and (status is None or status.status == "valid") else WRONG)


@cli.group()
def audit() -> None:
    """Log audit."""


@audit.command("verify")
@click.argument("source", required=False)
@click.option("--key", "vkey", help="Kunci pemeriksa log itu (wajib dengan SOURCE).")
@click.option("--state", type=click.Path(path_type=Path), help="Ingat titik periksa terakhir.")
def audit_verify(source: str | None, vkey: str | None, state: Path | None) -> None:
    """Hitung ulang log: basis data ini dan tabel ujiannya, atau SOURCE (URL atau map ekspor)."""
    if source:
        if not vkey:
            raise click.UsageError("--key diperlukan bersama SOURCE")
        extra = ["--state", str(state)] if state else []
        sys.exit(verify_log([source, "--key", vkey, *extra]))
    with _installation() as here:
        sys.exit(_verify_own(here))


@audit.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
def audit_export(folder: Path) -> None:
    """Tulis log sebagai berkas statis yang dapat dilayani peladen web apa pun."""
    with _installation() as here, _bar() as progress:
        export_log(here.database, folder, lambda done, total: progress("petak", done, total))
    console.print(f"Diekspor ke {folder}. Periksa: ujikom audit verify {folder} --key …")


@cli.command()
@click.argument("sitting")
def replay(sitting: str) -> None:
    """Putar ulang SITTING (handle hex atau nomor peserta): undian, jawaban, nilai."""
    with _installation() as here:
        sitting_id = here.database.read_sync(auditing.sitting_called, name=sitting)
        if sitting_id is None:
            raise click.UsageError(f"ujian {sitting} tidak ditemukan")
        done = here.database.read_sync(auditing.replay_sitting, sitting_id=sitting_id)
    for check in done.checks:
        console.print(f"{'cocok' if check.holds else 'BEDA':<6} {check.name}")
        for fault in check.faults:
            console.print(f"       {fault}")
    sys.exit(OK if done.holds else WRONG)


@cli.command()
@click.option("--passphrase-file", required=True, type=click.Path(exists=True, path_type=Path))
def init(passphrase_file: Path) -> None:
    """Buat kunci sungguhan, tersegel frasa sandi; menolak bila kunci (contoh) sudah ada."""
    settings = _settings()
    keyrings.create(settings.data / "keys", passphrase=passphrase_file.read_text().strip())
    schema.upgrade(settings.url)
    console.print(f"Kunci dibuat di {settings.data / 'keys'}. Simpan cadangannya terpisah.")


@cli.command()
def migrate() -> None:
    """Naikkan skema basis data ke versi ini."""
    schema.upgrade(_settings().url)
    console.print("Skema basis data sesuai dengan versi ini.")


def _settings() -> Settings:
    settings = from_environment(os.environ)
    logs.configure(settings.log_level)
    return settings


@contextmanager
def _installation() -> Iterator[Installation]:
    """An installation beside a server that may be running: it never sequences."""
    settings = _settings()
    here = app.install(_without_sequencer(settings))
    try:
        yield here
    finally:
        app.close(here)


def _without_sequencer(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, sequencer=False)


def _check_address(settings: Settings) -> None:
    """Refuse to serve a network without TLS unless the operator says so."""
    local = settings.host in {"127.0.0.1", "localhost", "::1"}
    if not (local or settings.tls_certificate or settings.insecure_lan):
        raise click.UsageError(
            "alamat jaringan tanpa TLS: isi UJIKOM_TLS_CERTIFICATE dan UJIKOM_TLS_KEY,"
            " atau UJIKOM_INSECURE_LAN=true bila jaringannya memang tertutup"
        )


def _verify_own(here: Installation) -> int:
    """Log, exam tables and stored PDFs; every fault is named."""
    lock = here.settings.data / "lock" / "log"
    with _bar() as progress:
        faults = here.database.read_sync(
            checking.log_faults,
            vkey=here.log_vkey,
            lock=lock if lock.exists() else None,
            progress=lambda done, total: progress("log", done, total),
        )
    faults += here.database.read_sync(checking.exam_faults)
    faults += here.database.read_sync(checking.certificate_faults, blobs=here.blobs)
    for fault in faults:
        console.print(f"[red]BEDA[/]  {fault}", soft_wrap=True)
    if not faults:
        state = here.database.read_sync(reads.state)
        console.print(f"cocok  log {state.size if state else 0} catatan, tabel ujian, sertifikat")
    return WRONG if faults else OK


def _demo(settings: Settings, candidates: int) -> int:
    mark = settings.data / "demo" / "done"
    clock = ManualClock(sample_run.yesterday_morning(SystemClock().now()))
    here = app.install(settings, clock=clock)
    try:
        if not here.demo:
            raise click.UsageError("contoh hanya dimuat pada instalasi dengan kunci contoh")
        if mark.exists():
            console.print("Data contoh sudah ada; kosongkan UJIKOM_DATA untuk mengulang.")
            return OK
        console.print("Memuat bank, petugas, dan skema contoh …")
        contents = programme.prepare(here.database, schemes.PUBLIC_SERVICE)
        status = _hold(here, clock, schemes.PUBLIC_SERVICE, answer_key(contents), candidates)
    finally:
        app.close(here)
    if status == OK:
        mark.touch()
    return status


def _simulate(settings: Settings, code: str, file: Path | None, candidates: int) -> int:
    scheme = {"PPD": schemes.PUBLIC_SERVICE, "SKD": schemes.SKD}.get(code)
    if scheme is None or (scheme is schemes.SKD) != (file is not None):
        raise click.UsageError("--scheme PPD, atau --scheme SKD bersama --bank FILE")
    clock = ManualClock(sample_run.yesterday_morning(SystemClock().now()))
    here = app.install(settings, clock=clock)
    try:
        if not here.demo:
            raise click.UsageError("simulasi hanya berjalan pada instalasi dengan kunci contoh")
        files = [read_bank(file.read_bytes(), subject_mapping())] if file else None
        contents = programme.prepare(here.database, scheme, files)
        return _hold(here, clock, scheme, answer_key(contents), candidates)
    finally:
        app.close(here)


def _hold(here: Installation, clock: ManualClock, scheme: Scheme, key: Key, candidates: int) -> int:
    """Hold the exam over HTTP, verify everything, print the table."""
    folder = here.settings.data / "demo" / "sertifikat"
    application = app.create_app(here.settings, here=here)
    with served(application) as address, _bar() as progress:
        held = sample_run.hold(
            address,
            clock,
            scheme=scheme,
            key=key,
            candidates=candidates,
            folder=folder,
            progress=progress,
            awards=lambda: len(here.database.read_sync(awarded)),
        )
        shard = here.log_origin.partition("/")[2]
        log_status = verify_log([f"{address}/{shard}", "--key", here.log_vkey])
    status = _verify_own(here)
    table, replays = _report(here, held)
    console.print(table)
    console.print(f"Sertifikat: {folder} ({len(held.issued)} berkas)")
    good = all(issued.by_code and issued.by_file for issued in held.issued)
    late = all(o.refused_late for o in held.outcomes if o.story == "waktu habis")
    holds = good and late and replays and log_status == OK and status == OK
    console.print("[green]Semua pemeriksaan cocok.[/]" if holds else "[red]Ada yang salah.[/]")
    return OK if holds else WRONG


def _report(here: Installation, held: Held) -> tuple[Table, bool]:
    """What became of each candidate, and whether every sitting's replay holds."""
    table = Table("peserta", "cerita", "simpan", "nilai", "hasil", "sertifikat", "putar ulang")
    holds = True
    for outcome in held.outcomes:
        sitting_id = here.database.read_sync(auditing.sitting_called, name=outcome.number)
        assert sitting_id is not None  # noqa: S101 - the candidate sat
        done = here.database.read_sync(auditing.replay_sitting, sitting_id=sitting_id)
        result = done.result
        certificate = here.database.read_sync(certificates.of_sitting, sitting_id=sitting_id)
        holds = holds and done.holds
        table.add_row(
            outcome.number,
            outcome.story,
            str(outcome.saves),
            result["total"],
            "lulus" if result["outcome"] == "passed" else "belum",
            certificate.number if certificate else "",
            "cocok" if done.holds else "BEDA",
        )
    return table, holds


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
        console.print(f"Petugas masuk: {address}/masuk    Peserta: {address}/ujian")
        console.print(f"Log audit:     {address}/log")
        if pdfs:
            console.print(f"Sertifikat:    {address}/V/{pdfs[0].stem}    ({pdfs[0]})")


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar: call it with what, done, total."""
    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield show
