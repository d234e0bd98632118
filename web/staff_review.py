"""Review: the queue, answering blind, the card and the decision, outside experts."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from competencies.store import dictionary
from kernel import ids
from kernel.database import Tx
from people import store as persons
from people.errors import PersonUnknown
from people.roles import Principal, Role
from question_banks import service as banks
from question_banks import store
from question_banks.catalogue import store as catalogue
from question_banks.errors import ItemStateWrong
from question_banks.review import card as cards
from question_banks.review import experts, service
from question_banks.review import store as reviews
from question_banks.states import Deed, ItemState, ReviewRule
from web import forms, i18n, who
from web.bank_texts import CHECKS, PARTS
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page
from web.staff_items import preview

PAGE_ITEMS: Final = 50
DECISIONS: Final = {"setujui": Deed.APPROVE, "perbaiki": Deed.REVISE, "tolak": Deed.REJECT}


@get("/staf/telaah")
async def queue(request: AnyRequest) -> Response[Any]:
    """Submitted items, without their writers' names."""
    return await _queue_page(request, {})


@post("/staf/telaah")
async def approve_many(request: AnyRequest) -> Response[Any]:
    """Approve the ticked items, or every item that waits, of banks reviewed in bulk."""
    principal = await who.staff(request, Role.REVIEWER)
    database = installation(request).database
    form = await forms.read(request)
    if forms.text(form, "scope") == "all":
        chosen = await database.read(_bulk_items, by=principal)
    else:
        chosen = tuple(ids.parse(value) for value in forms.texts(form, "item"))
    if forms.text(form, "decision") != "approve":
        raise forms.FieldInvalid(field="decision")
    if not chosen:
        nothing = i18n.translations(language(request)).gettext("Pilih sedikitnya satu butir.")
        return await _queue_page(request, {"item": nothing}, http=422)
    await asyncio.to_thread(banks.approve_all, database, item_ids=chosen, by=principal)
    return forms.see("/staf/telaah")


@get("/staf/telaah/{item:str}")
async def review(request: AnyRequest, item: FromPath[str]) -> Response[Any]:
    """One item to review: first without key, then with key and card."""
    principal = await who.staff(request, Role.REVIEWER)
    shown = await installation(request).database.read(
        _review, item_id=ids.parse(item), by=principal, lang=language(request)
    )
    return page(request, "review_card.html", user=principal, **shown)


@post("/staf/telaah/{item:str}/jawab")
async def answer(request: AnyRequest, item: FromPath[str]) -> Response[Any]:
    """Keep the blind answer."""
    principal = await who.staff(request, Role.REVIEWER)
    form = await forms.read(request)
    await installation(request).database.write(
        service.answer_blind,
        item_id=ids.parse(item),
        answer={name: forms.texts(form, name) for name in form},
        by=principal,
    )
    return forms.see(f"/staf/telaah/{item}")


@post("/staf/telaah/{item:str}")
async def decide(request: AnyRequest, item: FromPath[str]) -> Response[Any]:
    """Keep card and decision."""
    principal = await who.staff(request, Role.REVIEWER)
    form = await forms.read(request)
    deed = DECISIONS.get(forms.text(form, "decision"))
    if deed is None:
        raise forms.FieldInvalid(field="decision")
    filled = cards.filled(
        {check: forms.text(form, f"check.{check}") for check in cards.CHECKS},
        {check: forms.text(form, f"note.{check}") for check in cards.CHECKS},
    )
    await installation(request).database.write(
        service.decide,
        item_id=ids.parse(item),
        deed=deed,
        card=filled,
        reason=forms.text(form, "reason"),
        by=principal,
    )
    return forms.see("/staf/telaah")


