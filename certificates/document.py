"""What a credential says: the Open Badges 3.0 document of a claim, before it is signed.

One fixed shape, every node with an IRI of its own. The holder's name is in clear, because the
certificate prints it; the NIP appears masked, and as a hash whose salt is not here.
"""

import uuid
from typing import Any, Final
from urllib.parse import quote, urlsplit

import msgspec

from certificates import multibase
from certificates.claim import Claim, Competency, digest
from certificates.errors import IssuerUnsuitable
from kernel.canonical import sha256
from kernel.clock import stamp

CONTEXTS: Final = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
NODE_DOMAIN: Final = b"ujikom/credential-node/v1\0"
FRAMEWORK: Final = "Kamus kompetensi"


class StatusPlace(msgspec.Struct, frozen=True):
    """Where a credential's bits lie: the list's number and the index, the same for each purpose."""

    number: int
    index: int


PURPOSES: Final = ("revocation", "suspension")


def issuer_did(issuer_url: str) -> str:
    """The did:web identifier of a public address; raises IssuerUnsuitable unless it is https."""
    parts = urlsplit(issuer_url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise IssuerUnsuitable(url=issuer_url)
    host = parts.hostname + (f"%3A{parts.port}" if parts.port else "")
    return ":".join(["did:web", host, *filter(None, parts.path.split("/"))])


def status_list_url(issuer_url: str, purpose: str, number: int) -> str:
    """Public address of a status list, which is also its id."""
    return f"{issuer_url}/status/{purpose}/{number}"


def build(claim: Claim, *, issuer_url: str, status: StatusPlace | None) -> dict[str, Any]:
    """The document to sign; without a status place it names no status list."""
    own, url = digest(claim), issuer_url.rstrip("/")
    return {
        "@context": CONTEXTS,
        "id": _node(own, "credential"),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": claim.scheme_name_id,
        "issuer": _issuer(claim, url),
        "validFrom": stamp(claim.issued_at),
        "validUntil": stamp(claim.valid_until),
        **({"credentialStatus": _status(url, status)} if status else {}),
        "credentialSubject": _subject(claim, url, own),
        "evidence": [
            {
                "id": "ni:///sha-256;" + multibase.base64url(bytes.fromhex(claim.result_digest)),
                "type": ["Evidence"],
                "name": claim.decision_ref,
            }
        ],
    }


def _node(claim_digest: bytes, label: str) -> str:
    """Give a node its own urn:uuid, the same for the same claim and unguessable without it."""
    raw = bytearray(sha256(NODE_DOMAIN + claim_digest + label.encode())[:16])
    raw[6] = raw[6] & 0x0F | 0x80  # RFC 9562 version 8: our own derivation
    raw[8] = raw[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(raw)).urn


def _status(url: str, place: StatusPlace) -> list[dict[str, Any]]:
    """One entry for each purpose (W3C Bitstring Status List 1.0 §2.1)."""
    return [
        {
            "id": f"{status_list_url(url, purpose, place.number)}#{place.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(place.index),
            "statusListCredential": status_list_url(url, purpose, place.number),
        }
        for purpose in PURPOSES
    ]


def _issuer(claim: Claim, url: str) -> dict[str, Any]:
    return {
        "id": issuer_did(url),
        "type": ["Profile"],
        "name": claim.agency_name,
        "url": url,
        "official": f"{claim.signatory_name}, {claim.signatory_title}",
        "address": {
            "id": _node(claim.agency_place.encode(), "address"),
            "type": ["Address"],
            "addressLocality": claim.agency_place,
        },
    }


def _subject(claim: Claim, url: str, own: bytes) -> dict[str, Any]:
    return {
        "id": _node(own, "subject"),
        "type": ["AchievementSubject"],
        "name": claim.holder_name,
        "licenseNumber": claim.certificate_no,
        "activityEndDate": claim.exam_date.isoformat(),
        "identifier": [
            _identity(own, "nip", "identifier", claim.identity_hash, hashed=True),
            _identity(own, "nip_masked", "identifier", claim.holder_nip_masked, hashed=False),
        ],
        "achievement": _achievement(claim, url, own),
        "result": [
            {
                "id": _node(own, f"result/{index}"),
                "type": ["Result"],
                "resultDescription": _node(own, f"description/{index}"),
                "value": competency.score,
            }
            for index, competency in enumerate(claim.competencies)
            if competency.score is not None
        ],
    }


def _identity(own: bytes, label: str, kind: str, value: str, *, hashed: bool) -> dict[str, Any]:
    return {
        "id": _node(own, label),
        "type": "IdentityObject",
        "hashed": hashed,
        "identityHash": value,
        "identityType": kind,
    }


def _achievement(claim: Claim, url: str, own: bytes) -> dict[str, Any]:
    address = f"{url}/skema/{quote(claim.scheme_code, safe='')}/{quote(claim.scheme_version, '')}"
    competencies = list(enumerate(claim.competencies))
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Certification",
        "name": claim.scheme_name_id,
        "description": claim.scheme_name_en,
        "humanCode": claim.scheme_code,
        "version": claim.scheme_version,
        "criteria": {"id": f"{address}#dasar-hukum", "narrative": claim.legal_basis},
        "tag": ["CONTOH"] if claim.sample else [],
        "alignment": [_alignment(address, own, i, competency) for i, competency in competencies],
        "resultDescription": [
            {
                "id": _node(own, f"description/{index}"),
                "type": ["ResultDescription"],
                "name": competency.name_id,
                "resultType": "RawScore",
            }
            for index, competency in competencies
            if competency.score is not None
        ],
    }


def _alignment(address: str, own: bytes, index: int, competency: Competency) -> dict[str, Any]:
    """The competency and level in the dictionary: `M.5/level-3`."""
    level = "level-none" if competency.level is None else f"level-{competency.level}"
    return {
        "id": _node(own, f"alignment/{index}"),
        "type": ["Alignment"],
        "targetName": competency.name_id,
        "targetDescription": competency.name_en,
        "targetFramework": FRAMEWORK,
        "targetType": "ceasn:Competency",
        "targetCode": f"{competency.code}/{level}" if competency.code else level,
        "targetUrl": f"{address}#kompetensi-{index + 1}",
    }
