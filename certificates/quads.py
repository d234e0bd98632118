"""Canonical RDF of our own documents, written directly: no JSON-LD processing, no network.

Our documents have one fixed shape in which every node has an IRI, except at most one blank node.
RDF canonicalisation (RDFC-1.0) then is: write each statement, sort the lines, drop doubles; the one
blank node is `_:c14n0`. Tests compare with a JSON-LD processor and the published contexts.
"""

from collections.abc import Iterator
from typing import Any, Final

from certificates.errors import CredentialMalformed

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_CRED: Final = "https://www.w3.org/2018/credentials#"
_SEC: Final = "https://w3id.org/security#"
_STATUS: Final = "https://www.w3.org/ns/credentials/status#"
_OB: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_SCHEMA: Final = "https://schema.org/"
# Open Badges writes "https" in this one namespace; the credentials context writes "http".
_ANY_URI: Final = "https://www.w3.org/2001/XMLSchema#anyURI"

TEXT: Final = ""  # a plain literal
IRI: Final = "@id"  # the value is itself an IRI

# Term -> (predicate, how a plain value is written: TEXT, IRI, or the literal's datatype).
TERMS: Final[dict[str, tuple[str, str]]] = {
    "achievement": (f"{_OB}achievement", IRI),
    "achievementType": (f"{_OB}achievementType", TEXT),
    "activityEndDate": (f"{_OB}activityEndDate", "https://www.w3.org/2001/XMLSchema#date"),
    "address": (f"{_OB}address", IRI),
    "addressLocality": (f"{_SCHEMA}addressLocality", TEXT),
    "alignment": (f"{_OB}alignment", IRI),
    "created": ("http://purl.org/dc/terms/created", f"{_XSD}dateTime"),
    "credentialStatus": (f"{_CRED}credentialStatus", IRI),
    "credentialSubject": (f"{_CRED}credentialSubject", IRI),
    "criteria": (f"{_OB}Criteria", IRI),
    "cryptosuite": (f"{_SEC}cryptosuite", f"{_SEC}cryptosuiteString"),
    "description": (f"{_SCHEMA}description", TEXT),
    "encodedList": (f"{_STATUS}encodedList", f"{_SEC}multibase"),
    "evidence": (f"{_CRED}evidence", IRI),
    "hashed": (f"{_OB}hashed", "https://www.w3.org/2001/XMLSchema#boolean"),
    "humanCode": (f"{_OB}humanCode", TEXT),
    "identifier": (f"{_OB}identifier", IRI),
    "identityHash": (f"{_OB}identityHash", TEXT),
    "identityType": (f"{_OB}identityType", TEXT),
    "issuer": (f"{_CRED}issuer", IRI),
    "licenseNumber": (f"{_OB}licenseNumber", TEXT),
    "name": (f"{_SCHEMA}name", TEXT),
    "narrative": (f"{_OB}narrative", TEXT),
    "official": (f"{_OB}official", TEXT),
    "proofPurpose": (f"{_SEC}proofPurpose", _SEC),
    "result": (f"{_OB}result", IRI),
    "resultDescription": (f"{_OB}resultDescription", _ANY_URI),
    "resultType": (f"{_OB}resultType", TEXT),
    "statusListCredential": (f"{_STATUS}statusListCredential", IRI),
    "statusListIndex": (f"{_STATUS}statusListIndex", TEXT),
    "statusPurpose": (f"{_STATUS}statusPurpose", TEXT),
    "tag": (f"{_SCHEMA}keywords", TEXT),
    "targetCode": (f"{_OB}targetCode", TEXT),
    "targetDescription": (f"{_SCHEMA}targetDescription", TEXT),
    "targetFramework": (f"{_SCHEMA}targetFramework", TEXT),
    "targetName": (f"{_SCHEMA}targetName", TEXT),
    "targetType": (f"{_OB}targetType", TEXT),
    "targetUrl": (f"{_SCHEMA}targetUrl", _ANY_URI),
    "ttl": (f"{_STATUS}ttl", f"{_XSD}integer"),
    "url": (f"{_SCHEMA}url", _ANY_URI),
    "validFrom": (f"{_CRED}validFrom", f"{_XSD}dateTime"),
    "validUntil": (f"{_CRED}validUntil", f"{_XSD}dateTime"),
    "value": (f"{_SCHEMA}value", TEXT),
    "verificationMethod": (f"{_SEC}verificationMethod", IRI),
    "version": (f"{_OB}version", TEXT),
}
TYPES: Final[dict[str, str]] = {
    "Achievement": f"{_OB}Achievement",
    "AchievementSubject": f"{_OB}AchievementSubject",
    "Address": f"{_OB}Address",
    "Alignment": f"{_SCHEMA}AlignmentObject",
    "BitstringStatusList": f"{_STATUS}BitstringStatusList",
    "BitstringStatusListCredential": f"{_STATUS}BitstringStatusListCredential",
    "BitstringStatusListEntry": f"{_STATUS}BitstringStatusListEntry",
    "DataIntegrityProof": f"{_SEC}DataIntegrityProof",
    "Evidence": f"{_OB}Evidence",
    "IdentityObject": f"{_OB}IdentityObject",
    "OpenBadgeCredential": f"{_OB}OpenBadgeCredential",
    "Profile": f"{_OB}Profile",
    "Result": f"{_OB}Result",
    "ResultDescription": f"{_OB}ResultDescription",
    "VerifiableCredential": f"{_CRED}VerifiableCredential",
}
_BLANK: Final = "_:c14n0"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_NOT_IN_IRI: Final = frozenset('<>"{}|^`\\') | frozenset(map(chr, range(0x21)))


