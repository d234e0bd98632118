"""Rating answers by rubric: the queue without names, one answer with its criteria."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from exam_engine.errors import LevelsInvalid
from exam_engine.rating import service, store
from exam_engine.rating.service import Sheet
from kernel import ids
from kernel.database import Tx
from people.roles import Principal, Role
from question_banks.families import FAMILIES
from question_banks.formats.markup import plain
from web import forms, i18n, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page
from web.staff_items import stimulus_of

PAGE_ITEMS: Final = 50
EXCERPT: Final = 120


@get("/staf/penilaian")
async def queue(request: AnyRequest) -> Response[Any]:
    """Answers that wait for this rater, in an order that tells nothing of the candidates."""
    principal = await who.staff(request, Role.ASSESSOR)
    after = request.query_params.get("sesudah", "")
    shown = await installation(request).database.read(
        _queue, by=principal, after=ids.parse(after) if after else b""
    )
    return page(request, "rating_queue.html", user=principal, **shown)


@get("/staf/penilaian/{task:str}")
async def sheet(request: AnyRequest, task: FromPath[str]) -> Response[Any]:
    """One answer with its rubric."""
    principal = await who.staff(request, Role.ASSESSOR)
    return await _sheet_page(request, principal, task, {}, {})


@post("/staf/penilaian/{task:str}")
async def rate(request: AnyRequest, task: FromPath[str]) -> Response[Any]:
    """Keep the rating; go on with the queue."""
    principal = await who.staff(request, Role.ASSESSOR)
    form = await forms.read(request)
    remark = forms.text(form, "remark")
    chosen = {
        name.removeprefix("level."): forms.text(form, name)
        for name in form
        if name.startswith("level.")
    }
    levels = tuple(
        forms.number(chosen[str(n)])
        for n in range(1, len(chosen) + 1)
        if str(n) in chosen
    )  # fmt: skip
    try:
        await installation(request).database.write(
            service.rate, task_id=ids.parse(task), levels=levels, remark=remark, by=principal
        )
    except LevelsInvalid as error:
        errors = {"levels": forms.said(request, error)}
        return await _sheet_page(request, principal, task, errors, chosen | {"remark": remark})
    return forms.see("/staf/penilaian")


async def _sheet_page(
    request: AnyRequest, by: Principal, task: str, errors: dict[str, str], values: dict[str, str]
) -> Response[Any]:
    found, stimulus = await installation(request).database.read(
        _sheet, task_id=ids.parse(task), by=by
    )
    lang = language(request)
    content = found.content
    return page(
        request,
        "rating_sheet.html",
        user=by,
        http=forms.status(errors),
        url=f"/staf/penilaian/{task}",
        stimulus=stimulus,
        stem=Markup(content.stem),  # noqa: S704 - sanitised when kept
        family=i18n.translations(lang).gettext(FAMILIES[content.family].title),
        answer=FAMILIES[content.family].told(content, found.order, found.response),
        second=len(found.earlier) > 0,
        criteria=found.criteria,
        most=Formats(lang).score(str(FAMILIES[content.family].most(content, found.rule))),
        errors=errors,
        values=values,
    )


def _queue(tx: Tx, *, by: Principal, after: bytes) -> dict[str, Any]:
    account = by.account_id or b""
    rows = store.waiting(tx, by.agency_id, account, after=after, limit=PAGE_ITEMS + 1)
    shown = rows[:PAGE_ITEMS]
    last = ids.text(shown[-1].id) if len(rows) > PAGE_ITEMS else None
    return {
        "tasks": [
            {
                "url": f"/staf/penilaian/{ids.text(task.id)}",
                "excerpt": plain(service.item_of(tx, task).stem)[:EXCERPT],
            }
            for task in shown
        ],
        "waiting": store.count_waiting(tx, by.agency_id, account),
        "pages": {
            "previous_url": "/staf/penilaian" if after else None,
            "next_url": f"/staf/penilaian?sesudah={last}" if last else None,
        },
    }


def _sheet(tx: Tx, *, task_id: bytes, by: Principal) -> tuple[Sheet, Markup | None]:
    found = service.sheet(tx, task_id=task_id, by=by)
    return found, stimulus_of(tx, found.content)


HANDLERS = [queue, sheet, rate]
