"""The attack table: what a forger can do to a signed certificate, and why each is refused."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from audit import note
from certificates.verify_file import Outcome, Report, TrustedKeys, Verdict, check_offline
from tests.certificates import authority, sample

NOW = datetime(2027, 1, 1, tzinfo=UTC)
TRUSTED = TrustedKeys(
    credential=(sample.PUBLIC,), log=(sample.LOG_VKEY,), roots=(authority.make().trusted,)
)
OTHER_LOG = note.verifier_key("log.invalid/lain", sample.KEY).vkey


@cache
def issued() -> bytes:
    return sample.signed()


def appended(change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with one more revision at its end; the signed bytes stay."""
    writer = IncrementalPdfFileWriter(io.BytesIO(issued()))
    change(writer)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call] # pyHanko's gap
    assert out.getvalue().startswith(issued())
    return out.getvalue()


def flipped_byte() -> bytes:
    place = issued().index(b"stream\n") + 50
    return issued()[:place] + bytes([issued()[place] ^ 1]) + issued()[place + 1 :]


def page_replaced() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        stream = generic.StreamObject(stream_data=b"BT /F1 40 Tf 100 300 Td (Budi) Tj ET")
        page[pdf_name("/Contents")] = writer.add_object(stream)
        writer.update_container(page)

    return appended(change)


def attachment_swapped() -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        place = list(names).index("credential.json") + 1
        badge = sample.issued(sample.claim(holder_name="Budi Contoh"))
        stream = generic.StreamObject(stream_data=badge)
        embedded = names[place]["/EF"]
        embedded[pdf_name("/F")] = writer.add_object(stream)
        writer.update_container(embedded)

    return appended(change)


def signature_stripped() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(issued())) as opened:
        del opened.Root.AcroForm
        del opened.Root.Perms
        del opened.pages[0].Annots
        opened.save(out)
    return out.getvalue()


def forged_authority() -> bytes:
    """Every name as in the real PKI, every key another."""
    return sample.signed(seed=7)


def junk_behind() -> bytes:
    return issued() + b"\n% Budi Contoh juga lulus\n"


def junk_in_the_placeholder() -> bytes:
    """Zeros behind the signature are covered by nothing."""
    end = issued().index(b"0000>", issued().rindex(b"/Contents <"))
    return issued()[:end] + b"4255" + issued()[end + 4 :]


def credential_of_another() -> bytes:
    """Signed by us through an error: the page of one certificate, the credential of the next."""
    return sample.signed(badge_of=sample.claim(certificate_no="CTH-2026-000124"))


TABLE = {
    "flipped byte": (flipped_byte, {"pdf_signature": "pdf_signature_broken"}),
    "page replaced": (page_replaced, {"pdf_signature": "pdf_changed_later"}),
    "attachment swapped": (
        attachment_swapped,
        {
            "pdf_signature": "pdf_attachment_swapped",
            "same_credential": "bundle_foreign",
            "commitment": "leaf_foreign",
        },
    ),
    "signature stripped": (signature_stripped, {"pdf_signature": "pdf_unsigned"}),
    "forged authority": (forged_authority, {"pdf_signer": "pdf_signer_unknown"}),
    "junk behind": (junk_behind, {"pdf_signature": "pdf_bytes_uncovered"}),
    "junk in the placeholder": (junk_in_the_placeholder, {"pdf_signature": "pdf_bytes_uncovered"}),
    "credential of another": (credential_of_another, {"pdf_credential": "pdf_of_another"}),
}


def failed(report: Report) -> dict[str, str | None]:
    return {c.name.value: c.code for c in report.checks if c.outcome is Outcome.FAILED}


@pytest.mark.parametrize(("attack", "reasons"), TABLE.values(), ids=TABLE.keys())
def test_attack_is_refused_with_its_own_reason(
    attack: Callable[[], bytes], reasons: dict[str, str]
) -> None:
    report = check_offline(attack(), trusted_keys=TRUSTED, at=NOW)
    assert failed(report) == reasons
    strange = reasons == {"pdf_signer": "pdf_signer_unknown"}
    assert report.verdict is (Verdict.UNKNOWN_ISSUER if strange else Verdict.ALTERED)


def test_checkpoint_of_another_log_is_unknown() -> None:
    keys = TrustedKeys(credential=TRUSTED.credential, log=(OTHER_LOG,), roots=TRUSTED.roots)
    report = check_offline(issued(), trusted_keys=keys, at=NOW)
    assert failed(report) == {"issuer_key": "issuer_unknown"}
    assert report.verdict is Verdict.UNKNOWN_ISSUER
