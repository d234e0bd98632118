"""Every kind of certificate file before other people's tools: two levels, two paths, odd names.

A few names here; all hundred at full size. `test_compiled.py` looks at the dozen's unsigned bytes.
"""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pikepdf
import pytest

from certificates import credential
from certificates.claim import Claim
from certificates.issuing import PrintJob, print_pdf, print_quickly
from certificates.signing.evidence import Evidence, Level
from tests.certificates import authority, conformance, sample, strangers
from tests.certificates.awkward_names import BEYOND, NAMES
from tests.certificates.tsa import TimeStamping
from tests.conftest import LONG

LONG_NAME: Final = (
    "Prof. Dr. Ir. Raden Ajeng Siti Nurhaliza Kusumaningtyas Contoh, S.Kom., M.T., Ph.D."
)
FEW: Final = {"plain": (LONG_NAME, "Nguyễn Đặng Contoh"), "compiled": ("Çağrı Şimşek Contoh",)}
CASES: Final = [
    (level, path, name)
    for level in (Level.B, Level.LTA)
    for path in ("plain", "compiled")
    for name in (NAMES if LONG else FEW[path])
]
ALWAYS: Final = 50  # letters that a compiled page can always set
WIDE: Final = 30_000  # bytes of fonts: those of a compiled page hold letters beyond the text


class Judges(msgspec.Struct, frozen=True):
    """What other people's tools need to judge by."""

    stamping: TimeStamping
    url: str
    store: Path
    roots: tuple[bytes, bytes]


@pytest.fixture(scope="module")
def judges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judges]:
    stamping = TimeStamping(tmp_path_factory.mktemp("tsa"))
    roots = (authority.make().trusted, stamping.root)
    store = strangers.nss_store(tmp_path_factory.mktemp("nss") / "store", *roots)
    with stamping.served() as url:
        yield Judges(stamping, url, store, roots)


def job(claim: Claim, evidence: Evidence | None) -> PrintJob:
    """What a worker process gets for one certificate."""
    own = sample.issued(claim)
    return PrintJob(
        certificate_id=bytes(16),
        claim=claim,
        code=sample.CODE,
        verify_url=sample.VERIFY_URL,
        credential=sample.badge(own),
        proof=sample.proof_bundle(own),
        fingerprint=credential.fingerprint(sample.PUBLIC),
        zone=sample.ZONE,
        signer=authority.make().signer,
        evidence=evidence,
        at=datetime.now(UTC).replace(microsecond=0),
    )


@pytest.mark.parametrize(("level", "path", "name"), CASES)
def test_every_tool_of_others_accepts_the_file(
    judges: Judges, level: Level, path: str, name: str, tmp_path: Path
) -> None:
    evidence = None if level is Level.B else judges.stamping.evidence(level, judges.url)
    wanted = job(sample.claim(holder_name=name), evidence)
    pdf = print_pdf(wanted) if path == "plain" else print_quickly(wanted)

    signatures = 2 if level is Level.LTA else 1
    assert conformance.faults(pdf, signatures=signatures) == []
    assert strangers.qpdf_check(pdf, tmp_path) == 0
    valid_and_whole(pdf, judges, tmp_path, signatures)
    assert fonts(pdf, tmp_path) >= 3
    assert strangers.scanned(pdf, tmp_path) == sample.VERIFY_URL.upper()
    if name in BEYOND or len(name) < ALWAYS:
        assert (font_bytes(pdf) > WIDE) == (path == "compiled" and name not in BEYOND)


def valid_and_whole(pdf: bytes, judges: Judges, folder: Path, signatures: int) -> None:
    """Poppler with NSS, OpenSSL, and the Rust engine: valid, trusted, the whole document."""
    said = strangers.pdfsig(pdf, judges.store, folder)
    assert len(said) == signatures
    assert said[0].signature == "Signature is Valid."
    assert said[0].certificate == "Certificate is Trusted."
    assert said[-1].total  # of a document time-stamp poppler 22 tells no more than that
    ranges = strangers.signed_ranges(pdf)
    assert len(ranges) == signatures
    verdict = strangers.openssl_cms(*ranges[0], judges.roots[0], folder)
    assert verdict == "CAdES Verification successful"
    for covered, token in ranges[1:]:
        assert strangers.openssl_ts(covered, token, judges.roots[1], folder) == "Verification: OK"
    report = strangers.pdfsigner(pdf, judges.roots, folder)
    assert [report[key] for key in ("document_intact", "all_valid", "all_trusted")] == [True] * 3


def fonts(pdf: bytes, folder: Path) -> int:
    """How many fonts there are; each must be ours, embedded, a subset, and say its letters."""
    (folder / "fonts.pdf").write_bytes(pdf)
    listed = strangers.run("pdffonts", folder / "fonts.pdf").stdout.decode().splitlines()[2:]
    for line in listed:
        name, *_, embedded, subset, unicode, _, _ = line.split()
        assert re.fullmatch(r"[A-Z]{6}\+Ujikom-Noto-[A-Za-z-]+", name), line
        assert (embedded, subset, unicode) == ("yes", "yes", "yes")
    return len(listed)


def font_bytes(pdf: bytes) -> int:
    """The size of the embedded fonts."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        held: Any = opened.pages[0].obj.Resources.Font.values()
        descriptors = [font.DescendantFonts[0].FontDescriptor for font in held]
        files = [each[key] for each in descriptors for key in each if key.startswith("/FontFile")]
        sizes: list[int] = [len(each.read_raw_bytes()) for each in files]
        return sum(sizes)
