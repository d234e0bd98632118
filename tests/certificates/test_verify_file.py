"""A certificate file is checked with the network off, and each fault gets its own name."""

import base64
import io
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import checkpoint, note, proof
from certificates import bundle, credential
from certificates.errors import NotACertificate
from certificates.verify_file import (
    PDF_LIMIT,
    CheckName,
    Outcome,
    Report,
    TrustedKeys,
    Verdict,
    check_offline,
    check_parts,
    read_attachments,
)
from kernel.canonical import encode
from tests.certificates import authority, sample

TRUSTED = TrustedKeys(
    credential=(sample.PUBLIC,), log=(sample.LOG_VKEY,), roots=(authority.make().trusted,)
)
NOW = datetime(2027, 1, 1, tzinfo=UTC)
KEEP = pikepdf.StreamDecodeLevel.none
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture(scope="module")
def printed() -> bytes:
    return sample.signed()


def failed(report: Report) -> dict[str, str | None]:
    return {c.name.value: c.code for c in report.checks if c.outcome is Outcome.FAILED}


def check(badge: bytes | None = None, proven: bytes | None = None, at: datetime = NOW) -> Report:
    badge = badge or sample.issued()
    return check_parts(badge, proven or sample.proof_bundle(badge), trusted_keys=TRUSTED, at=at)


def with_field(change: Callable[[dict[str, Any]], None]) -> bytes:
    document = json.loads(sample.proof_bundle(sample.issued()))
    change(document)
    return encode(document)


def test_file_as_issued_passes_every_check_that_can_be_made_offline(printed: bytes) -> None:
    report = check_offline(printed, trusted_keys=TRUSTED, at=NOW)
    assert report.verdict is Verdict.VALID_STATUS_UNKNOWN
    assert {check.name: check.outcome for check in report.checks} == {
        **dict.fromkeys(CheckName, Outcome.PASSED),
        CheckName.REVOCATION: Outcome.NOT_CHECKED,
        CheckName.PRINTED_PAGE: Outcome.NOT_CHECKED,
    }
    facts = {check.name: check.data for check in report.checks}
    assert facts[CheckName.CHECKPOINT_SIGNATURE]["size"] == 11
    assert facts[CheckName.INCLUSION]["index"] == 6
    assert report.credential["credentialSubject"]["name"] == sample.claim().holder_name


@pytest.mark.parametrize(
    ("at", "verdict"),
    [
        (datetime(2026, 11, 22, 1, 59, 59, tzinfo=UTC), Verdict.NOT_YET_VALID),
        (datetime(2026, 11, 22, 2, tzinfo=UTC), Verdict.VALID_STATUS_UNKNOWN),
        (datetime(2029, 11, 22, 16, 59, 59, tzinfo=UTC), Verdict.VALID_STATUS_UNKNOWN),
        (datetime(2029, 11, 22, 17, tzinfo=UTC), Verdict.EXPIRED),
    ],
)
def test_verdict_follows_the_validity_period(at: datetime, verdict: Verdict) -> None:
    assert check(at=at).verdict is verdict


def test_credential_altered_is_reported_as_such() -> None:
    altered = sample.issued().replace(b"Keumala", b"Kemuala")
    report = check(altered, sample.proof_bundle(sample.issued()))
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {
        "credential_signature": "credential_altered",
        "same_credential": "bundle_foreign",
        "commitment": "leaf_foreign",
    }


def test_bundle_of_another_certificate_is_foreign() -> None:
    other = sample.issued(sample.claim(holder_name="Budi Contoh"))
    report = check(sample.issued(), sample.proof_bundle(other))
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {"same_credential": "bundle_foreign", "commitment": "leaf_foreign"}


def test_strange_but_consistent_issuer_is_unknown() -> None:
    for trusted in (
        TrustedKeys(credential=(), log=(sample.LOG_VKEY,)),
        TrustedKeys(credential=(sample.PUBLIC,), log=()),
    ):
        badge = sample.issued()
        report = check_parts(badge, sample.proof_bundle(badge), trusted_keys=trusted, at=NOW)
        assert report.verdict is Verdict.UNKNOWN_ISSUER
        assert failed(report) == {"issuer_key": "issuer_unknown"}


def test_forger_with_own_keys_is_unknown_even_when_the_dates_are_over() -> None:
    badge = credential.issue(sample.claim(), issuer_url=sample.ISSUER, key=OTHER_KEY)
    parts = bundle.parse(sample.proof_bundle(badge))
    forged = bundle.build(
        credential=badge,
        leaf=parts.leaf,
        salt=parts.salt,
        tlog_proof=parts.tlog_proof,
        log_vkey=sample.LOG_VKEY,
        credential_key=OTHER_KEY.public_key().public_bytes_raw(),
    )
    report = check(badge, forged, at=datetime(2030, 1, 1, tzinfo=UTC))
    assert report.verdict is Verdict.UNKNOWN_ISSUER


