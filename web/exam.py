"""The candidate's pages: from own data to the receipt."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from certificates.service import of_candidate
from exam_engine.delivery import desk as desks
from exam_engine.delivery import receipts
from exam_engine.delivery.closing import submit
from exam_engine.delivery.desk import Desk
from exam_engine.delivery.own_evidence import own_evidence
from exam_engine.delivery.responses import record_response
from exam_engine.delivery.sitting import SittingState
from exam_engine.delivery.start import NONCE_BYTES, enter
from exam_engine.errors import AnswerStale, PlaceHeld, RulesNotAccepted, SittingClosed, TooLate
from exam_engine.registration.states import SessionState
from kernel.errors import Closed, Conflict
from people import sign_ins
from people.errors import SignInNeeded
from people.roles import Principal, Role
from question_banks.errors import ChoiceInvalid
from question_banks.families.interface import FIELD, Fields
from web import exam_views as views
from web import forms, who
from web.error_texts import text_of
from web.rendering import AnyRequest, installation, language, page

REFUSED: Final = {"lama": AnswerStale, "ditolak": ChoiceInvalid}


@get("/ujian")
async def entrance(request: AnyRequest) -> Response[Any]:
    """Where a candidate is sent: sign-in, own data, the exam, another PC's notice, or the end."""
    principal = await who.signed_in(request)
    if principal is None or Role.CANDIDATE not in principal.roles:
        return page(
            request,
            "candidate_sign_in.html",
            values={"candidate_no": ""},
            errors={},
            refused=None,
        )
    desk = await installation(request).database.read(desks.desk, by=principal)
    if desk.sitting is None:
        if desk.session.state is SessionState.CLOSED:
            return views.closed(request, desk, "session_closed")
        return forms.see("/ujian/mulai")
    if _over(request, desk):
        return forms.see("/ujian/selesai")
    if _paused(desk):
        return views.closed(request, desk, "paused", next_url="/ujian")
    here = desk.place is not None and desk.place.sign_in == principal.sign_in
    return forms.see("/ujian/soal/1" if here else "/ujian/mulai")


@get("/ujian/mulai")
async def confirm(request: AnyRequest) -> Response[Any]:
    """Own data and rules; or why this PC cannot go on with the sitting."""
    principal = await who.candidate(request)
    desk = await installation(request).database.read(desks.desk, by=principal)
    if desk.sitting is None:
        return views.confirm_page(request, desk, refused=None)
    if _over(request, desk):
        return forms.see("/ujian/selesai")
    if _paused(desk):
        return views.closed(request, desk, "paused", next_url="/ujian/mulai")
    if desk.place and desk.place.token and desk.place.sign_in != principal.sign_in:
        return views.held(request, desk)
    return views.confirm_page(request, desk, refused=None)


@post("/ujian/mulai")
async def start(request: AnyRequest) -> Response[Any]:
    """Start, or go on at this PC after a release."""
    principal = await who.candidate(request)
    form = await forms.read(request)
    database = installation(request).database
    try:
        await database.write(
            enter, nonce=_nonce(forms.text(form, "nonce")), accepted=forms.ticked(form, "agree"),
            by=principal,
        )  # fmt: skip
    except PlaceHeld:
        return views.held(request, await database.read(desks.desk, by=principal))
    except RulesNotAccepted as error:
        desk = await database.read(desks.desk, by=principal)
        refused = text_of(error, language(request)).sentence
        return views.confirm_page(request, desk, refused=refused, http=422)
    return forms.see("/ujian/soal/1")


@get("/ujian/soal/{position:int}")
async def item(request: AnyRequest, position: FromPath[int]) -> Response[Any]:
    """The exam screen."""
    principal = await who.candidate(request)
    database = installation(request).database
    view = await database.read(desks.item_view, position=position, by=principal)
    if elsewhere := _elsewhere(request, view.desk, principal):
        return elsewhere
    asked = request.query_params
    error = next((kind() for name, kind in REFUSED.items() if name in asked), None)
    refused = text_of(error, language(request)).sentence if error else None
    return views.item_page(request, view, refused)


@post("/ujian/soal/{position:int}")
async def save(request: AnyRequest, position: FromPath[int]) -> Response[Any]:
    """Save one item's answer; a form goes on by its action, a script gets JSON."""
    form = await forms.read(request)
    action = forms.text(form, "action", default="save")
    here = installation(request)
    try:
        saved = await here.database.write(
            record_response,
            token_hash=_token_hash(request),
            position=position,
            fields=Fields({} if action == "clear" else forms.under(form, FIELD)),
            flagged=forms.ticked(form, "flagged"),
            place=forms.text(form, "place"),
            counter=forms.number(forms.text(form, "counter")),
        )
    except (Closed, Conflict, ChoiceInvalid) as error:
        if _wants_json(request):
            raise
        if isinstance(error, ChoiceInvalid):
            return forms.see(f"/ujian/soal/{position}?ditolak=1")
        if isinstance(error, AnswerStale):
            return forms.see(f"/ujian/soal/{position}?lama=1")
        over = isinstance(error, SittingClosed | TooLate)
        return forms.see(f"/ujian/selesai?belum={position}" if over else "/ujian")
    if _wants_json(request):
        return Response(views.told(request, saved), status_code=200)
    return forms.see(_next(action, position, saved.answered + saved.blank))


