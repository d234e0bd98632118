"""The verdict on a code as JSON, for systems of others; no list, no search, no names to guess."""

from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from certificates import codes
from certificates.errors import CodeMalformed, CodeMistyped
from certificates.verification import Verification, by_code
from kernel.clock import stamp
from web.public import limited
from web.rendering import AnyRequest, installation
from web.verdict_views import shown_status

FORMAT: Final = "ujikom-verification/1"


@get("/api/sertifikat/{code:str}", middleware=[limited("api")])
async def certificate(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    """What the page at the code says. Unknown and malformed codes get one and the same answer."""
    here = installation(request)
    try:
        found = await here.database.read(by_code, text=code, policy=here.policy)
        shown = codes.display(codes.normalise(code))
    except CodeMistyped:
        return _answer(request, "mistyped", None, None, http=422)
    except CodeMalformed:
        found, shown = None, None
    if found is None:
        return _answer(request, "unknown", None, None, http=404)
    return _answer(request, shown_status(found), shown, found)


def _answer(
    request: AnyRequest,
    status: str,
    code: str | None,
    found: Verification | None,
    *,
    http: int = 200,
) -> Response[Any]:
    here = installation(request)
    at = found.checked_at if found else here.database.clock.now()
    body = {
        "format": FORMAT,
        "status": status,
        "checked_at": stamp(at),
        "code": code,
        "certificate": _printed(found) if found else None,
        "checks": _checks(found) if found else None,
        "history": _history(found) if found else None,
    }
    return Response(body, status_code=http, headers={"X-Robots-Tag": "noindex"})


def _printed(found: Verification) -> dict[str, Any]:
    """The printed fields; the NIP stays masked, scores and sessions stay inside."""
    claim = found.certificate.claim
    return {
        "number": claim.certificate_no,
        "holder": claim.holder_name,
        "nip_masked": claim.holder_nip_masked,
        "scheme": {
            "code": claim.scheme_code,
            "version": claim.scheme_version,
            "name_id": claim.scheme_name_id,
            "name_en": claim.scheme_name_en,
        },
        "competencies": [
            {"code": each.code, "name_id": each.name_id, "level": each.level}
            for each in claim.competencies
        ],
        "issuer": claim.agency_name,
        "signatory": claim.signatory_name,
        "issued_at": stamp(claim.issued_at),
        "valid_until": stamp(claim.valid_until),
        "pdf_sha256": found.pdf_sha256,
        "replaced_by": codes.display(found.replaced_by) if found.replaced_by else None,
        "renewed_by": codes.display(found.renewed_by) if found.renewed_by else None,
        "sample": claim.sample,
    }


def _checks(found: Verification) -> dict[str, Any]:
    return {
        "signature": found.signed,
        "commitment": found.opens,
        "log_inclusion": found.included,
        "log_index": found.leaf_index,
        "log_size": found.log_size,
        "status_logged": found.agreed,
    }


def _history(found: Verification) -> list[dict[str, str]]:
    """Changes of status; of a stored `code: note` the code alone is public."""
    return [
        {
            "status": change.status,
            "at": stamp(change.at),
            "reason": change.reason.partition(": ")[0],
            "by": "decision_board",
        }
        for change in found.history
    ]


HANDLERS = [certificate]
