"""Pages for everyone: checking a certificate by code or file."""

import asyncio
from hashlib import sha256
from typing import Any

from litestar import Response, get, post
from litestar.middleware import DefineMiddleware
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import FromPath

from certificates import codes, issuer_keys, service
from certificates.errors import CodeMalformed, CodeMistyped
from certificates.verification import (
    Verification,
    by_code,
    by_credential,
    by_file,
    by_register,
)
from certificates.verify_file import CheckName, Outcome, Report, TrustedKeys, Verdict, check_offline
from kernel.errors import Invalid, UjikomError
from web import forms, signature_facts
from web import verdict_views as views
from web.error_texts import text_of
from web.rendering import AnyRequest, installation, language, page

CHECKS_PER_MINUTE = 60


def limited(kind: str) -> DefineMiddleware:
    """At most so many checks of a kind per minute and address."""

    def who(request: AnyRequest) -> str:
        return f"{kind}:{request.client.host if request.client else ''}"

    config = RateLimitConfig(("minute", CHECKS_PER_MINUTE), identifier_for_request=who)
    return config.middleware


@get("/")
async def home(request: AnyRequest) -> Response[Any]:
    """The code entry."""
    return page(
        request,
        "verify_home.html",
        values={"code": request.query_params.get("kode", "")},
        errors={},
        log=None,
    )


@post("/verifikasi")
async def enter_code(request: AnyRequest) -> Response[Any]:
    """Go to the code's own address, or say what is wrong with what was typed."""
    typed = forms.text(await forms.read(request), "code")
    try:
        code = codes.normalise(typed)
    except CodeMistyped:
        return _verdict(request, "mistyped", typed, None, http=422)
    except CodeMalformed as error:
        return page(
            request,
            "verify_home.html",
            http=422,
            values={"code": typed},
            errors={"code": text_of(error, language(request)).sentence},
            log=None,
        )
    return forms.see(f"/V/{code}")


@get("/V/{code:str}", middleware=[limited("code")])
async def by_address(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    """The verdict on a code; unknown codes are answered in the same shape."""
    try:
        here = installation(request)
        found = await here.database.read(by_code, text=code, policy=here.policy)
    except CodeMistyped:
        return _verdict(request, "mistyped", code, None, http=422)
    except CodeMalformed:
        return _verdict(request, "unknown", code, None, http=404)
    shown = codes.display(codes.normalise(code))
    if found is None:
        return _verdict(request, "unknown", shown, None, http=404)
    signature = await _stored_signature(request, found)
    return _verdict(request, views.shown_status(found), shown, found, signature=signature)


async def _stored_signature(request: AnyRequest, found: Verification) -> list[tuple[str, str]]:
    """The facts of the stored PDF's signature; none before there is a PDF."""
    here = installation(request)
    try:
        pdf = await here.database.read(
            service.stored_pdf, certificate_id=found.certificate.id, blobs=here.blobs
        )
    except UjikomError:  # `ujikom audit verify` names it
        return []
    if pdf is None:
        return []
    lang = language(request)
    return await asyncio.to_thread(signature_facts.facts_of_stored, pdf, here, lang)


@post("/verifikasi/berkas", middleware=[limited("file")])
async def by_upload(request: AnyRequest) -> Response[Any]:
    """The verdict on a PDF: the issued bytes, an altered file, or no certificate of ours."""
    form = await forms.read(request)
    here = installation(request)
    try:
        name, pdf = await forms.file(form, "file")
        found = await here.database.read(by_file, pdf=pdf, policy=here.policy)
        report = await _report(request, pdf)
    except Invalid as error:
        return page(
            request,
            "verify_home.html",
            http=422,
            values={"code": ""},
            errors={"file": text_of(error, language(request)).sentence},
            log=None,
        )
    named = found
    if named is None and _signed_by_us(report):
        named = await here.database.read(
            by_credential, credential=report.credential, policy=here.policy
        )
    if named:
        report = by_register(report, named)
    foreign = named is None and report.verdict is Verdict.UNKNOWN_ISSUER
    return page(
        request,
        "verdict_file.html",
        **views.context(
            request, named, file_checks=views.file_checks(request, report, found, named)
        ),
        status=views.shown_status(named) if named else "unknown",
        code="",
        file={
            "name": name,
            "size": views.size(request, len(pdf)),
            "sha256": sha256(pdf).hexdigest(),
        },
        altered=found is None and not foreign,
        signature=signature_facts.facts(report, here, language(request)),
    )


def _signed_by_us(report: Report) -> bool:
    """Whether the file's credential is one that we signed: only then it may name a certificate."""
    needed = {CheckName.CREDENTIAL_SIGNATURE, CheckName.ISSUER_KEY}
    passed = {check.name for check in report.checks if check.outcome is Outcome.PASSED}
    return needed <= passed


async def _report(request: AnyRequest, pdf: bytes) -> Report:
    here = installation(request)
    trust = here.pdf_trust()
    keys = TrustedKeys(
        credential=await here.database.read(issuer_keys.all_keys),
        log=here.log_vkeys,
        roots=trust.roots,
        stamping_roots=trust.stamping_roots,
        crls=trust.crls,
    )
    at = here.database.clock.now()
    return await asyncio.to_thread(check_offline, pdf, trusted_keys=keys, at=at)


def _verdict(
    request: AnyRequest,
    status: str,
    code: str,
    found: Verification | None,
    *,
    http: int = 200,
    signature: list[tuple[str, str]] | None = None,
) -> Response[str]:
    context = views.context(request, found)
    return page(
        request,
        "verdict.html",
        http=http,
        **context,
        status=status,
        code=code,
        signature=signature or [],
    )


HANDLERS = [home, enter_code, by_address, by_upload]
