"""The auditor's pages: the log, and a sitting's replay."""

from textwrap import shorten
from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from audit import events, reads
from audit import leaf as leaves
from audit.merkle import leaf_hash
from audit.store import entries
from exam_engine import auditing
from exam_engine.assembly import paper as papers
from exam_engine.assembly.paper import PaperItem
from exam_engine.auditing import Replayed
from exam_engine.errors import SittingUnknown
from exam_engine.grading.scoring import score
from exam_engine.rating.store import levels_by_position
from exam_engine.registration.states import SessionState
from exam_engine.schemes import scheme as schemes
from kernel import ids
from kernel.clock import unstamp
from kernel.database import Tx
from people.roles import Role
from question_banks import content as contents
from question_banks.content import Content
from question_banks.families import FAMILIES
from web import forms, i18n, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page

PAGE_EVENTS: Final = 50
SCAN: Final = 5000
LONGEST_ANSWER: Final = 120


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


PARTS: Final = (
    (_("Rantai peristiwa"), ("chain", "answers", "time")),
    (_("Naskah dan undian"), ("seat", "pool", "items", "draw")),
    (_("Nilai"), ("ratings", "score")),
)
CHECKS: Final = {
    "chain": _("Peristiwa berurutan tanpa celah, dan setiap isinya cocok dengan ikatannya."),
    "seat": _("Benih meja terikat di log sebelum sesi dibuka."),
    "pool": _("Kumpulan butir, kisi-kisi, dan skema sama dengan yang dikunci."),
    "items": _("Isi setiap butir cocok dengan sidik jarinya."),
    "draw": _("Undian diulang dan memberi naskah yang sama."),
    "answers": _("Jawaban tersimpan sama dengan jawaban di log, satu per satu."),
    "time": _("Setiap jawaban disimpan dalam waktu yang diberikan oleh buku waktu."),
    "ratings": _("Penilaian jawaban uraian sama dengan yang ada di log."),
    "score": _("Nilai dihitung ulang dan sama dengan hasil yang ditandatangani."),
}


@get("/staf/auditor")
async def log(request: AnyRequest) -> Response[Any]:
    """The newest events, by type."""
    principal = await who.staff(request, Role.AUDITOR)
    here = installation(request)
    wanted = request.query_params.get("type", "")
    context = await here.database.read(
        _log_page,
        fmt=Formats(language(request)),
        wanted=wanted,
        start=forms.number(request.query_params.get("mulai", "0")),
    )
    types = [(name, name) for name in sorted(events.registered())]
    context["log"]["refused"] = here.sequencer is not None and here.sequencer.refusal is not None
    return page(request, "auditor.html", user=principal, types=types, **context)


@get("/staf/auditor/putar-ulang/{sitting:str}")
async def replay(request: AnyRequest, sitting: FromPath[str]) -> Response[Any]:
    """Replay one sitting by its handle or candidate number."""
    principal = await who.staff(request, Role.AUDITOR)
    database = installation(request).database
    sitting_id = await database.read(auditing.sitting_called, name=sitting)
    if sitting_id is None:
        raise SittingUnknown
    done = await database.read(auditing.replay_sitting, sitting_id=sitting_id)
    lang = language(request)
    fmt = Formats(lang, done.session.zone)
    texts = i18n.translations(lang)
    return page(
        request,
        "replay.html",
        user=principal,
        sitting={
            "handle": done.evidence.handle.hex(),
            "session": done.session.title,
            "fairness_url": f"/staf/sesi/{ids.text(done.session.id)}/keadilan"
            if done.session.state is SessionState.CLOSED
            else None,
            "scheme": done.scheme.name_en if lang == "en" else done.scheme.name_id,
            "seat": done.seat,
            "started": fmt.datetime(done.started_at),
            "ended": fmt.datetime(done.closed_at) if done.closed_at else "",
        },
        verdict={
            "ok": done.holds,
            "text": texts.gettext("Semua langkah dapat diulang dan hasilnya sama.")
            if done.holds
            else texts.gettext("Ada langkah yang tidak cocok dengan buktinya."),
        },
        parts=[_part(title, names, done, texts) for title, names in PARTS],
        paper=_paper(done, lang),
        inputs=[
            (texts.gettext("Benih meja"), done.evidence.seat_seed.hex()),
            (texts.gettext("Nonce peserta"), done.evidence.nonce.hex()),
            (texts.gettext("Versi skema (SHA-256)"), done.evidence.scheme_digest.hex()),
        ],
    )


