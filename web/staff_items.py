"""One item for staff: as the candidate sees it, its history, deeds, remarks, differences."""

from fractions import Fraction
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from competencies.store import dictionary
from kernel import ids
from kernel.database import Tx
from people.roles import Principal, Role
from question_banks import store
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind, Use
from question_banks.authoring.difference import changes
from question_banks.catalogue import store as catalogue
from question_banks.content import Content
from question_banks.errors import BlindAnswerMissing, ItemUnknown
from question_banks.families import FAMILIES
from question_banks.review import service
from question_banks.review import store as reviews
from question_banks.states import Deed, ItemState, ReviewRule, allowed
from question_banks.store import Item
from web import forms, i18n, who
from web.bank_texts import COGNITIVE, DEEDS, FIELDS, LANGUAGES
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page

PEOPLE = (Role.ITEM_WRITER, Role.REVIEWER)
HARMLESS = {None, "key_count", "option_count", "points_missing", "rubric_missing"}
DEED_NAMES = {
    "ajukan": Deed.SUBMIT,
    "batal": Deed.WITHDRAW,
    "buang": Deed.DISCARD,
    "terbitkan": Deed.PUBLISH,
    "tarik": Deed.RETIRE,
}


@get("/staf/bank/{bank:str}/butir/{item:str}")
async def item(request: AnyRequest, bank: FromPath[str], item: FromPath[str]) -> Response[Any]:
    """One item as the candidate sees it, with key and history for staff."""
    principal = await who.staff(request, *PEOPLE)
    shown = await installation(request).database.read(
        _view,
        bank_id=ids.parse(bank),
        item_id=ids.parse(item),
        by=principal,
        lang=language(request),
        asked="kunci" in request.query_params,
    )
    return page(request, "item_view.html", user=principal, **shown)


@post("/staf/bank/{bank:str}/butir/{item:str}/{deed:str}")
async def act(
    request: AnyRequest, bank: FromPath[str], item: FromPath[str], deed: FromPath[str]
) -> Response[Any]:
    """Submit, take back, discard, publish or retire an item, or leave a remark on it."""
    principal = await who.staff(request, *PEOPLE)
    database, item_id = installation(request).database, ids.parse(item)
    form = await forms.read(request)
    if deed == "komentar":
        text = forms.text(form, "text")
        await database.write(service.comment, item_id=item_id, text=text, by=principal)
    elif deed in DEED_NAMES:
        await database.write(
            service.move,
            item_id=item_id,
            deed=DEED_NAMES[deed],
            reason=forms.text(form, "reason"),
            by=principal,
        )
    else:
        raise forms.FieldInvalid(field="deed")
    return forms.see(f"/staf/bank/{bank}/butir/{item}")


@get("/staf/bank/{bank:str}/butir/{item:str}/riwayat")
async def difference(
    request: AnyRequest, bank: FromPath[str], item: FromPath[str]
) -> Response[Any]:
    """What changed from one version to another."""
    principal = await who.staff(request, *PEOPLE)
    older = forms.number(request.query_params.get("dari", "0"))
    newer = forms.number(request.query_params.get("ke", "0"))
    shown = await installation(request).database.read(
        _difference,
        place=(ids.parse(bank), ids.parse(item)),
        numbers=(older, newer),
        by=principal,
        lang=language(request),
    )
    return page(request, "item_history.html", user=principal, **shown)


def key_hidden(tx: Tx, item: Item, by: Principal, *, asked: bool = False) -> bool:
    """Whether the key must not be shown yet: a reviewer answers a submitted item before seeing it.

    In banks that are reviewed in bulk the reviewer asks for the key instead.
    """
    if Role.REVIEWER not in by.roles or item.state is not ItemState.SUBMITTED:
        return False
    if by.account_id in store.item_writers(tx, item.id):
        return False
    if store.review_rule(tx, item.bank_id) is ReviewRule.BULK:
        return not asked
    return reviews.blind(tx, item.id, item.version, by.account_id or b"") is None


