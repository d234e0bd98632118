"""Two libraries of other people judge our credentials as we do: good ones and spoilt ones."""

import json
import os
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates import compact, credential
from certificates.document import PURPOSES, StatusPlace, status_list_url
from certificates.errors import (
    CertificateRevoked,
    CertificateSuspended,
    CredentialAltered,
    StatusListAltered,
)
from certificates.status_lists import listing
from kernel.canonical import encode
from kernel.clock import stamp
from tests.certificates import sample

ROOT = Path(__file__).resolve().parent.parent
STRANGER = ROOT / "strangers" / "credentials"
SHARED_DATA = Path(os.environ.get("SHARED_DATA", "../shared/data"))
CONTEXTS = SHARED_DATA / "contexts"
pytestmark = pytest.mark.skipif(not CONTEXTS.exists(), reason="the JSON-LD contexts are not there")
AT = sample.claim().issued_at + timedelta(days=1)
INDEX = 4711
FORGER = Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96)))
SUITES = ("badge", "bundle")


def loads(revoked: list[int], suspended: list[int], key: Ed25519PrivateKey) -> dict[str, Any]:
    """Everything that a verifier may load, by address; `key` signs the lists."""
    found: dict[str, Any] = {
        credential.CONTEXTS[0]: json.loads((CONTEXTS / "credentials-v2.json").read_text()),
        credential.CONTEXTS[1]: json.loads((CONTEXTS / "open-badges-3.0.3.json").read_text()),
        credential.issuer_did(sample.ISSUER): credential.did_document(
            sample.ISSUER, [sample.PUBLIC]
        ),
        "jwks": credential.jwks(sample.ISSUER, [sample.PUBLIC]),
    }
    for purpose, places in zip(PURPOSES, (revoked, suspended), strict=True):
        found[status_list_url(sample.ISSUER, purpose, 1)] = json.loads(
            listing.issue(
                issuer_url=sample.ISSUER, key=key, purpose=purpose, number=1, places=places, at=AT
            )
        )
    return found


def issued(form: str, key: Ed25519PrivateKey = sample.KEY) -> dict[str, Any]:
    own = credential.issue(
        sample.claim(), issuer_url=sample.ISSUER, key=key, status=StatusPlace(1, INDEX)
    )
    badge = credential.badge(own, issuer_url=sample.ISSUER, key=key)
    return dict(json.loads(badge if form == "badge" else own))


class Case:
    """One credential with what can be loaded, at a time."""

    def __init__(self, form: str) -> None:
        self.credential = issued(form)
        self.loads = loads([], [], sample.KEY)
        self.at: datetime = AT + timedelta(hours=1)


def good(_case: Case) -> None:
    """Nothing is wrong."""


def tampered(case: Case) -> None:
    case.credential["credentialSubject"]["name"] = "Orang Lain Contoh"


def revoked(case: Case) -> None:
    case.loads = loads([INDEX], [], sample.KEY)


def suspended(case: Case) -> None:
    case.loads = loads([], [INDEX], sample.KEY)


def expired(case: Case) -> None:
    case.at = AT + timedelta(days=366 * 4)


def foreign_key(case: Case) -> None:
    """Another key signs in our name."""
    case.credential = issued("badge", FORGER)


def foreign_list(case: Case) -> None:
    """Another key signs the status lists."""
    case.loads = loads([], [], FORGER)


def by_digitalbazaar(case: Case, folder: Path) -> str:
    (folder / "credential.json").write_text(json.dumps(case.credential))
    (folder / "loads.json").write_text(json.dumps(case.loads))
    said = run_node(folder, case.at)
    if said["status"]:
        return "revoked" if "revocation" in said["status"] else "suspended"
    return "good" if said["verified"] else "refused"


def run_node(folder: Path, at: datetime) -> dict[str, Any]:
    ran = subprocess.run(
        ["node", str(STRANGER / "verify.mjs"), str(folder), stamp(at)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


def by_openvc(case: Case, _folder: Path) -> str:
    from openvc.did.base import DidResolverRegistry, parse_did_document
    from openvc.errors import OpenvcError
    from openvc.status import CredentialRevoked, CredentialSuspended
    from openvc.verify import VerificationPolicy, verify_credential

    class Web:
        def supports(self, did: str) -> bool:
            return did in case.loads

        def resolve(self, did: str) -> Any:
            return parse_did_document(case.loads[did])

    registry = DidResolverRegistry([Web()])
    contexts = {url: case.loads[url] for url in credential.CONTEXTS}
    policy = VerificationPolicy(now=case.at, require_status_issuer_binding=True)

    def listed(url: str) -> Any:
        found = verify_credential(
            case.loads[url], policy=policy, resolver=registry, extra_contexts=contexts
        )
        return found.credential

    try:
        verify_credential(
            case.credential,
            policy=policy,
            resolver=registry,
            resolve_status_list=listed,
            extra_contexts=contexts,
        )
    except CredentialRevoked:
        return "revoked"
    except CredentialSuspended:
        return "suspended"
    except OpenvcError:
        return "refused"
    return "good"


def by_us(case: Case, _folder: Path) -> str:
    whole = encode(case.credential)
    given = {url: encode(doc) for url, doc in case.loads.items() if "/status/" in url}
    try:
        credential.verify(whole, sample.PUBLIC)
        document = credential.split(whole)[0]
        if not document["validFrom"] <= stamp(case.at) <= document["validUntil"]:
            return "refused"
        listing.check(document, listing.Known(given, (sample.PUBLIC,)), case.at)
    except CertificateRevoked:
        return "revoked"
    except CertificateSuspended:
        return "suspended"
    except (CredentialAltered, StatusListAltered):
        return "refused"
    return "good"


CASES: dict[Callable[[Case], None], str] = {
    good: "good",
    tampered: "refused",
    revoked: "revoked",
    suspended: "suspended",
    expired: "refused",
    foreign_key: "refused",
    foreign_list: "refused",
}


@pytest.mark.parametrize("judge", [by_us, by_digitalbazaar, by_openvc])
@pytest.mark.parametrize("form", SUITES)
@pytest.mark.parametrize("spoil", CASES, ids=lambda spoil: spoil.__name__)
def test_credential_is_judged_alike_by_us_and_by_strangers(
    spoil: Callable[[Case], None],
    form: str,
    judge: Callable[[Case, Path], str],
    tmp_path: Path,
) -> None:
    case = Case(form)
    spoil(case)

    assert judge(case, tmp_path) == CASES[spoil]


def test_jwt_is_verified_by_jose_and_fails_when_spoilt(tmp_path: Path) -> None:
    own = encode(issued("bundle"))
    token = compact.issue(own, issuer_url=sample.ISSUER, key=sample.KEY)
    (tmp_path / "loads.json").write_text(json.dumps(loads([], [], sample.KEY)))
    head, payload, signature = token.split(".")
    forged = compact.issue(own, issuer_url=sample.ISSUER, key=FORGER)

    said = {}
    for name, each, at in (
        ("good", token, AT),
        ("tampered", f"{head}.{payload[:-6]}{payload[-5:]}A.{signature}", AT),
        ("foreign", forged, AT),
        ("expired", token, AT + timedelta(days=366 * 4)),
    ):
        (tmp_path / "credential.jwt").write_text(each)
        said[name] = run_node(tmp_path, at)

    assert {name: each["verified"] for name, each in said.items()} == {
        "good": True, "tampered": False, "foreign": False, "expired": False,
    }  # fmt: skip
    assert said["good"]["subject"] == sample.claim().holder_name
