"""`ujikom audit`: the log against itself, the tables against the log, the log as files."""

import os
import sys
from pathlib import Path

import click

from audit import closing, key_rotation, reads
from audit.export import export as export_log
from audit.merkle import HASH_SIZE
from audit.note import parse_vkey, verifier_key
from audit.recovery import replay_tail
from audit.source import open_source
from audit.verify import main as verify_log
from audit.witness_server import serve_witness
from certificates import checking
from commands.installed import installation
from commands.terminal import CODES, FILE, OK, WRONG, bar, console, tell, wrong_use
from exam_engine import auditing
from kernel import keys as keyrings
from kernel.database import Tx
from kernel.settings import from_environment
from kernel.token import generate
from web.installation import Installation


@click.group(epilog=CODES)
def audit() -> None:
    """Log audit."""


@audit.command("verify", epilog=CODES, short_help="Hitung ulang log dan bandingkan.")
@click.argument("source", required=False)
@click.option("--key", "vkey", help="Kunci pemeriksa log itu (wajib dengan SOURCE).")
@click.option("--state", type=click.Path(path_type=Path), help="Ingat titik periksa terakhir.")
@click.option("--policy", type=FILE, help="Kebijakan saksi yang harus dipenuhi.")
def audit_verify(
    source: str | None, vkey: str | None, state: Path | None, policy: Path | None
) -> None:
    """Hitung ulang log: basis data ini dan tabel ujiannya, atau SOURCE (URL atau map ekspor)."""
    if source:
        if not vkey:
            raise wrong_use("--key diperlukan bersama SOURCE", "SOURCE needs --key")
        extra = ["--state", str(state)] if state else []
        extra += ["--policy", str(policy)] if policy else []
        sys.exit(verify_log([source, "--key", vkey, *extra]))
    with installation() as here:
        sys.exit(verify_own(here))


@audit.command("export", epilog=CODES, short_help="Tulis log sebagai berkas statis.")
@click.argument("folder", type=click.Path(path_type=Path))
def audit_export(folder: Path) -> None:
    """Tulis log sebagai berkas statis yang dapat dilayani peladen web apa pun."""
    with installation() as here, bar() as progress:
        export_log(here.database, folder, lambda done, total: progress("petak", done, total))
    tell(f"Diekspor. Periksa: ujikom audit verify {folder} --key {here.log_vkey}")


@audit.command("fsck", epilog=CODES, short_help="Hitung ulang log dari catatannya.")
def audit_fsck() -> None:
    """Hitung ulang pohon, simpul, titik periksa, rantai, dan pembuka dari catatan tersimpan."""
    with installation() as here:
        faults = _log_faults(here)
    for fault in faults:
        tell(f"BEDA   {fault}")
    if not faults:
        console.print("cocok  log")
    sys.exit(WRONG if faults else OK)


@audit.command("replay", epilog=CODES, short_help="Pulihkan ekor log dari ekspor atau cermin.")
@click.argument("source")
def audit_replay(source: str) -> None:
    """Tambahkan catatan yang hilang dari SOURCE (map ekspor atau URL); lihat recover-the-log.md."""
    with installation() as here:
        done = replay_tail(here.database, open_source(source), parse_vkey(here.log_vkey))
    tell(f"{done.found} catatan ada, {done.size - done.found} dipulihkan.")


@audit.command("adopt", epilog=CODES, short_help="Ambil alih log tanpa berkas kuncinya.")
@click.argument("checkpoint", type=FILE)
def audit_adopt(checkpoint: Path) -> None:
    """Percayai CHECKPOINT dari ekspor atau saksi sebagai titik tanda tangan terakhir."""
    with installation(sequencer=True) as here:
        assert here.sequencer is not None  # noqa: S101 - it was asked for
        taken = here.sequencer.adopt(checkpoint.read_text())
    tell(f"Log diambil alih pada ukuran {taken.size}.")


@audit.command("close", epilog=CODES, short_help="Tutup log ini; yang baru melanjutkannya.")
@click.option("--next", "following", required=True, help="Nama (origin) log berikutnya.")
@click.option("--reason", required=True, help="Alasan, tercatat di log.")
@click.option("--lost", is_flag=True, help="Ekor log hilang: tutup tanpa catatan penutup.")
def audit_close(following: str, reason: str, *, lost: bool) -> None:
    """Tutup log dan buat kunci bagi log berikutnya, yang melanjutkan pohon yang sama.

    Hentikan server dulu. Terputus di tengah, jalankan lagi.
    """
    with installation(sequencer=True) as here:
        lock = here.settings.data / "lock" / "log"
        if lock.exists() or not (lost or closing.last_notes(lock)):
            closing.require_free(following, lock=lock, now=here.log_origin)
            if not lost:
                _last_word(here, following, reason)
            closing.put_away(lock)
        if closing.signed_last(lock, parse_vkey(here.log_vkey)):
            _next_key(here)
    tell(
        f"Log {here.log_origin} ditutup. Setel UJIKOM_LOG_ORIGIN={following}, lalu jalankan server."
    )


def _last_word(here: Installation, following: str, reason: str) -> None:
    assert here.sequencer is not None  # noqa: S101 - it was asked for
    here.sequencer.published()  # refuses before anything is recorded
    here.database.write_sync(key_rotation.freeze, next_origin=following, reason=reason)
    here.sequencer.drain()


def _next_key(here: Installation) -> None:
    """A fresh key for the next log; one in a token is the operator's to name."""
    folder = here.settings.data / "keys"
    if here.settings.log_token_module is not None:
        keyrings.remember_log_key(folder, public=here.log_vkey)
        tell("Buat kunci baru di token: UJIKOM_LOG_TOKEN_LABEL lain, lalu `ujikom keys log-token`.")
        return
    if not here.database.keys.exchanging:
        keyrings.add_log_key(folder, passphrase=here.settings.passphrase())
    keyrings.retire_log_key(folder, public=here.log_vkey)


