"""Signing in and out: staff by name and password, candidates by number and PINs."""

import asyncio
from typing import Any

import msgspec
from litestar import Response, get, post

from exam_engine.errors import CandidateRefused, SessionPinRefused
from exam_engine.registration.service import check_candidate
from kernel.errors import UjikomError
from people import challenge, passwords, second_factor, sign_ins, store
from people.errors import FactorRefused, SignInRefused, SignInThrottled
from people.roles import Role
from web import forms, who
from web.error_texts import text_of
from web.rendering import AnyRequest, installation, language, page

ACCOUNT_LIMIT = 10
NUMBER_LIMIT = 100  # from all PCs together: a registration PIN has 10^8 values
ROOM_LIMIT = 200


@get("/masuk")
async def staff_form(request: AnyRequest) -> Response[Any]:
    """The form for staff."""
    return page(
        request,
        "sign_in.html",
        values={"username": ""},
        errors={},
        refused=None,
        next=_local(request.query_params.get("next", "")),
    )


@post("/masuk")
async def staff_sign_in(request: AnyRequest) -> Response[Any]:
    """Open a sign-in for an account; as slow and as silent for names that do not exist."""
    form = await forms.read(request)
    username, password = forms.text(form, "username"), str(form.get("password", ""))
    database = installation(request).database
    subject = sign_ins.failure_subject(database.keys.secret("pepper"), "account", username)
    try:
        await database.read(sign_ins.check_throttle, subject=subject, limit=ACCOUNT_LIMIT)
        account = await database.read(store.account_named, username=username)
        stored = None if account is None or account.disabled else account.password_hash
        if not await _matches(stored, password) or account is None:
            await database.write(sign_ins.note_failure, subjects=(subject,))
            raise SignInRefused
    except UjikomError as error:
        return page(
            request,
            "sign_in.html",
            http=429 if error.code == "sign_in_throttled" else 401,
            values={"username": username},
            errors={},
            refused=text_of(error, language(request)).sentence,
            next=_local(forms.text(form, "next")),
        )
    goal = _local(forms.text(form, "next"))
    if await database.read(second_factor.is_on, account_id=account.id):
        pepper = database.keys.secret("pepper")
        proof = challenge.make(pepper, account_id=account.id, at=database.clock.now())
        return page(request, "sign_in_code.html", challenge=proof, next=goal, refused=None)
    return await _opened(request, account.id, goal)


async def _opened(request: AnyRequest, account_id: bytes, goal: str) -> Response[Any]:
    """The account is signed in, and goes on to where it wanted."""
    database = installation(request).database
    person = await database.read(store.person_of_account, account_id=account_id)
    token = sign_ins.new_token()
    await database.write(
        sign_ins.open_sign_in, token=token, person_id=person.id, account_id=account_id
    )
    response = forms.see(goal or "/staf")
    response.set_cookie(who.token_cookie(request, token))
    return response


@post("/masuk/kode")
async def staff_code(request: AnyRequest) -> Response[Any]:
    """The second step: a code of the app or a recovery code, after a right password."""
    form = await forms.read(request)
    proof, goal = forms.text(form, "challenge"), _local(forms.text(form, "next"))
    database = installation(request).database
    pepper = database.keys.secret("pepper")
    account = challenge.account_of(pepper, proof, at=database.clock.now())
    subject = sign_ins.failure_subject(pepper, "factor", account.hex())
    try:
        await database.read(sign_ins.check_throttle, subject=subject, limit=ACCOUNT_LIMIT)
        await database.write(second_factor.use, account_id=account, code=forms.text(form, "code"))
    except (FactorRefused, SignInThrottled) as error:
        if isinstance(error, FactorRefused):
            await database.write(sign_ins.note_failure, subjects=(subject,))
        return page(
            request,
            "sign_in_code.html",
            http=429 if isinstance(error, SignInThrottled) else 401,
            challenge=proof,
            next=goal,
            refused=text_of(error, language(request)).sentence,
        )
    return await _opened(request, account, goal)


@post("/ujian")
async def candidate_sign_in(request: AnyRequest) -> Response[Any]:
    """Open a sign-in for a registration."""
    form = await forms.read(request)
    number = forms.text(form, "candidate_no")
    database = installation(request).database
    try:
        counted = await _counters(request, number)
        try:
            registration = await database.read(
                check_candidate,
                candidate_no=number,
                registration_pin=forms.text(form, "registration_pin"),
                session_pin=forms.text(form, "session_pin"),
            )
        except CandidateRefused as error:
            await database.write(sign_ins.note_failure, subjects=counted.of(error))
            raise
    except UjikomError as error:
        return page(
            request,
            "candidate_sign_in.html",
            http=429 if error.code == "sign_in_throttled" else 401,
            values={"candidate_no": number},
            errors={},
            refused=text_of(error, language(request)).sentence,
        )
    token = sign_ins.new_token()
    await database.write(
        sign_ins.open_sign_in,
        token=token,
        person_id=registration.person_id,
        registration_id=registration.id,
    )
    response = forms.see("/ujian")
    response.set_cookie(who.token_cookie(request, token))
    return response


class Counters(msgspec.Struct, frozen=True):
    """Where a candidate's failure counts: this PC at this number, the number, its session.

    Who has no right registration PIN counts against the number alone: a guesser must not be able
    to lock a whole room out. A session PIN is guessed only by who has a card.
    """

    here: bytes
    number: bytes
    session: bytes

    def of(self, error: CandidateRefused) -> tuple[bytes, ...]:
        own = (self.here, self.number)
        return (*own, self.session) if isinstance(error, SessionPinRefused) else own


async def _counters(request: AnyRequest, number: str) -> Counters:
    """The counters of an attempt, none of which is full; raises SignInThrottled."""
    database = installation(request).database
    pepper = database.keys.secret("pepper")
    address = request.client.host if request.client else ""
    session = number.split("-", maxsplit=1)[0]
    counters = Counters(
        await database.read(sign_ins.guess_subject, number=number, address=address),
        sign_ins.failure_subject(pepper, "candidate", number),
        sign_ins.failure_subject(pepper, "session", session),
    )
    limits = ((counters.here, ACCOUNT_LIMIT), (counters.number, NUMBER_LIMIT))
    for subject, limit in (*limits, (counters.session, ROOM_LIMIT)):
        await database.read(sign_ins.check_throttle, subject=subject, limit=limit)
    return counters


@post("/keluar")
async def sign_out(request: AnyRequest) -> Response[Any]:
    """End the sign-in on the server and in the browser."""
    principal = await who.signed_in(request)
    token = request.cookies.get(who.COOKIE)
    if token:
        await installation(request).database.write(sign_ins.revoke, token=token)
    candidate = principal is not None and Role.CANDIDATE in principal.roles
    response = forms.see("/ujian" if candidate else "/masuk")
    response.set_cookie(who.token_cookie(request, ""))
    return response


async def _matches(stored: str | None, password: str) -> bool:
    return await asyncio.to_thread(passwords.matches, stored, password)


def _local(path: str) -> str:
    """A path of ours to go on to, or nothing: never another site."""
    return path if path.startswith("/staf") and "//" not in path and "\\" not in path else ""


HANDLERS = [staff_form, staff_sign_in, staff_code, candidate_sign_in, sign_out]