def test_salt_changed_does_not_open_the_commitment() -> None:
    def change(document: dict[str, Any]) -> None:
        document["opening"]["salt"] = base64.b64encode(bytes(32)).decode()

    assert failed(check(proven=with_field(change))) == {"commitment": "commitment_wrong"}


def test_leaf_changed_is_outside_the_log() -> None:
    def change(document: dict[str, Any]) -> None:
        leaf = base64.b64decode(document["leaf"]).replace(b"02:00:00", b"02:00:01")
        document["leaf"] = base64.b64encode(leaf).decode()

    assert failed(check(proven=with_field(change))) == {"inclusion": "inclusion_wrong"}


def test_leaf_of_another_deed_is_foreign() -> None:
    def change(document: dict[str, Any]) -> None:
        leaf = base64.b64decode(document["leaf"]).replace(b".issued", b".denied")
        document["leaf"] = base64.b64encode(leaf).decode()

    assert failed(check(proven=with_field(change))) == {
        "commitment": "leaf_foreign",
        "inclusion": "inclusion_wrong",
    }


def test_checkpoint_under_another_key_is_not_the_logs() -> None:
    def change(document: dict[str, Any]) -> None:
        given = proof.parse(document["tlog_proof"])
        head = checkpoint.parse_body(note.parse(given.note).text)
        signed = checkpoint.sign(head, OTHER_KEY)
        document["tlog_proof"] = proof.encode(proof.Proof(given.index, given.path, signed.note))

    assert failed(check(proven=with_field(change))) == {"checkpoint_signature": "signature_missing"}


def test_proof_text_that_is_none_fails_both_checks_of_the_log() -> None:
    def change(document: dict[str, Any]) -> None:
        document["tlog_proof"] = "no proof"

    assert failed(check(proven=with_field(change))) == {
        "checkpoint_signature": "proof_malformed",
        "inclusion": "proof_malformed",
    }


def test_index_changed_breaks_the_inclusion() -> None:
    def change(document: dict[str, Any]) -> None:
        document["tlog_proof"] = document["tlog_proof"].replace("index 6", "index 5")

    assert failed(check(proven=with_field(change))) == {"inclusion": "inclusion_wrong"}


def edited(pdf: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out, compress_streams=False, stream_decode_level=KEEP)
    return out.getvalue()


def bomb(opened: pikepdf.Pdf) -> None:
    """A stream of a few hundred kilobytes that unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    first = packer.compress(bytes(1 << 22)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 22)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = first + again * 255
    stream = pikepdf.Stream(opened, b"")
    stream.write(zlib.compress(data, 9), filter=[pikepdf.Name.FlateDecode] * 2)
    opened.attachments["credential.json"].obj.EF.F = opened.make_indirect(stream)


def drop(opened: pikepdf.Pdf) -> None:
    del opened.attachments["bukti.json"]


def add_page(opened: pikepdf.Pdf) -> None:
    opened.add_blank_page()


@pytest.mark.parametrize(
    ("change", "reason"), [(bomb, "unreadable"), (drop, "attachments")], ids=["bomb", "dropped"]
)
def test_pdf_with_a_hostile_or_missing_attachment_is_no_certificate(
    printed: bytes, change: Callable[[pikepdf.Pdf], None], reason: str
) -> None:
    with pytest.raises(NotACertificate) as caught:
        read_attachments(edited(printed, change))
    assert caught.value.data == {"reason": reason}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "no_pdf", id="empty"),
        pytest.param(b"PK\x03\x04", "no_pdf", id="zip"),
        pytest.param(b"%PDF-1.7\nrubbish", "unreadable", id="rubbish"),
        pytest.param(b"%PDF-1.7" + bytes(PDF_LIMIT), "size", id="large"),
    ],
)
def test_file_that_is_no_certificate_pdf_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(NotACertificate) as caught:
        read_attachments(data)
    assert caught.value.data == {"reason": reason}


def test_pdf_under_a_password_is_refused(printed: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(user="rahasia", owner="rahasia"))
    with pytest.raises(NotACertificate):
        read_attachments(out.getvalue())


def test_pdf_saved_anew_with_another_page_is_altered(printed: bytes) -> None:
    report = check_offline(edited(printed, add_page), trusted_keys=TRUSTED, at=NOW)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {"pdf_signature": "pdf_signature_broken"}


def test_signer_is_not_checked_without_a_root(printed: bytes) -> None:
    keys = TrustedKeys(credential=TRUSTED.credential, log=TRUSTED.log)
    report = check_offline(printed, trusted_keys=keys, at=NOW)
    signer = next(c for c in report.checks if c.name is CheckName.PDF_SIGNER)
    assert signer.outcome is Outcome.NOT_CHECKED
    assert report.verdict is Verdict.VALID_STATUS_UNKNOWN
