"""`ujikom verify`: a certificate PDF, or the evidence file of an exam."""

import sys
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from audit.note import parse_vkey
from certificates import verification, verify_file
from commands.installed import installation
from commands.terminal import CODES, FILE, OK, WRONG, console, tell, wrong_use
from exam_engine import evidence_file
from kernel.clock import SystemClock


@click.command(epilog=CODES, short_help="Periksa sertifikat PDF atau berkas bukti ujian.")
@click.argument("file", type=FILE)
@click.option("--key", "vkey", help="Kunci log (bila di luar instalasi ini).")
@click.option("--credential-key", help="Kunci kredensial, hex 32 bita (untuk PDF).")
@click.option("--root", type=FILE, help="Akar sertifikat penanda tangan, PEM (untuk PDF).")
def verify(file: Path, vkey: str | None, credential_key: str | None, root: Path | None) -> None:
    """Periksa sertifikat PDF atau berkas bukti ujian; tanpa kunci, memakai milik instalasi ini."""
    data = file.read_bytes()
    if evidence_file.is_evidence(data):
        sys.exit(_evidence(data, vkey))
    sys.exit(_certificate(data, vkey, credential_key, root))


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


def _certificate(
    pdf: bytes, vkey: str | None, credential_key: str | None, root: Path | None
) -> int:
    status = None
    if vkey and credential_key:
        keys = verify_file.TrustedKeys(
            credential=(_raw_key(credential_key),),
            log=(vkey,),
            roots=(_der(root),) if root else (),
        )
        report = verify_file.check_offline(pdf, trusted_keys=keys, at=SystemClock().now())
        verdict = str(report.verdict)
    elif vkey or credential_key:
        raise wrong_use(
            "--key dan --credential-key dipakai bersama", "--key and --credential-key go together"
        )
    else:
        with installation() as here:
            ring, trust = here.database.keys, here.pdf_trust()
            keys = verify_file.TrustedKeys(
                credential=(ring.verify_key("credential"),),
                log=here.log_vkeys,
                roots=trust.roots,
                stamping_roots=trust.stamping_roots,
                crls=trust.crls,
            )
            report = verify_file.check_offline(pdf, trusted_keys=keys, at=here.database.clock.now())
            status = here.database.read_sync(verification.by_file, pdf=pdf)
        verdict = str(status.status) if status else "not_issued_here_as_it_is"
    for check in report.checks:
        console.print(f"{check.outcome:<12} {check.name} {check.code or ''}".rstrip())
    console.print(f"verdict      {verdict}")
    holds = report.verdict is verify_file.Verdict.VALID_STATUS_UNKNOWN
    proven = status is None or (status.signed and status.opens)
    good = verdict in {"valid", str(verify_file.Verdict.VALID_STATUS_UNKNOWN)}
    return OK if holds and proven and good else WRONG


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
