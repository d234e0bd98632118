"""A claim, keys and a signed log to test with. DATA CONTOH: nobody here exists."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import checkpoint, commitment, leaf, merkle, note, proof
from certificates import bundle, credential
from certificates.claim import Claim, Competency, hash_identity, mask_nip
from certificates.codes import new_code
from certificates.pdf import FIELD, certificate_pdf
from certificates.signing import pades
from documents.signature_field import SignatureField
from tests.certificates import authority

ISSUER = "https://contoh.invalid"
ORIGIN = "contoh.invalid/log/2026"
ZONE = "Asia/Jakarta"
NIP = "198601012010012990"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
PUBLIC = KEY.public_key().public_bytes_raw()
LOG_VKEY = note.verifier_key(ORIGIN, LOG_KEY).vkey
CODE = new_code(bytes(range(10)))
VERIFY_URL = f"{ISSUER}/V/{CODE}"
SALT = bytes(range(100, 132))
COMPETENCIES = (
    ("Pelayanan Administrasi Kependudukan", "Civil Registration Services"),
    ("Penanganan Pengaduan", "Complaint Handling"),
    ("Pelayanan Prima dan Etika", "Service Excellence and Ethics"),
    ("Literasi Digital dan Keamanan Informasi", "Digital Literacy and Information Security"),
)


def competencies(count: int = 4) -> tuple[Competency, ...]:
    return tuple(
        Competency(*COMPETENCIES[n % 4], n % 5 + 1, f"{65 + n}.50" if n % 4 != 3 else None)
        for n in range(count)
    )


def claim(**changes: Any) -> Claim:
    salt = bytes(range(32))
    fields: dict[str, Any] = {
        "certificate_no": "CTH-2026-000123",
        "holder_name": "Cut Meurah Keumala Contoh, S.A.P., M.Si.",
        "holder_nip_masked": mask_nip(NIP),
        "agency_name": "Pemerintah Kota Contoh Lhokseumawe",
        "agency_place": "Lhokseumawe",
        "scheme_code": "PPD-01",
        "scheme_name_id": "Pelayanan Publik Dasar",
        "scheme_name_en": "Basic Public Service",
        "scheme_version": "2",
        "legal_basis": "Peraturan Contoh Nomor 7 Tahun 2020 (DATA CONTOH)",
        "competencies": competencies(),
        "issued_at": datetime(2026, 11, 22, 2, 0, tzinfo=UTC),
        "valid_until": datetime(2029, 11, 22, 16, 59, 59, tzinfo=UTC),
        "exam_date": date(2026, 11, 14),
        "signatory_name": "Teuku Rahmat Contoh, S.H., M.A.P.",
        "signatory_title": "Kepala Badan Kepegawaian Contoh",
        "decision_ref": "BA-07/SIDANG/XI/2026",
        "result_digest": "ab" * 32,
        "identity_salt": salt.hex(),
        "identity_hash": hash_identity(NIP, salt),
        "sample": True,
    }
    return Claim(**{**fields, **changes})


def issued(of: Claim | None = None) -> bytes:
    return credential.issue(of or claim(), issuer_url=ISSUER, key=KEY)


def badge(of: bytes) -> bytes:
    """The form of an issued credential that lies beside the bundle."""
    return credential.badge(of, issuer_url=ISSUER, key=KEY)


def proof_bundle(of: bytes, *, size: int = 11, place: int = 6) -> bytes:
    """Log the credential among other leaves and bundle the proof of it."""
    committed = commitment.commit(
        SALT, bundle.EVENT_TYPE, bundle.COMMITTED_FIELD, bundle.committed_value(of)
    )
    entry = leaf.encode(
        leaf.Leaf(
            type=bundle.EVENT_TYPE,
            at="2026-11-22T02:00:00.000000Z",
            commitments={bundle.COMMITTED_FIELD: committed},
        )
    )
    hashes = [merkle.leaf_hash(b"other %d" % number) for number in range(size)]
    hashes[place] = merkle.leaf_hash(entry)
    root = merkle.root_at(size, lambda level, index: subtree(hashes, level, index))
    path = merkle.inclusion_proof(place, size, lambda level, index: subtree(hashes, level, index))
    signed = checkpoint.sign(checkpoint.TreeHead(ORIGIN, size, root), LOG_KEY)
    return bundle.build(
        credential=of,
        leaf=entry,
        salt=SALT,
        tlog_proof=proof.encode(proof.Proof(place, path, signed.note)),
        log_vkey=LOG_VKEY,
        credential_key=PUBLIC,
    )


def subtree(hashes: list[bytes], level: int, index: int) -> bytes:
    """Hash of the perfect subtree `index` among those of 2**level leaves."""
    row = hashes
    for _ in range(level):
        row = [merkle.node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=False)]
    return row[index]


def pdf(
    of: Claim | None = None,
    *,
    badge_of: Claim | None = None,
    fields: Sequence[SignatureField] = (FIELD,),
) -> bytes:
    """The certificate unsigned; `badge_of` gives the credential another subject than the page."""
    subject = of or claim()
    badge = issued(badge_of or subject)
    return certificate_pdf(
        subject,
        code=CODE,
        verify_url=VERIFY_URL,
        credential=badge,
        proof_bundle=proof_bundle(badge),
        key_fingerprint=credential.fingerprint(PUBLIC),
        zone=ZONE,
        fields=fields,
    )


def signed(of: Claim | None = None, *, badge_of: Claim | None = None, seed: int = 0) -> bytes:
    """The certificate as it is issued: signed a moment later by the test PKI of a seed."""
    at = claim().issued_at + timedelta(minutes=1)
    own = authority.make(seed=seed).signer
    printed = pdf(of, badge_of=badge_of)
    return pades.sign(printed, own, field=FIELD.name, at=at, reason="Uji / test")
