"""Other people's tools on a signed PDF: poppler with NSS, OpenSSL, qpdf."""

import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


class Said(msgspec.Struct, frozen=True):
    """What `pdfsig` prints of one signature."""

    kind: str
    signature: str
    certificate: str
    total: bool


def run(*command: str | Path, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([str(part) for part in command], input=data, capture_output=True)  # noqa: PLW1510 - callers look


def nss_store(folder: Path, *roots: bytes) -> Path:
    """An NSS database that trusts the given roots for everything."""
    folder.mkdir()
    made = run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    assert made.returncode == 0, made.stderr
    for number, root in enumerate(roots):
        pem = x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM)
        added = run(
            "certutil", "-A", "-d", f"sql:{folder}", "-n", f"root{number}", "-t", "CT,C,C", "-a",
            data=pem,
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
    return folder


def pdfsig(pdf: bytes, store: Path, folder: Path) -> list[Said]:
    """Every signature as poppler sees it."""
    path = folder / "judged.pdf"
    path.write_bytes(pdf)
    ended = run("pdfsig", "-nssdir", f"sql:{store}", path)
    parts = re.split(r"Signature #\d+:", ended.stdout.decode())[1:]
    return [
        Said(
            kind=_after("Signature Type", part),
            signature=_after("Signature Validation", part),
            certificate=_after("Certificate Validation", part),
            total="Total document signed" in part.replace("Not total", "not total"),
        )
        for part in parts
    ]


def _after(label: str, text: str) -> str:
    found = re.search(rf"- {label}: (.*)", text)
    return found.group(1) if found else ""


def signed_ranges(pdf: bytes) -> list[tuple[bytes, bytes]]:
    """The covered bytes and the DER of each signature, read with nothing but a pattern."""
    found = []
    for match in re.finditer(rb"/ByteRange \[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", pdf):
        start, length, again, rest = map(int, match.groups())
        padded = bytes.fromhex(pdf[start + length + 1 : again - 1].decode())
        found.append((pdf[start : start + length] + pdf[again : again + rest], _der(padded)))
    return found


def _der(padded: bytes) -> bytes:
    """The DER value at the start; the rest of the placeholder is zeros."""
    length, head = padded[1], 2
    if length & 0x80:
        head += length & 0x7F
        length = int.from_bytes(padded[2:head], "big")
    assert not any(padded[head + length :])
    return padded[: head + length]


def openssl_cms(covered: bytes, der: bytes, root: bytes, folder: Path) -> str:
    """What `openssl cms -verify` says of a detached signature under a root."""
    (folder / "covered").write_bytes(covered)
    (folder / "cms").write_bytes(der)
    pem = x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM)
    (folder / "root.pem").write_bytes(pem)
    ended = run(
        "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", folder / "cms",
        "-content", folder / "covered", "-CAfile", folder / "root.pem", "-purpose", "any",
        "-out", "/dev/null",
    )  # fmt: skip
    return ended.stderr.decode().strip()


def qpdf_check(pdf: bytes, folder: Path) -> int:
    """The exit code of `qpdf --check`: 0 without errors or warnings."""
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    return run("qpdf", "--check", path).returncode


def openssl_ts(covered: bytes, token: bytes, root: bytes, folder: Path) -> str:
    """What `openssl ts -verify` says of a time-stamp token over these bytes."""
    (folder / "stamped").write_bytes(covered)
    (folder / "token").write_bytes(token)
    pem = x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM)
    (folder / "stamping.pem").write_bytes(pem)
    ended = run(
        "openssl", "ts", "-verify", "-token_in", "-in", folder / "token", "-data",
        folder / "stamped", "-CAfile", folder / "stamping.pem",
    )  # fmt: skip
    said = (ended.stdout + ended.stderr).decode()
    return next(line for line in said.splitlines() if line.startswith("Verification"))


def pdfsigner(pdf: bytes, roots: tuple[bytes, ...], folder: Path) -> dict[str, Any]:
    """The report of the Rust engine behind PyPI's pdfsignerpy."""
    import pdfsigner as engine

    (folder / "rust.pdf").write_bytes(pdf)
    pems = [x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM) for root in roots]
    (folder / "rust.pem").write_bytes(b"".join(pems))
    report: dict[str, Any] = engine.verify_pdf_report(folder / "rust.pdf", folder / "rust.pem")
    return report


def scanned(pdf: bytes, folder: Path) -> str:
    """What `zbarimg` reads from the first page as poppler paints it."""
    (folder / "scanned.pdf").write_bytes(pdf)
    picture = folder / "scanned"
    run("pdftoppm", "-r", "110", "-f", "1", "-l", "1", "-gray", folder / "scanned.pdf", picture)
    return run("zbarimg", "--quiet", "--raw", folder / "scanned-1.pgm").stdout.decode().strip()