def preview(tx: Tx, content: Content) -> dict[str, Any]:
    """Stimulus, stem and answer form as the candidate sees them; the key apart from it.

    `shown` is None for an item that is not complete enough to be shown; `fault` says why.
    """
    family = FAMILIES[content.family]
    fault = family.check(content)
    shown = None
    if fault in HARMLESS:
        shown = family.shown(content, [option.id for option in content.options], None)
    best = max((o.points for o in content.options), default=0)
    return {
        "family": content.family,
        "shown": shown,
        "fault": fault,
        "stimulus": stimulus_of(tx, content),
        "stem": Markup(content.stem),  # noqa: S704 - sanitised when kept
        "options": []
        if content.body
        else [
            {
                "letter": option.id,
                "text": Markup(option.html),  # noqa: S704 - as the stem
                "key": option.points == best,
                "score": str(option.points) if content.family == "weighted_choice" else None,
            }
            for option in content.options
        ],
        "key_lines": list(family.key(content)) if content.body and not fault else [],
        "rationale": Markup(content.rationale) if content.rationale else None,  # noqa: S704 - as the stem
    }


def stimulus_of(tx: Tx, content: Content) -> Markup | None:
    """The text that the item shares with others, None without one."""
    if not content.stimulus:
        return None
    return Markup(catalogue.stimulus(tx, bytes.fromhex(content.stimulus)).html)  # noqa: S704 - sanitised when kept


def of_bank(tx: Tx, bank_id: bytes, item_id: bytes) -> Item:
    """An item by its address; raises ItemUnknown when the bank is another one."""
    found = store.item(tx, item_id)
    if found.bank_id != bank_id:
        raise ItemUnknown
    return found


def _view(
    tx: Tx, *, bank_id: bytes, item_id: bytes, by: Principal, lang: str, asked: bool
) -> dict[str, Any]:
    found = of_bank(tx, bank_id, item_id)
    bank = store.bank(tx, found.bank_id)
    fmt, texts = Formats(lang), i18n.translations(lang)
    content = found.content
    bank_url = f"/staf/bank/{ids.text(bank.id)}"
    url = f"{bank_url}/butir/{ids.text(found.id)}"
    own = by.account_id in store.item_writers(tx, item_id)
    names = {code: c.name_en if lang == "en" else c.name_id for code, c in dictionary(tx).items()}
    hidden = key_hidden(tx, found, by, asked=asked)
    angoff = annotations.newest(tx, [found.version], Kind.ANGOFF).get(found.version)
    return {
        "bank": {"name": bank.name, "url": bank_url, "bulk": bank.review == ReviewRule.BULK},
        "item": {
            "code": found.external_id,
            "url": url,
            "state": str(found.state),
            "version": found.number,
            "competency": names.get(content.competency, content.competency),
            "level": content.level,
            "family": content.family,
            "cognitive": texts.gettext(COGNITIVE.get(content.cognitive, content.cognitive or "–")),
            "indicator": content.indicator,
            "language": LANGUAGES.get(content.language, content.language),
            "source": content.source,
            "digest": found.version.hex(),
            "tags": catalogue.tags(tx, item_id),
            "enemies": [
                {"code": code, "url": f"{bank_url}/butir/{ids.text(enemy)}"}
                for enemy, code in catalogue.enemies(tx, item_id)
            ],
            "angoff": _angoff(angoff.body, fmt) if angoff else None,
            "use": annotations.uses(tx, [item_id]).get(item_id, Use()),
            **preview(tx, content),
        },
        "show_key": not hidden,
        "versions": [
            {"version": number, "at": fmt.datetime(forms.moment(at)),
             "current": number == found.number,
             "cause": _cause(tx, digest),
             "difference": f"{url}/riwayat?dari={number - 1}&ke={number}"
             if number > 1 and not hidden else None}
            for digest, number, at in store.versions(tx, item_id)
        ],
        "history": _history(tx, found, fmt, lang),
        "comments": _comments(tx, found, fmt, lang),
        "actions": {str(deed) for deed in allowed(found.state, by.roles, own=own)},
        "can_edit": Role.ITEM_WRITER in by.roles,
        "can_review": Role.REVIEWER in by.roles and not own,
    }  # fmt: skip


