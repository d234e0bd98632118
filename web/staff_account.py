"""One's own staff account: the second factor."""

from typing import Any

from litestar import Response, get, post

from documents.qr import qr_svg, svg_data_uri
from kernel.database import Tx
from kernel.errors import UjikomError
from people import second_factor, sign_ins, totp
from people.errors import FactorRefused
from people.roles import Principal
from web import forms, who
from web.rendering import AnyRequest, installation, page

FACTOR_LIMIT = 10


@get("/staf/akun")
async def own_account(request: AnyRequest) -> Response[Any]:
    """Whether a code is needed to sign in, and how to turn that on or off."""
    return await _shown(request, await who.staff(request))


@post("/staf/akun/kode")
async def begin_factor(request: AnyRequest) -> Response[Any]:
    """Make a secret for the app; the page shows it until its first code came."""
    principal = await who.staff(request)
    database = installation(request).database
    await database.write(second_factor.begin, account_id=_account(principal))
    return forms.see("/staf/akun")


@post("/staf/akun/kode/aktif")
async def confirm_factor(request: AnyRequest) -> Response[Any]:
    """Turn it on by the first code; shows the recovery codes, this once."""
    principal, code = await _code(request)
    try:
        codes = await installation(request).database.write(
            second_factor.confirm, account_id=_account(principal), code=code
        )
    except FactorRefused as error:
        return await _refused(request, principal, error)
    return await _shown(request, principal, codes=codes)


@post("/staf/akun/kode/mati")
async def remove_factor(request: AnyRequest) -> Response[Any]:
    """Turn it off by a last code."""
    principal, code = await _code(request)
    try:
        await installation(request).database.write(
            second_factor.remove, account_id=_account(principal), code=code
        )
    except FactorRefused as error:
        return await _refused(request, principal, error)
    return await _shown(request, principal)


async def _code(request: AnyRequest) -> tuple[Principal, str]:
    """Who sends which code; raises SignInThrottled after too many wrong ones."""
    principal = await who.staff(request)
    await installation(request).database.read(
        sign_ins.check_throttle, subject=_subject(request, principal), limit=FACTOR_LIMIT
    )
    return principal, forms.text(await forms.read(request), "code")


async def _refused(
    request: AnyRequest, principal: Principal, error: FactorRefused
) -> Response[Any]:
    """The page again, and one failure more against the account."""
    await installation(request).database.write(
        sign_ins.note_failure, subjects=(_subject(request, principal),)
    )
    return await _shown(request, principal, error=error)


def _subject(request: AnyRequest, principal: Principal) -> bytes:
    pepper = installation(request).database.keys.secret("pepper")
    return sign_ins.failure_subject(pepper, "factor", _account(principal).hex())


async def _shown(
    request: AnyRequest,
    principal: Principal,
    *,
    codes: tuple[str, ...] = (),
    error: UjikomError | None = None,
) -> Response[Any]:
    here = installation(request)
    on, left, secret = await here.database.read(_state, account_id=_account(principal))
    address = secret and totp.address(secret, account=principal.name, issuer="Ujikom")
    return page(
        request,
        "account.html",
        user=principal,
        http=forms.REFUSED if error else forms.SHOWN,
        on=on,
        left=left,
        secret=totp.text_of(secret) if secret else None,
        picture=svg_data_uri(qr_svg(address, any_text=True)) if address else None,
        codes=codes,
        errors={"code": forms.said(request, error)} if error else {},
    )


def _state(tx: Tx, *, account_id: bytes) -> tuple[bool, int, bytes | None]:
    return (
        second_factor.is_on(tx, account_id=account_id),
        second_factor.codes_left(tx, account_id=account_id),
        second_factor.waiting_secret(tx, account_id=account_id),
    )


def _account(principal: Principal) -> bytes:
    return principal.account_id or b""


HANDLERS = [own_account, begin_factor, confirm_factor, remove_factor]
