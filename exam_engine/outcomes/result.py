"""The result document: canonical JSON, signed with Ed25519, versioned, never edited."""

from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from exam_engine.grading.scoring import ENGINE, Score
from kernel.canonical import b64, decode, encode, sha256, unb64
from kernel.errors import Integrity

FORMAT: Final = "ujikom-result/1"
DOMAIN: Final = b"ujikom/result/v1\0"


class ResultAltered(Integrity):
    """The result document does not fit its signature."""

    code = "result_altered"


def build(
    score: Score,
    *,
    handle: bytes,
    session: bytes,
    scheme: bytes,
    paper: bytes,
    responses: bytes,
    ratings: bytes | None,
    version: int,
    at: str,
) -> bytes:
    """Canonical bytes of a result; `pending` is there only while marks are.

    `paper` is the paper's bytes, `responses` the digest of the revisions it was computed from,
    `ratings` that of people's ratings, None and left out where nobody rated.
    """
    return encode(
        {
            "format": FORMAT,
            "engine": ENGINE,
            "handle": handle.hex(),
            "session": session.hex(),
            "scheme": scheme.hex(),
            "paper_sha256": sha256(paper).hex(),
            "responses_sha256": responses.hex(),
            "version": version,
            "at": at,
            "sections": [
                {
                    "code": s.code,
                    "score": str(s.score),
                    "most": str(s.most),
                    "cut_score": str(s.cut_score),
                    "passed": s.passed,
                }
                for s in score.sections
            ],
            "total": str(score.total),
            "most": str(score.most),
            "outcome": score.outcome,
            **({"ratings_sha256": ratings.hex()} if ratings else {}),
            **({"pending": list(score.pending)} if score.pending else {}),
        }
    )


def digest(document: bytes) -> bytes:
    """Identity of a result."""
    return sha256(DOMAIN + document)


def sign(document: bytes, key: Ed25519PrivateKey) -> bytes:
    """The document with its signature, as stored: canonical JSON of both."""
    return encode({"document": b64(document), "signature": b64(key.sign(DOMAIN + document))})


def verify(signed: bytes, public_key: bytes) -> bytes:
    """The document of a signed result; raises ResultAltered."""
    try:
        envelope = decode(signed)
        document = unb64(envelope["document"])
        signature = unb64(envelope["signature"])
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, DOMAIN + document)
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise ResultAltered from error
    return document


def read(document: bytes) -> dict[str, Any]:
    """The fields of a result document."""
    fields: dict[str, Any] = decode(document)
    return fields