def canonical(document: dict[str, Any]) -> bytes:
    """The document's canonical N-Quads in UTF-8.

    Raises CredentialMalformed for a term, type or value that our documents do not have, and for a
    second blank node: what would be left out or misread is never signed.
    """
    blanks: list[int] = []
    lines = {line for line, _subject in _node(document, blanks)}
    return "".join(sorted(lines)).encode()


def _node(node: dict[str, Any], blanks: list[int]) -> Iterator[tuple[str, str]]:
    subject = _subject(node, blanks)
    for term, value in node.items():
        if term in {"@context", "id"}:
            continue
        for each in value if isinstance(value, list) else [value]:
            yield from _statement(subject, term, each, blanks)


def _subject(node: dict[str, Any], blanks: list[int]) -> str:
    if "id" in node:
        return _iri(node["id"])
    blanks.append(1)
    if len(blanks) > 1:
        raise CredentialMalformed(reason="blank")
    return _BLANK


def _statement(subject: str, term: str, value: Any, blanks: list[int]) -> Iterator[tuple[str, str]]:
    if term == "type":
        yield f"{subject} <{_RDF}type> {_iri(_known(TYPES, value))} .\n", subject
        return
    predicate, kind = _known(TERMS, term)
    if isinstance(value, dict):
        inner = list(_node(value, blanks))
        own = inner[0][1] if inner else _subject(value, blanks)
        yield f"{subject} <{predicate}> {own} .\n", subject
        yield from inner
        return
    yield f"{subject} <{predicate}> {_plain(value, kind)} .\n", subject


def _known(table: dict[str, Any], name: Any) -> Any:
    if not isinstance(name, str) or name not in table:
        raise CredentialMalformed(reason="term")
    return table[name]


def _plain(value: Any, kind: str) -> str:
    """A value that is no node, as an IRI or a literal."""
    if kind == IRI:
        return _iri(value)
    if kind == _SEC:  # a word of the security vocabulary
        return _iri(f"{_SEC}{value}")
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, int) and kind.endswith("#integer"):
        value = str(value)
    if not isinstance(value, str):
        raise CredentialMalformed(reason="value")
    literal = f'"{value.translate(_ESCAPES)}"'
    return f"{literal}^^<{kind}>" if kind else literal


def _iri(value: Any) -> str:
    if not isinstance(value, str) or ":" not in value or _NOT_IN_IRI & set(value):
        raise CredentialMalformed(reason="iri")
    return f"<{value}>"
