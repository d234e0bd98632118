"""Issuing: a resumable state machine that derives what is left to do from what is stored.

Step 1, one transaction: claim, credential, number, code and the leaf. Step 2, when a published
checkpoint covers that leaf: the PDF with its proof, the stored bytes, and the leaf of their hash.
Killed anywhere and run again, no number is given twice and no certificate is left without a PDF.
"""

import hmac
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from audit import log, merkle, reads
from audit.log import record
from audit.policy import SELF_SIGNED, Policy
from audit.witnessing import witnessed
from certificates import bundle, codes, credential, store
from certificates import claim as claims
from certificates.claim import Claim, Competency
from certificates.compiled.fields import Facts
from certificates.compiled.printing import printed_quickly, signed_quickly
from certificates.designs import service as designs
from certificates.designs.design import HOUSE_LOOK, Look
from certificates.errors import CertificateUnknown
from certificates.events import CertificateIssued, CertificatePdfSealed
from certificates.issuer_keys import signer_of
from certificates.pdf import FIELD, STAMP_FIELD, certificate_pdf
from certificates.signing import pades
from certificates.signing.errors import SignerMissing
from certificates.signing.evidence import Evidence, Level
from certificates.signing.service import ServiceSigner
from certificates.signing.signer import Signer
from certificates.status_lists import publishing
from certificates.status_lists.store import insert_place
from certificates.store import Certificate, Pdf
from competencies import store as dictionary
from documents.dates import local_day
from documents.signature_field import SignatureField
from exam_engine.outcomes.awards import Award, award, awarded
from exam_engine.registration import store as registrations
from kernel import ids, logs
from kernel.blobs import Blobs
from kernel.canonical import b64
from kernel.clock import add_months
from kernel.database import Database, Tx, emits
from kernel.errors import UjikomError
from people import store as persons

log_lines = logs.get(__name__)

LOOKUP: Final = b"ujikom/certificate-code/v1\0"
PORTION: Final = 64  # print jobs in memory at a time
QUICK_FROM: Final = 4  # compiling a page costs as much as a few whole renderings
REASON: Final = "Penerbitan sertifikat kompetensi / Issue of a certificate of competency"


class Issuer(msgspec.Struct, frozen=True):
    """Who issues: public address, the log's verifier key, whether samples, whose cosignatures.

    Without a signer certificates are issued but wait for their PDF.
    """

    public_url: str
    log_vkey: str
    sample: bool
    policy: Policy = SELF_SIGNED
    signer: Signer | ServiceSigner | None = None
    evidence: Evidence | None = None

    @property
    def prefix(self) -> str:
        """The first part of every certificate number."""
        return "CTH" if self.sample else "UJK"


class PrintJob(msgspec.Struct, frozen=True):
    """All that making one PDF needs; crosses to a worker process."""

    certificate_id: bytes
    claim: Claim
    code: str
    verify_url: str
    credential: bytes
    proof: bytes
    fingerprint: str
    zone: str
    signer: Signer | ServiceSigner
    evidence: Evidence | None
    at: datetime
    look: Look = HOUSE_LOOK


def code_lookup(pepper: bytes, code: str) -> bytes:
    """What the database keeps of a verification code."""
    return hmac.digest(pepper, LOOKUP + code.encode(), "sha256")


@emits("certificate.issued")
def issue_one(tx: Tx, *, sitting_id: bytes, issuer: Issuer) -> str | None:
    """Step 1 for one award; None when the sitting has its certificate already."""
    if store.of_sitting(tx, sitting_id) is not None:
        return None
    return issue_award(tx, award(tx, sitting_id), issuer).number


def issue_award(
    tx: Tx, facts: Award, issuer: Issuer, *, valid_until: datetime | None = None
) -> Certificate:
    """Number, claim, credential, code, place in the status lists, and the leaf of one award.

    Part of a job that emits certificate.issued. Without an end of validity the scheme's counts.
    """
    number = store.next_number(tx, f"{issuer.prefix}-{facts.decided_at.year}")
    claim = _claim(tx, facts, number, sample=issuer.sample, valid_until=valid_until)
    key = tx.keys.signing("credential")
    place = publishing.allocate(tx)
    document = credential.issue(claim, issuer_url=issuer.public_url, key=key, status=place)
    sealer = persons.sealer(tx, facts.person.id)
    entry = record(
        tx,
        CertificateIssued(
            credential=bundle.committed_value(document), claim=b64(claims.digest(claim))
        ),
        session=facts.session.id,
        handle=facts.handle,
        sealer=sealer,
    )
    code = codes.new_code(ids.random_bytes(codes.RANDOM_BYTES))
    certificate = Certificate(
        id=ids.new_id(),
        number=number,
        person_id=facts.person.id,
        exam_session_id=facts.session.id,
        sitting_id=facts.sitting_id,
        handle=facts.handle,
        result_digest=facts.result_digest,
        claim=claim,
        credential=document,
        code=code,
        leaf_hash=entry.leaf_hash,
        issued_at=claim.issued_at,
        valid_until=claim.valid_until,
    )
    lookup = code_lookup(tx.keys.secret("pepper"), code)
    store.insert(tx, certificate, claims.encode(claim), lookup)
    insert_place(tx, certificate.id, place)
    return certificate