def _part(title: str, names: tuple[str, ...], done: Replayed, texts: Any) -> dict[str, Any]:
    checks = [check for check in done.checks if check.name in names]
    return {
        "title": texts.gettext(title),
        "ok": all(check.holds for check in checks),
        "checks": [
            {
                "state": "ok" if check.holds else "fail",
                "text": texts.gettext(CHECKS[check.name]),
                "detail": "\n".join(check.faults) or None,
            }
            for check in checks
        ],
    }


def _paper(done: Replayed, lang: str) -> list[dict[str, Any]]:
    names = {s.code: s.name_en if lang == "en" else s.name_id for s in done.scheme.sections}
    evidence = done.evidence
    paper = papers.from_bytes(evidence.paper)
    newest = {row.position: row.choice for row in evidence.revisions}
    read = {version: contents.from_bytes(data) for version, data in evidence.contents.items()}
    given = levels_by_position(evidence.ratings)
    reached = score(paper, newest, read, schemes.from_bytes(evidence.scheme), given)
    texts = i18n.translations(lang)
    return [
        {
            "n": n,
            "section": names[item.section],
            "digest": item.version[:16],
            "options": " ".join(item.options),
            "answer": _told(read[item.version], item, newest.get(n)),
            "marks": texts.gettext("menunggu penilai")
            if (mark := reached.marks[n - 1]) is None
            else str(mark),
            "revisions": sum(row.position == n for row in evidence.revisions),
        }
        for n, item in enumerate(paper.items, start=1)
    ]


def _told(content: Content, item: PaperItem, response: str | None) -> str:
    """A response as the candidate gave it, in a line that fits the table."""
    words = FAMILIES[content.family].told(content, item.options, response)
    return shorten(words, LONGEST_ANSWER, placeholder=" …") or "–"


def _log_page(tx: Tx, *, fmt: Formats, wanted: str, start: int) -> dict[str, Any]:
    state = reads.state(tx)
    size = state.size if state else 0
    end = max(0, size - start)
    rows: list[dict[str, Any]] = []
    first = max(0, end - (SCAN if wanted else PAGE_EVENTS))
    for entry in reversed(list(entries(tx, first, end))):
        leaf = leaves.decode(entry.leaf)
        if wanted and leaf.type != wanted:
            continue
        rows.append(_event(tx, entry.index, leaf, leaf_hash(entry.leaf), fmt))
        if len(rows) == PAGE_EVENTS:
            break
    base = f"/staf/auditor?type={wanted}&mulai="
    return {
        "log": {
            "size": fmt.number(size),
            "root": state.root.hex() if state else "",
            "signed_at": fmt.datetime(unstamp(state.signed_at)) if state else "",
            "age": fmt.span(tx.at - unstamp(state.signed_at)) if state else "",
            "pending": state.waiting if state else 0,
        },
        "filter": {"type": wanted},
        "events": rows,
        "pages": {
            "previous_url": f"{base}{max(0, start - PAGE_EVENTS)}" if start else None,
            "next_url": f"{base}{start + PAGE_EVENTS}" if first > 0 else None,
        },
    }


def _event(tx: Tx, index: int, leaf: leaves.Leaf, hashed: bytes, fmt: Formats) -> dict[str, Any]:
    handle = leaf.chain.handle if leaf.chain else None
    is_sitting = handle is not None and auditing.sitting_called(tx, name=handle.hex()) is not None
    return {
        "index": str(index),
        "type": leaf.type,
        "at": fmt.moment(unstamp(leaf.at)),
        "subject": f"{handle.hex()[:12]}… k={leaf.chain.k}" if handle and leaf.chain else "",
        "hash": hashed.hex()[:24],
        "url": None,
        "replay_url": (
            f"/staf/auditor/putar-ulang/{handle.hex()}" if is_sitting and handle else None
        ),
    }


HANDLERS = [log, replay]