@get("/ujian/keadaan")
async def standing(request: AnyRequest) -> Response[Any]:
    """How one's own sitting stands, as JSON: state, time left, how much was told."""
    principal = await who.candidate(request)
    now = await installation(request).database.read(desks.standing, by=principal)
    return Response(views.standing(now), headers={"Cache-Control": "no-store"})


@get("/ujian/periksa")
async def review(request: AnyRequest) -> Response[Any]:
    """Counts and blanks before the end."""
    principal = await who.candidate(request)
    database = installation(request).database
    view = await database.read(desks.item_view, position=1, by=principal)
    if elsewhere := _elsewhere(request, view.desk, principal):
        return elsewhere
    return views.review_page(request, view)


@post("/ujian/selesai")
async def finish(request: AnyRequest) -> Response[Any]:
    """Submit the sitting."""
    principal = await who.candidate(request)
    form = await forms.read(request)
    try:
        await installation(request).database.write(
            submit,
            place=forms.text(form, "place"),
            confirmed=forms.ticked(form, "confirm"),
            by=principal,
        )
    except Closed:
        return forms.see("/ujian")
    return forms.see("/ujian/selesai")


@get("/ujian/selesai")
async def finished(request: AnyRequest) -> Response[Any]:
    """The receipt, and the score when the scheme shows it."""
    principal = await who.candidate(request)
    database = installation(request).database
    outcome = await database.read(desks.outcome, by=principal)
    if not outcome.sitting.state.over:
        late = outcome.sitting.left_seconds(database.clock.now()) == 0
        if not late:
            return forms.see("/ujian")
        return views.closed(request, outcome.desk, "time_over", next_url="/ujian/selesai")
    lost = request.query_params.get("belum", "")
    own = await database.read(of_candidate, by=principal)
    return views.submitted_page(request, outcome, forms.number(lost) if lost else None, own)


@get("/ujian/tanda-terima")
async def receipt_file(request: AnyRequest) -> Response[Any]:
    """Every signed receipt of one's own sitting, a line each, the end of its chain last."""
    principal = await who.candidate(request)
    database = installation(request).database
    desk, saves, end = await database.read(desks.receipts, by=principal)
    key = database.keys.signing("receipt")
    lines = [
        receipts.issue(key, handle=save.handle, k=save.k, leaf_hash=save.leaf_hash, at=save.at)
        for save in [*saves, *end]
    ]
    name = f"tanda-terima-{desk.registration.candidate_no}.txt"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\n".join([*lines, ""]), media_type="text/plain", headers=headers)


@get("/ujian/bukti")
async def evidence(request: AnyRequest) -> Response[Any]:
    """The whole evidence of one's own ended sitting, in one file that is checked without us."""
    principal = await who.candidate(request)
    here = installation(request)
    desk = await here.database.read(desks.desk, by=principal)
    if desk.sitting is None or not desk.sitting.state.over:
        return forms.see("/ujian")
    desk, data = await here.database.read(own_evidence, vkey=here.log_vkey, by=principal)
    name = f"bukti-ujian-{desk.registration.candidate_no}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/json", headers=headers)


def _elsewhere(request: AnyRequest, desk: Desk, by: Principal) -> Response[Any] | None:
    """Where the candidate is sent instead of the exam: it is over, or another PC holds it."""
    if _over(request, desk):
        return forms.see("/ujian/selesai")
    if _paused(desk):
        return views.closed(request, desk, "paused", next_url=request.url.path)
    if not desk.place or desk.place.sign_in != by.sign_in:
        return views.closed(request, desk, "taken_over", next_url="/ujian/mulai")
    return None


def _paused(desk: Desk) -> bool:
    """Whether a proctor stopped the sitting's clock."""
    return desk.sitting is not None and desk.sitting.state is SittingState.PAUSED


def _over(request: AnyRequest, desk: Desk) -> bool:
    """Whether nothing more can be saved in the sitting."""
    sitting = desk.sitting
    if sitting is None:
        return False
    if sitting.state is SittingState.PAUSED:
        return False
    now = installation(request).database.clock.now()
    return sitting.state.over or sitting.left_seconds(now) == 0


def _next(action: str, position: int, items: int) -> str:
    if action == "review" or (action == "save_next" and position >= items):
        return "/ujian/periksa"
    target = {"save_next": position + 1, "prev": max(1, position - 1)}.get(action, position)
    if action.startswith("goto:"):
        target = min(max(1, forms.number(action.removeprefix("goto:"))), items)
    return f"/ujian/soal/{target}"


def _nonce(text: str) -> bytes | None:
    try:
        nonce = bytes.fromhex(text)
    except ValueError:
        return None
    return nonce if len(nonce) == NONCE_BYTES else None


def _token_hash(request: AnyRequest) -> bytes:
    token = request.cookies.get(who.COOKIE)
    if not token:
        raise SignInNeeded
    return sign_ins.token_hash(token)


def _wants_json(request: AnyRequest) -> bool:
    return "application/json" in request.headers.get("accept", "")


HANDLERS = [
    entrance, confirm, start, item, save, standing, review, finish, finished, receipt_file,
    evidence,
]  # fmt: skip