def print_job(tx: Tx, *, certificate_id: bytes, issuer: Issuer) -> PrintJob | None:
    """What step 2 needs; None while no checkpoint that meets the witness policy covers the leaf.

    A certificate that the board released without the quorum takes the newest checkpoint.
    Raises SignerMissing: no certificate is printed unsigned.
    """
    if issuer.signer is None:
        raise SignerMissing
    certificate = store.by_id(tx, certificate_id)
    if certificate is None:
        raise CertificateUnknown
    index = log.index_of(tx, certificate.leaf_hash)
    policy = SELF_SIGNED if store.override(tx, certificate_id) else issuer.policy
    row = None if index is None else witnessed(tx, policy, size=index + 1)
    proof = reads.tlog_proof(tx, certificate.leaf_hash, against=row) if row else None
    if proof is None:
        return None
    sealer = persons.sealer(tx, certificate.person_id)
    opening = log.opening(tx, certificate.leaf_hash, sealer)
    key = signer_of(tx, certificate.credential)
    built = bundle.build(
        credential=certificate.credential,
        leaf=_leaf(tx, certificate),
        salt=opening[bundle.COMMITTED_FIELD][0],
        tlog_proof=proof,
        log_vkey=issuer.log_vkey,
        credential_key=key,
    )
    return PrintJob(
        certificate_id,
        certificate.claim,
        certificate.code,
        f"{issuer.public_url}/V/{certificate.code}",
        credential.badge(
            certificate.credential,
            issuer_url=issuer.public_url,
            key=tx.keys.signing("credential"),
        ),
        built,
        credential.fingerprint(key),
        registrations.session(tx, certificate.exam_session_id).zone,
        issuer.signer,
        issuer.evidence,
        tx.at,
        designs.look_of_claim(tx, certificate.claim.design),
    )


def print_pdf(job: PrintJob) -> bytes:
    """Make and sign one PDF the plain way; runs in a worker process."""
    printed = certificate_pdf(
        job.claim,
        code=job.code,
        verify_url=job.verify_url,
        credential=job.credential,
        proof_bundle=job.proof,
        key_fingerprint=job.fingerprint,
        zone=job.zone,
        fields=_fields(job),
        look=job.look,
    )
    return _sign(job, printed)


def print_quickly(job: PrintJob) -> bytes:
    """The same by a compiled page where there is one; runs in a worker process.

    At B-B the signature is written with the page; all other signatures are added to it.
    """
    facts = Facts(job.claim, job.code, job.verify_url, job.fingerprint, job.zone, job.look)
    if job.evidence is not None or isinstance(job.signer, ServiceSigner):
        page = printed_quickly(
            facts, credential=job.credential, proof_bundle=job.proof, fields=_fields(job)
        )
        return print_pdf(job) if page is None else _sign(job, page)
    quick = signed_quickly(
        facts,
        credential=job.credential,
        proof_bundle=job.proof,
        signer=job.signer,
        at=job.at,
        reason=REASON,
    )
    return print_pdf(job) if quick is None else quick


def _fields(job: PrintJob) -> tuple[SignatureField, ...]:
    """The empty fields that the page has: none for a service, which adds its own."""
    if isinstance(job.signer, ServiceSigner):
        return ()
    lasting = job.evidence is not None and job.evidence.level is Level.LTA
    return (FIELD, STAMP_FIELD) if lasting else (FIELD,)


def _sign(job: PrintJob, page: bytes) -> bytes:
    if isinstance(job.signer, ServiceSigner):
        return job.signer.sign_pdf(page)
    return pades.sign(
        page,
        job.signer,
        field=FIELD.name,
        at=job.at,
        reason=REASON,
        evidence=job.evidence,
        stamp_field=STAMP_FIELD.name,
    )