def _cause(tx: Tx, version: bytes) -> str | None:
    """The hash of the statistics that made a version necessary, as it is named on pages."""
    found = annotations.of_version(tx, version, Kind.CAUSE)
    return msgspec.json.decode(found[0].body, type=dict[str, str])["data"][:12] if found else None


def _angoff(body: bytes, fmt: Formats) -> str:
    """The panel's mean for a version, in per cent."""
    mean = Fraction(msgspec.json.decode(body, type=dict[str, Any])["mean"])
    return f"{fmt.figure(float(100 * mean), 1)} %"


def anonymous(tx: Tx, item: Item, lang: str) -> dict[bytes, str]:
    """What people at an item are called: neither side learns the other's name."""
    texts = i18n.translations(lang)
    names = dict.fromkeys(store.item_writers(tx, item.id), texts.gettext("Penyusun"))
    others = [step.account_id for step in reversed(reviews.steps(tx, item.id))]
    others += [c.account_id for c in reversed(reviews.comments(tx, item.id))]
    others += [r.account_id for r in reversed(reviews.reviews(tx, item.id))]
    for account in others:
        if account not in names:
            number = sum(name != texts.gettext("Penyusun") for name in names.values()) + 1
            names[account] = texts.gettext("Penelaah %(n)s") % {"n": number}
    return names


def _history(tx: Tx, item: Item, fmt: Formats, lang: str) -> list[dict[str, str]]:
    texts, names = i18n.translations(lang), anonymous(tx, item, lang)
    return [
        {
            "at": fmt.moment(forms.moment(step.at)),
            "who": names.get(step.account_id, ""),
            "text": texts.gettext(DEEDS.get(step.deed, step.deed)),
            "reason": step.reason,
        }
        for step in reviews.steps(tx, item.id)
    ]


def _comments(tx: Tx, item: Item, fmt: Formats, lang: str) -> list[dict[str, str]]:
    names = anonymous(tx, item, lang)
    return [
        {"at": fmt.moment(forms.moment(c.at)), "who": names.get(c.account_id, ""), "text": c.text}
        for c in reviews.comments(tx, item.id)
    ]


def _difference(
    tx: Tx, *, place: tuple[bytes, bytes], numbers: tuple[int, int], by: Principal, lang: str
) -> dict[str, Any]:
    found = of_bank(tx, *place)
    item_id, (older, newer) = found.id, numbers
    if key_hidden(tx, found, by):
        raise BlindAnswerMissing(item=found.external_id)
    digests = {number: digest for digest, number, _ in store.versions(tx, item_id)}
    newer = newer or found.number
    older = older or max(1, newer - 1)
    if older not in digests or newer not in digests:
        raise ItemUnknown(version=max(older, newer))
    contents = store.contents(tx, (digests[older], digests[newer]))
    texts = i18n.translations(lang)
    bank = store.bank(tx, found.bank_id)
    bank_url = f"/staf/bank/{ids.text(bank.id)}"
    return {
        "bank": {"name": bank.name, "url": bank_url},
        "item": {"code": found.external_id, "url": f"{bank_url}/butir/{ids.text(item_id)}"},
        "older": older,
        "newer": newer,
        "numbers": sorted(digests),
        "changes": [
            {
                "field": texts.gettext(FIELDS[change.field])
                if change.field in FIELDS
                else texts.gettext("Pilihan %(letter)s") % {"letter": change.field.split()[-1]},
                "pieces": change.pieces,
            }
            for change in changes(contents[digests[older]], contents[digests[newer]])
        ],
    }


HANDLERS = [item, act, difference]
