"""The browser's check of a certificate, as the stand-alone page has it: every fault is named."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from certificates import bundle, credential, multibase
from certificates.bundle import BUNDLE_NAME
from kernel.canonical import encode
from tests.certificates import sample

PROGRAM = Path(__file__).parent / "check_in_node.mjs"
PINS = {
    "issuer": credential.issuer_did(sample.ISSUER),
    "keys": [multibase.public_key(sample.PUBLIC)],
    "logs": [sample.LOG_VKEY],
}
STEPS = ["bundle", "signature", "issuer", "commitment", "checkpoint", "inclusion"]
KEEP = pikepdf.StreamDecodeLevel.none


@pytest.fixture(scope="module")
def printed() -> bytes:
    return sample.pdf()


def run(
    folder: Path, pdf: bytes, pins: dict[str, Any] = PINS, now: str = "2027-01-01T00:00:00Z"
) -> dict[str, Any]:
    path = folder / "certificate.pdf"
    path.write_bytes(pdf)
    command = ["node", "--no-warnings", str(PROGRAM), str(path), json.dumps(pins), now]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(ran.stdout))


def attached(pdf: bytes, proof: bytes) -> bytes:
    """The PDF with another proof bundle in it."""
    given: dict[str, Any] = {"filename": BUNDLE_NAME}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.attachments[BUNDLE_NAME] = pikepdf.AttachedFileSpec(opened, proof, **given)
        out = io.BytesIO()
        opened.save(out, stream_decode_level=KEEP)
        return out.getvalue()


def changed(**fields: Any) -> bytes:
    proof = json.loads(sample.proof_bundle(sample.issued()))
    return encode({**proof, **fields})


def test_issued_file_passes_every_check(printed: bytes, tmp_path: Path) -> None:
    said = run(tmp_path, printed)
    assert said == {"held": STEPS, "within": "inside", "name": sample.claim().holder_name}
    assert run(tmp_path, printed, now="2030-01-01T00:00:00Z")["within"] == "after"
    assert run(tmp_path, printed, now="2025-01-01T00:00:00Z")["within"] == "before"


def test_logs_of_all_sizes_are_followed(printed: bytes, tmp_path: Path) -> None:
    own = sample.issued()
    for size, place in ((1, 0), (2, 1), (3, 2), (7, 6), (8, 3), (11, 8), (11, 10)):
        proof = sample.proof_bundle(own, size=size, place=place)
        assert run(tmp_path, attached(printed, proof))["held"] == STEPS, (size, place)


OTHER = sample.issued(sample.claim(holder_name="Orang Lain Contoh"))


@pytest.mark.parametrize(
    ("proof", "failed"),
    [
        (changed(credential=sample.issued().decode().replace("Keumala", "Kemuala")), "signature"),
        (changed(credential=OTHER.decode()), "commitment"),
        (changed(leaf=json.loads(sample.proof_bundle(OTHER))["leaf"]), "commitment"),
        (
            changed(tlog_proof=json.loads(sample.proof_bundle(OTHER))["tlog_proof"]),
            "inclusion",
        ),
        (changed(format="ujikom-proof/2"), "bundle"),
        (json.dumps(json.loads(changed())).encode(), "bundle"),
    ],
)
def test_spoilt_bundle_fails_at_its_step(
    printed: bytes, tmp_path: Path, proof: bytes, failed: str
) -> None:
    assert run(tmp_path, attached(printed, proof)).get("failed") == failed


def test_checkpoint_changed_after_signing_is_refused(printed: bytes, tmp_path: Path) -> None:
    text = json.loads(changed())["tlog_proof"].replace("\n11\n", "\n12\n")
    assert run(tmp_path, attached(printed, changed(tlog_proof=text)))["failed"] == "checkpoint"


def test_keys_that_come_with_the_file_are_not_believed(printed: bytes, tmp_path: Path) -> None:
    stranger = {**PINS, "keys": [multibase.public_key(bytes(32))]}
    assert run(tmp_path, printed, stranger)["failed"] == "issuer"
    assert run(tmp_path, printed, {**PINS, "issuer": "did:web:lain.invalid"})["failed"] == "issuer"
    assert run(tmp_path, printed, {**PINS, "logs": []})["failed"] == "issuer"


def test_second_bundle_in_an_appended_revision_is_refused(printed: bytes, tmp_path: Path) -> None:
    """An incremental update swaps the attachment; the first one still lies in the file."""
    other = sample.proof_bundle(OTHER)
    stream = b"9999 0 obj\n<</Type /EmbeddedFile /Length %d>>\nstream\n" % len(other)
    appended = printed + b"\n" + stream + other + b"\nendstream\nendobj\n%%EOF\n"
    assert run(tmp_path, appended)["failed"] == "bundle"


def test_what_is_no_pdf_or_has_no_proof_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, b"hello")["failed"] == "file"
    assert run(tmp_path, b"%PDF-1.7\n%%EOF")["failed"] == "bundle"
    assert bundle.FORMAT == "ujikom-proof/1"