@emits("certificate.pdf_sealed")
def keep_pdf(tx: Tx, *, certificate_id: bytes, blob: bytes, digest: bytes) -> None:
    """Step 2's transaction: the row that names the stored bytes, and the leaf of their hash."""
    certificate = store.by_id(tx, certificate_id)
    if certificate is None or store.pdf(tx, certificate_id) is not None:
        return
    store.insert_pdf(tx, certificate_id, Pdf(blob, digest))
    record(
        tx,
        CertificatePdfSealed(sha256=digest.hex()),
        session=certificate.exam_session_id,
        handle=certificate.handle,
    )


def seal_pdf(tx: Tx, *, certificate_id: bytes, pdf: bytes) -> bytes:
    """The PDF sealed under its holder's key."""
    certificate = store.by_id(tx, certificate_id)
    if certificate is None:
        raise CertificateUnknown
    return persons.sealer(tx, certificate.person_id).seal(pdf, certificate_id)


def pending(tx: Tx) -> tuple[list[bytes], list[bytes]]:
    """Awards without a certificate, and certificates without a PDF."""
    return store.without_certificate(tx, awarded(tx)), store.without_pdf(tx)


def issue_awards(
    database: Database,
    issuer: Issuer,
    *,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Step 1 for every award that waits; gives how many certificates it made."""
    waiting, _ = database.read_sync(pending)
    made = 0
    for done, sitting_id in enumerate(waiting, start=1):
        number = database.write_sync(issue_one, sitting_id=sitting_id, issuer=issuer)
        made += number is not None
        progress(done, len(waiting))
    return made


def print_pending(
    database: Database,
    blobs: Blobs,
    issuer: Issuer,
    *,
    pool: Executor,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Step 2 for every certificate whose leaf is covered; gives how many PDFs it kept.

    Certificates pass in portions, so that memory does not grow with their number.
    """
    _, waiting = database.read_sync(pending)
    kept = 0
    for start in range(0, len(waiting), PORTION):
        jobs = [
            job
            for certificate_id in waiting[start : start + PORTION]
            if (job := database.read_sync(print_job, certificate_id=certificate_id, issuer=issuer))
        ]
        work = print_quickly if len(jobs) >= QUICK_FROM else print_pdf
        printing = [(job, pool.submit(work, job)) for job in jobs]
        for done, (job, printed) in enumerate(printing, start=start + 1):
            progress(done, len(waiting))
            try:
                pdf = printed.result()
            except UjikomError as error:  # one that cannot be printed must not hold up the others
                which = ids.text(job.certificate_id)
                log_lines.warning("certificate_not_printed", certificate=which, code=error.code)
                continue
            _keep(database, blobs, job, pdf)
            kept += 1
    return kept


def _keep(database: Database, blobs: Blobs, job: PrintJob, pdf: bytes) -> None:
    sealed = database.read_sync(seal_pdf, certificate_id=job.certificate_id, pdf=pdf)
    database.write_sync(
        keep_pdf,
        certificate_id=job.certificate_id,
        blob=blobs.put(sealed),
        digest=sha256(pdf).digest(),
    )


def _claim(
    tx: Tx, facts: Award, number: str, *, sample: bool, valid_until: datetime | None
) -> Claim:
    names = dictionary.dictionary(tx)
    salt = ids.random_bytes(32)
    issued_at = tx.at
    return Claim(
        certificate_no=number,
        holder_name=facts.person.name,
        holder_nip_masked=claims.mask_nip(facts.person.nip),
        agency_name=facts.person.agency,
        agency_place=facts.person.place,
        scheme_code=facts.scheme.code,
        scheme_name_id=facts.scheme.name_id,
        scheme_name_en=facts.scheme.name_en,
        scheme_version=str(facts.scheme.version),
        legal_basis=facts.scheme.legal_basis,
        competencies=tuple(
            Competency(names[code].name_id, names[code].name_en, facts.scheme.level, None, code)
            for code in facts.scheme.competencies
        ),
        issued_at=issued_at,
        valid_until=valid_until or add_months(issued_at, facts.scheme.validity_months),
        exam_date=local_day(facts.sat_at, facts.session.zone),
        signatory_name=facts.signatory.name,
        signatory_title="Ketua Sidang Penetapan",
        decision_ref=facts.decision_number,
        result_digest=facts.result_digest.hex(),
        identity_salt=salt.hex(),
        identity_hash=claims.hash_identity(facts.person.nip, salt),
        sample=sample,
        design=designs.in_use(tx, facts.session.agency_id),
    )


def _leaf(tx: Tx, certificate: Certificate) -> bytes:
    chain = log.entries_of(tx, certificate.handle)
    return next(data for data in chain if merkle.leaf_hash(data) == certificate.leaf_hash)