@post("/staf/bank/{bank:str}/pernyataan")
async def state_conflict(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """An outside expert's statement for one bank."""
    principal = await who.staff(request, Role.REVIEWER)
    form = await forms.read(request)
    await installation(request).database.write(
        experts.state_conflict,
        bank_id=ids.parse(bank),
        conflict=forms.text(form, "conflict") != "none",
        text=forms.text(form, "text"),
        by=principal,
    )
    return forms.see("/staf/telaah")


@get("/staf/penelaah")
async def reviewers(request: AnyRequest) -> Response[Any]:
    """The agency's reviewers, and until when outside experts may review."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    shown = await installation(request).database.read(
        _reviewers, agency_id=principal.agency_id, lang=language(request)
    )
    return page(request, "reviewers.html", user=principal, reviewers=shown)


@post("/staf/penelaah")
async def set_term(request: AnyRequest) -> Response[Any]:
    """Set the end of an expert's time (the end of that day, Jakarta)."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    database = installation(request).database
    form = await forms.read(request)
    account = ids.parse(forms.text(form, "account"))
    known = await database.read(
        persons.accounts_with, agency_id=principal.agency_id, role=Role.REVIEWER
    )
    if account not in {own for own, _ in known}:
        raise PersonUnknown
    try:
        day = datetime.strptime(forms.required(form, "ends_on"), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise forms.FieldInvalid(field="ends_on") from error
    ends_at = day + timedelta(hours=17)  # midnight in Jakarta
    await database.write(experts.set_term, account_id=account, ends_at=ends_at, by=principal)
    return forms.see("/staf/penelaah")


async def _queue_page(
    request: AnyRequest, errors: dict[str, str], http: int = 200
) -> Response[Any]:
    principal = await who.staff(request, Role.REVIEWER)
    after = request.query_params.get("sesudah", "")
    shown = await installation(request).database.read(
        _queue, by=principal, after=ids.parse(after) if after else b"", lang=language(request)
    )
    return page(request, "review_queue.html", user=principal, http=http, errors=errors, **shown)


def _bulk_items(tx: Tx, *, by: Principal) -> tuple[bytes, ...]:
    """Everything that waits for this reviewer in banks that are reviewed in bulk."""
    bulk = {bank.id for bank in store.banks(tx) if bank.review == ReviewRule.BULK}
    found: list[bytes] = []
    after = b""
    while rows := catalogue.waiting(tx, by.account_id or b"", after=after, limit=500):
        found += [row.id for row, bank_id in rows if bank_id in bulk]
        after = rows[-1][0].id
    return tuple(found)


def _queue(tx: Tx, *, by: Principal, after: bytes, lang: str) -> dict[str, Any]:
    account = by.account_id or b""
    rows = catalogue.waiting(tx, account, after=after, limit=PAGE_ITEMS + 1)
    names = {code: c.name_en if lang == "en" else c.name_id for code, c in dictionary(tx).items()}
    known = {bank.id: bank for bank in store.banks(tx)}
    waiting, own = catalogue.count_waiting(tx, account)
    shown = rows[:PAGE_ITEMS]
    last = ids.text(shown[-1][0].id) if len(rows) > PAGE_ITEMS else None
    return {
        "items": [
            {
                "id": ids.text(row.id),
                "code": row.code,
                "url": f"/staf/telaah/{ids.text(row.id)}",
                "excerpt": row.excerpt,
                "bank": known[bank_id].name,
                "bulk": known[bank_id].review == ReviewRule.BULK,
                "high_stakes": known[bank_id].review == ReviewRule.DOUBLE,
                "competency": names.get(row.competency, row.competency),
                "level": row.level,
            }
            for row, bank_id in shown
        ],
        "waiting": waiting,
        "own_hidden": own,
        "pages": {
            "previous_url": "/staf/telaah" if after else None,
            "next_url": f"/staf/telaah?sesudah={last}" if last else None,
        },
    }


def _review(tx: Tx, *, item_id: bytes, by: Principal, lang: str) -> dict[str, Any]:
    item = store.item(tx, item_id)
    account = by.account_id or b""
    if item.state is not ItemState.SUBMITTED:
        raise ItemStateWrong(item=item.external_id, state=str(item.state))
    service.require_other_hand(tx, item, by)
    bank = store.bank(tx, item.bank_id)
    texts, fmt = i18n.translations(lang), Formats(lang)
    names = {code: c.name_en if lang == "en" else c.name_id for code, c in dictionary(tx).items()}
    ends_at = reviews.term_end(tx, account)
    declared = reviews.statement(tx, account, bank.id)
    blind = reviews.blind(tx, item_id, item.version, account)
    ask_first = blind is None
    needs_statement = ends_at is not None and declared is not False
    url = f"/staf/telaah/{ids.text(item_id)}"
    return {
        "bank": {"name": bank.name, "url": f"/staf/bank/{ids.text(bank.id)}"},
        "item": {
            "code": item.external_id,
            "url": url,
            "page": f"/staf/bank/{ids.text(bank.id)}/butir/{ids.text(item_id)}",
            "competency": names.get(item.content.competency, item.content.competency),
            "level": item.content.level,
            "indicator": item.content.indicator,
            **_without_key(preview(tx, item.content), hidden=ask_first or needs_statement),
        },
        "ask_first": ask_first,
        "needs_statement": needs_statement,
        "declared_conflict": declared is True,
        "term_ends": fmt.datetime(forms.moment(ends_at)) if ends_at else None,
        "blind": blind,
        "high_stakes": bank.review == ReviewRule.DOUBLE,
        "approvals": len(reviews.approvers(tx, item_id, item.version)),
        "parts": [
            (
                texts.gettext(PARTS[part]),
                [
                    (check, texts.gettext(CHECKS[check]))
                    for check, own in cards.CHECKS.items()
                    if own == part
                ],
            )
            for part in cards.Part
        ],
    }


def _without_key(shown: dict[str, Any], *, hidden: bool) -> dict[str, Any]:
    """What the page may show: before the blind answer neither key, points nor rationale."""
    if not hidden:
        return shown
    options = [{**option, "key": False, "score": None} for option in shown["options"]]
    return {**shown, "options": options, "key_lines": [], "rationale": None}


def _reviewers(tx: Tx, *, agency_id: bytes, lang: str) -> list[dict[str, Any]]:
    fmt = Formats(lang)
    found = []
    for account, name in persons.accounts_with(tx, agency_id, Role.REVIEWER):
        ends_at = reviews.term_end(tx, account)
        found.append(
            {
                "account": ids.text(account),
                "name": name,
                "ends": fmt.datetime(forms.moment(ends_at)) if ends_at else None,
                "over": ends_at is not None and forms.moment(ends_at) <= tx.at,
            }
        )
    return found


HANDLERS = [
    queue, approve_many, review, answer, decide, state_conflict, reviewers, set_term,
]  # fmt: skip