@audit.command("proof", epilog=CODES, short_help="Cetak bukti satu catatan.")
@click.argument("sitting_or_leaf")
def audit_proof(sitting_or_leaf: str) -> None:
    """Cetak tlog-proof sebuah catatan (hex 64 angka), atau ujung rantai sebuah ujian."""
    with installation() as here:
        hashed = here.database.read_sync(_leaf_called, name=sitting_or_leaf)
        proof = here.database.read_sync(reads.tlog_proof, leaf_hash=hashed) if hashed else None
    if proof is None:
        raise wrong_use(
            f"{sitting_or_leaf} tidak ada di log, atau belum tercakup titik periksa",
            f"{sitting_or_leaf} is not in the log, or no checkpoint covers it yet",
        )
    click.echo(proof, nl=False)


def _leaf_called(tx: Tx, *, name: str) -> bytes | None:
    """A leaf hash in hex, or the end of the chain of a sitting (handle, candidate number)."""
    if len(name) == 2 * HASH_SIZE:
        try:
            return bytes.fromhex(name)
        except ValueError:
            return None
    return auditing.chain_end_of(tx, name=name)


@click.group(epilog=CODES)
def witness() -> None:
    """Saksi log untuk lembaga lain."""


@witness.command("serve", epilog=CODES, short_help="Jalankan saksi.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Nama kunci saksi, misalnya saksi.example.ac.id/w1.")
@click.option("--log", "logs", required=True, multiple=True, help="Kunci log yang disaksikan.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Alamat.")
@click.option("--port", default=8010, show_default=True, help="Porta.")
def witness_serve(folder: Path, name: str, logs: tuple[str, ...], host: str, port: int) -> None:
    """Jalankan saksi dengan kunci dan keadaan di FOLDER; tidak perlu instalasi Ujikom."""
    keys = [parse_vkey(vkey) for vkey in logs]
    serve_witness(folder, name=name, logs=keys, host=host, port=port)


@click.group(epilog=CODES)
def keys() -> None:
    """Kunci instalasi."""


@keys.command("log-add", epilog=CODES, short_help="Buat kunci log berikutnya.")
def keys_log_add() -> None:
    """Mulai pergantian kunci log: setelah server dijalankan ulang, kedua kunci menandatangani."""
    with installation() as here:
        settings = here.settings
        passphrase = settings.passphrase()
        keyrings.add_log_key(settings.data / "keys", passphrase=passphrase)
        ring = keyrings.load(settings.data / "keys", passphrase=passphrase)
        following = verifier_key(here.log_origin, ring.signing("log-2")).vkey
        here.database.write_sync(key_rotation.note_key_added, vkey=following)
    tell(f"Kunci berikutnya: {following}")


@keys.command("log-retire", epilog=CODES, short_help="Selesaikan pergantian kunci log.")
def keys_log_retire() -> None:
    """Catat pensiunnya kunci lama, tandatangani sekali lagi, lalu pakai kunci baru saja."""
    with installation(sequencer=True) as here:
        assert here.sequencer is not None  # noqa: S101 - it was asked for
        here.database.write_sync(key_rotation.note_key_retired, vkey=here.log_vkey)
        here.sequencer.drain()
        folder = here.settings.data / "keys"
    keyrings.retire_log_key(folder, public=here.log_vkey)
    tell("Kunci lama disimpan terpisah; jalankan ulang server.")


@keys.command("log-token", epilog=CODES, short_help="Buat kunci log di dalam token PKCS#11.")
def keys_log_token() -> None:
    """Buat kunci di token yang disebut pengaturan UJIKOM_LOG_TOKEN_*; kunci tidak dapat keluar."""
    settings = from_environment(os.environ)
    if settings.log_token_module is None or settings.log_token_pin_file is None:
        raise wrong_use(
            "setel UJIKOM_LOG_TOKEN_MODULE, UJIKOM_LOG_TOKEN, dan UJIKOM_LOG_TOKEN_PIN_FILE",
            "set UJIKOM_LOG_TOKEN_MODULE, UJIKOM_LOG_TOKEN and UJIKOM_LOG_TOKEN_PIN_FILE",
        )
    generate(
        settings.log_token_module,
        token=settings.log_token,
        pin=settings.log_token_pin_file.read_text().strip(),
        label=settings.log_token_label,
    )
    tell(f"Kunci {settings.log_token_label} dibuat di token {settings.log_token}.")


def verify_own(here: Installation) -> int:
    """Log, exam tables and stored PDFs; every fault is named."""
    faults = _log_faults(here)
    faults += here.database.read_sync(checking.exam_faults)
    faults += here.database.read_sync(checking.certificate_faults, blobs=here.blobs)
    for fault in faults:
        tell(f"BEDA   {fault}")
    if not faults:
        standing = here.database.read_sync(reads.standing)
        console.print(f"cocok  log {standing.size} catatan, tabel ujian, sertifikat")
        if standing.waiting:
            console.print(
                f"tunggu {standing.waiting} catatan belum bernomor; `ujikom serve` menomorinya"
            )
    return WRONG if faults else OK


def _log_faults(here: Installation) -> list[str]:
    lock = here.settings.data / "lock" / "log"
    with bar() as progress:
        return here.database.read_sync(
            checking.log_faults,
            vkey=here.log_vkey,
            also=here.former_vkeys,
            lock=lock if from_environment(os.environ).sequencer else None,
            witnesses={witness.name: witness.key for witness in here.policy.witnesses},
            progress=lambda done, total: progress("log", done, total),
        )
