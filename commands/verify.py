"""`ujikom verify`: a certificate PDF, a code, or the evidence file of an exam."""

import sys
from pathlib import Path
from typing import Final

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from audit.note import parse_vkey
from certificates import credential, issuer_keys, verification, verify_file
from certificates.status_lists import seen
from certificates.status_lists.listing import Known
from certificates.verification import Verification
from certificates.verify_file import Check, CheckName, Outcome, TrustedKeys
from commands.installed import installation
from commands.terminal import CODES, FILE, OK, REFUSED, WRONG, console, tell, wrong_use
from exam_engine import evidence_file
from kernel.clock import SystemClock

NOT_FOUND: Final = "not_found"
NOT_ISSUED: Final = "not_issued_here_as_it_is"
EXITS: Final = {
    "valid": OK,
    "altered": WRONG,
    "unproven": WRONG,
    "valid_status_unknown": 10,
    "expired": 11,
    "renewed": 11,
    "not_yet_valid": 11,
    "suspended": 12,
    "revoked": 13,
    "superseded": 14,
    "unknown_issuer": 15,
    NOT_FOUND: 16,
    NOT_ISSUED: 17,
}
ENDS: Final = (
    f"{CODES} Sertifikat: 10 status tak diketahui, 11 di luar masa berlaku, 12 dibekukan,"
    " 13 dicabut, 14 digantikan, 15 penerbit asing, 16 kode tidak ditemukan,"
    " 17 bukan berkas terbitan."
)


@click.command(epilog=ENDS, short_help="Periksa sertifikat (PDF atau kode) atau bukti ujian.")
@click.argument("target")
@click.option("--key", "vkey", help="Kunci log (bila di luar instalasi ini).")
@click.option("--credential-key", help="Kunci kredensial, hex 32 bita (untuk PDF).")
@click.option("--root", type=FILE, help="Akar sertifikat penanda tangan, PEM (untuk PDF).")
@click.option("--status-list", "lists", type=FILE, multiple=True, help="Daftar status terunduh.")
@click.option(
    "--seen",
    "memory",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Berkas ingatan daftar status terbaru yang pernah dilihat.",
)
def verify(
    target: str,
    *,
    vkey: str | None,
    credential_key: str | None,
    root: Path | None,
    lists: tuple[Path, ...],
    memory: Path | None,
) -> None:
    """Periksa PDF sertifikat, kode verifikasi, atau berkas bukti ujian.

    Tanpa kunci, memakai milik instalasi ini. Dengan kedua kunci tidak perlu instalasi; status
    pencabutan lalu diperiksa ke daftar status yang diberikan.
    """
    file = Path(target)
    if not file.is_file():
        sys.exit(_code(target))
    data = file.read_bytes()
    if evidence_file.is_evidence(data):
        sys.exit(_evidence(data, vkey))
    if vkey and credential_key:
        keys = TrustedKeys(
            credential=(_raw_key(credential_key),),
            log=(vkey,),
            roots=(_der(root),) if root else (),
        )
        sys.exit(_outside(data, keys, lists, memory))
    if vkey or credential_key:
        raise wrong_use(
            "--key dan --credential-key dipakai bersama", "--key and --credential-key go together"
        )
    sys.exit(_inside(data))


def _evidence(data: bytes, vkey: str | None) -> int:
    file = evidence_file.parse(data)
    whose = "--key"
    if vkey is None:
        with installation() as here:
            vkey, whose = here.log_vkey, "instalasi ini"
    faults = evidence_file.check(file, parse_vkey(vkey))
    for fault in faults:
        tell(f"BEDA   {fault.name}" + (f" (peristiwa {fault.event})" if fault.event else ""))
    if not faults:
        kept = evidence_file.withheld(file)
        tell(f"cocok  {len(file.leaves)} peristiwa, {kept} dengan isi yang belum dibuka")
    tell(f"kunci  {vkey} ({whose})")
    return WRONG if faults else OK


def _code(text: str) -> int:
    """The status behind a code, from this installation."""
    if "." in text or "/" in text:
        raise wrong_use(f"berkas {text} tidak ada", f"no file {text}")
    with installation() as here:
        found = here.database.read_sync(verification.by_code, text=text, policy=here.policy)
    if found is None:
        return _conclude((), NOT_FOUND)
    return _conclude(_of_code(found), str(found.status) if found.proven else "unproven")


def _of_code(found: Verification) -> tuple[Check, ...]:
    """A stored certificate's checks in the words of a file's."""
    holds = {
        CheckName.CREDENTIAL_SIGNATURE: found.signed,
        CheckName.COMMITMENT: found.opens,
        CheckName.INCLUSION: found.included,
    }
    proofs = (
        Check(name, Outcome.PASSED if passed else Outcome.FAILED) for name, passed in holds.items()
    )
    return (*proofs, verification.registered(found))


def _inside(pdf: bytes) -> int:
    """A file against this installation's keys, and its certificate's present status."""
    with installation() as here:
        read = here.database.read_sync
        trust = here.pdf_trust()
        keys = TrustedKeys(
            credential=read(issuer_keys.all_keys),
            log=here.log_vkeys,
            roots=trust.roots,
            stamping_roots=trust.stamping_roots,
            crls=trust.crls,
        )
        report = verify_file.check_offline(pdf, trusted_keys=keys, at=here.database.clock.now())
        found = read(verification.by_file, pdf=pdf, policy=here.policy)
    if report.verdict in {verify_file.Verdict.ALTERED, verify_file.Verdict.UNKNOWN_ISSUER}:
        return _conclude(report.checks, str(report.verdict))
    if found is None:
        return _conclude(report.checks, NOT_ISSUED)
    report = verification.by_register(report, found)
    return _conclude(report.checks, str(found.status) if found.proven else "unproven")


def _outside(pdf: bytes, keys: TrustedKeys, files: tuple[Path, ...], memory: Path | None) -> int:
    """A file against given keys and lists; what was seen before is remembered."""
    given = {address(data): data for data in (file.read_bytes() for file in files)}
    before = seen.parse(memory.read_text()) if memory and memory.exists() else {}
    report = verify_file.check_offline(
        pdf,
        trusted_keys=keys,
        at=SystemClock().now(),
        lists=Known(given, keys.credential, before) if given else None,
    )
    if memory and any(
        c.name is CheckName.REVOCATION
        and c.code in BELIEVED
        and c.outcome is not Outcome.NOT_CHECKED
        for c in report.checks
    ):
        memory.write_text(seen.encode(seen.with_lists(before, given)))
    return _conclude(report.checks, str(report.verdict))


# codes with which a check of status ends when the lists themselves were believed
BELIEVED: Final = frozenset({None, "certificate_revoked", "certificate_suspended"})


def address(status_list: bytes) -> str:
    """Where a list says that it lies; raises CredentialMalformed."""
    return str(credential.split(status_list)[0].get("id"))


def _conclude(checks: tuple[Check, ...], verdict: str) -> int:
    for check in checks:
        said = check.code or check.data.get("source", "")
        console.print(f"{check.outcome:<12} {check.name} {said}".rstrip())
    console.print(f"verdict      {verdict}")
    return EXITS.get(verdict, REFUSED)


def _raw_key(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise wrong_use("--credential-key bukan hex", "--credential-key is not hex") from error


def _der(root: Path) -> bytes:
    try:
        return x509.load_pem_x509_certificate(root.read_bytes()).public_bytes(Encoding.DER)
    except ValueError as error:
        raise wrong_use("--root bukan sertifikat PEM", "--root is no PEM certificate") from error
