"""Every page of the system: who sees it, where it is, and what to do there first."""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec
from playwright.sync_api import Page

from samples.people import roster
from tools.scene import Scene, new_items

Deed = Callable[[Page, Scene], None]


class Shown(msgspec.Struct, frozen=True):
    """A page: its name, the scene's visitor who sees it, its path (`{name}`: a link), a deed."""

    name: str
    visitor: str
    path: str
    deed: Deed | None = None

    def open(self, page: Page, scene: Scene, lang: str = "id") -> None:
        """Open it, as the visitor, in a language."""
        context = page.context
        context.clear_cookies()
        jar = scene.visitors[self.visitor].http.cookies.jar
        cookies = {cookie.name: cookie.value or "" for cookie in jar} | {"ujikom_bahasa": lang}
        for name, value in cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": scene.address}])
        page.goto(scene.address + self.path.format(**scene.links))
        if self.deed:
            self.deed(page, scene)


def _send(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).first.click()


def _begin_factor(page: Page, _: Scene) -> None:
    button = page.locator("form[action='/staf/akun/kode'] button")
    if button.count():
        _send(page, "form[action='/staf/akun/kode'] button")


def _unfold(page: Page, _: Scene) -> None:
    page.evaluate("for (const fold of document.querySelectorAll('#isi details')) fold.open = true")


def _code(text: str) -> Deed:
    def deed(page: Page, _: Scene) -> None:
        page.locator("#code").fill(text)
        _send(page, "form[action='/verifikasi'] button")

    return deed


def _upload(page: Page, field: str, name: str, data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        page.locator(field).set_input_files(path)
        _send(page, f"form:has({field}) button")


def _pdf(*, altered: bool) -> Deed:
    def deed(page: Page, scene: Scene) -> None:
        data = scene.visitors["board"].http.get(scene.links["pdf"]).content
        changed = data.replace(b"%%EOF", b"%%EOG", 1) if altered else data
        _upload(page, "#file", "sertifikat.pdf", changed)

    return deed


def _import(page: Page, _: Scene) -> None:
    page.locator("#format").select_option("native")
    _upload(page, "#file", "arsip.json", new_items())


def _import_done(page: Page, scene: Scene) -> None:
    _import(page, scene)
    _send(page, "form:has([name=staged]) button")


def _write_badly(page: Page, _: Scene) -> None:
    page.locator("#code").fill("BARU-1")
    page.locator("#competency").select_option(index=1)
    page.locator("#stem").fill("Pokok soal tanpa kunci")
    page.locator("[name='option.text']").first.fill("satu-satunya pilihan")
    _send(page, "button[value=save]")


def _insert_badly(page: Page, _: Scene) -> None:
    page.locator("#stem").fill("Gambar tanpa keterangan")
    page.locator("#media_form summary").click()
    _send(page, "button[value=insert]")


def _answer_blind(page: Page, _: Scene) -> None:
    if page.locator("[name=choice]").count():
        page.locator("label.option").first.click()
        _send(page, "form[action$='/jawab'] button")


def _import_dictionary(page: Page, _: Scene) -> None:
    rows = "kode;jenis;nama;definisi;level;deskripsi;indikator\n"
    rows += "T.SORTIR;teknis;Penyortiran arsip;Memilah arsip;1;Paham;Menyebut jenis arsip\n"
    rows += "T.LAIN;aneh;Jenis keliru;;;;\n"
    _upload(page, "#file", "kamus.csv", rows.encode())


def _import_standards(page: Page, _: Scene) -> None:
    rows = "jabatan,jenjang,kode,level,dasar hukum,berlaku sejak,fokus daerah\n"
    rows += "Arsiparis,Ahli Muda,T.ARSIP,3,Peraturan contoh,2026-01-01,kearsipan pelabuhan\n"
    rows += "Arsiparis,Ahli Muda,X.TIDAKADA,3,Peraturan contoh,2026-01-01,\n"
    _upload(page, "#file", "standar.csv", rows.encode())


def _register(page: Page, _: Scene) -> None:
    _upload(page, "#file", "peserta.csv", roster(3).encode())


def _register_badly(page: Page, _: Scene) -> None:
    _upload(page, "#file", "peserta.csv", b"nama,nip,unit\nTanpa NIP,,Dinas Contoh\n")


def _refused(page: Page, _: Scene) -> None:
    for field in page.locator("main form input.input").all():
        field.fill("12345678")
    _send(page, "main form button")


def _status(page: Page, _: Scene) -> None:
    page.locator("details:has([name=note]) summary").first.click()


def _design_badly(page: Page, _: Scene) -> None:
    page.locator("#motto_id").fill("Melayani dengan bukti")
    page.locator("#motto_en").fill("")
    _send(page, "form[action='/staf/templat'] button")


def _share(page: Page, _: Scene) -> None:
    _send(page, "form[action$='/bagikan'] button")


def _display(page: Page, _: Scene) -> None:
    page.locator("[data-menu] summary").first.click()


PAGES: Final = (
    Shown("home", "", "/"),
    Shown("home-display", "", "/", _display),
    Shown("home-code-malformed", "", "/", _code("ABCD")),
    Shown("verdict-valid", "", "{valid}"),
    Shown("verdict-suspended", "", "{suspended}"),
    Shown("verdict-revoked", "", "{revoked}"),
    Shown("verdict-unknown", "", "/V/7K3M9QTC2XHN4RW0"),
    Shown("verdict-mistyped", "", "/", _code("7K3M9QTC2XHN4RW1")),
    Shown("file-valid", "", "/", _pdf(altered=False)),
    Shown("file-altered", "", "/", _pdf(altered=True)),
    Shown("log", "", "/log"),
    Shown("error-not-found", "", "/tidak-ada"),
    Shown("error-form-expired", "", "/", lambda page, _: _forget_form(page)),
    Shown("staff-sign-in", "", "/masuk"),
    Shown("staff-sign-in-refused", "", "/masuk", _refused),
    Shown("candidate-sign-in", "", "/ujian"),
    Shown("candidate-sign-in-refused", "", "/ujian", _refused),
    Shown("candidate-confirm", "fresh", "/ujian/mulai"),
    Shown("exam-item", "sitting", "{middle}"),
    Shown("exam-item-first", "sitting", "/ujian/soal/1"),
    Shown("exam-item-display", "sitting", "{middle}", _display),
    Shown("exam-review", "sitting", "/ujian/periksa"),
    Shown("exam-submitted", "done", "/ujian/selesai"),
    Shown("exam-draw-waiting", "done", "/ujian/undian"),
    Shown("exam-draw-none", "shut", "/ujian/undian"),
    Shown("exam-draw", "drawn", "/ujian/undian"),
    Shown("exam-place-held", "held", "/ujian/mulai"),
    Shown("exam-place-lost", "lost", "/ujian/soal/1"),
    Shown("exam-session-closed", "shut", "/ujian"),
    Shown("exam-item-unknown", "sitting", "/ujian/soal/999"),
    *(
        Shown(f"staff-home-{role}", role, "/staf")
        for role in ("writer", "reviewer", "admin", "proctor", "assessor", "board", "auditor")
    ),
    Shown("error-role-missing", "writer", "/staf/auditor"),
    Shown("account", "writer", "/staf/akun"),
    Shown("account-begin", "auditor", "/staf/akun", _begin_factor),
    Shown("banks", "writer", "/staf/bank"),
    Shown("bank", "writer", "{bank}"),
    Shown("bank-no-hit", "writer", "{bank}?text=tidakadakataini"),
    Shown("bank-import", "writer", "{new_bank}/impor"),
    Shown("bank-import-report", "writer", "{new_bank}/impor", _import),
    Shown("bank-import-done", "writer", "{new_bank}/impor", _import_done),
    Shown("bank-statistics", "writer", "{bank}/statistik"),
    Shown("bank-statistics-none", "writer", "{new_bank}/statistik?kosong=1"),
    Shown("item-statistics", "writer", "{analysed}"),
    Shown("item-statistics-none", "writer", "{new_item}/statistik"),
    Shown("item-writer", "writer", "{item}"),
    Shown("item-reviewer", "reviewer", "{new_item}"),
    Shown("item-published", "reviewer", "{item}"),
    Shown("item-new", "writer", "{new_bank}/butir/baru"),
    Shown("item-edit", "writer", "{item}/ubah"),
    Shown("item-edit-faults", "writer", "{new_bank}/butir/baru", _write_badly),
    Shown("item-insert-faults", "writer", "{new_bank}/butir/baru", _insert_badly),
    Shown("item-history", "writer", "{item}/riwayat?dari=1&ke=1"),
    Shown("stimuli", "writer", "{new_bank}/stimulus"),
    Shown("bank-settings", "admin", "{new_bank}/aturan"),
    Shown("panels", "admin", "/staf/panel"),
    Shown("panel-new", "admin", "{bank}/panel"),
    Shown("panel-judge", "writer", "{panel}"),
    Shown("panel-ended", "admin", "{panel}"),
    Shown("needs", "writer", "/staf/kebutuhan"),
    Shown("needs-health", "admin", "/staf/kebutuhan/{scheme}"),
    Shown("competencies", "admin", "/staf/kompetensi"),
    Shown("competencies-import", "admin", "/staf/kompetensi", _import_dictionary),
    Shown("competency", "admin", "/staf/kompetensi/T.SORTIR"),
    Shown("positions-import", "admin", "/staf/jabatan", _import_standards),
    Shown("reviewers", "admin", "/staf/penelaah"),
    Shown("review-queue", "reviewer", "/staf/telaah"),
    Shown("review-blind", "reviewer", "{review}"),
    Shown("review-card", "reviewer", "{review_next}", _answer_blind),
    Shown("sessions", "admin", "/staf/sesi"),
    Shown("session-planned", "admin", "{planned}"),
    Shown("session-bad-roster", "admin", "{planned}", _register_badly),
    Shown("session-running", "admin", "{running}"),
    Shown("session-decided", "admin", "{decided}"),
    Shown("minutes", "admin", "{decided}/berita-acara"),
    Shown("fairness", "admin", "{decided}/keadilan"),
    Shown("rooms", "proctor", "/staf/ruang"),
    Shown("room", "proctor", "{room}"),
    Shown("room-seat", "proctor", "{room}?seat=5#panel"),
    Shown("room-seat-forms", "proctor", "{room}?seat=5#panel", _unfold),
    Shown("room-everybody", "proctor", "{room}", _unfold),
    Shown("exam-paused", "paused", "/ujian"),
    Shown("room-need", "proctor", "{room}?sort=need"),
    Shown("ratings-none", "assessor", "/staf/penilaian"),
    Shown("board", "board", "/staf/sidang"),
    Shown("board-waiting", "board", "{board_waiting}"),
    Shown("board-decided", "board", "{board_decided}"),
    Shown("certificates", "board", "/staf/sertifikat"),
    Shown("certificates-change", "board", "/staf/sertifikat", _status),
    Shown("certificates-no-hit", "board", "/staf/sertifikat?text=tidakada"),
    Shown("issuing", "board", "/staf/sertifikat/penerbitan"),
    Shown("corrections", "board", "/staf/koreksi"),
    Shown("reminders", "admin", "/staf/pengingat"),
    Shown("designs", "admin", "/staf/templat"),
    Shown("design", "board", "{design}"),
    Shown("design-new", "admin", "/staf/templat/baru"),
    Shown("design-new-refused", "admin", "/staf/templat/baru", _design_badly),
    Shown("holder", "fresh", "/sertifikat-saya"),
    Shown("holder-link", "fresh", "/sertifikat-saya", _share),
    Shown("shared-score", "", "{shared}"),
    Shown("shared-score-ended", "", "/nilai/" + "A" * 43),
    Shown("auditor", "auditor", "/staf/auditor"),
    Shown("auditor-type", "auditor", "/staf/auditor?type=result.computed"),
    Shown("replay", "auditor", "/staf/auditor/putar-ulang/{sitting}"),
    Shown("replay-unknown", "auditor", "/staf/auditor/putar-ulang/9999-9999"),
    Shown("style-guide", "admin", "/staf/gaya"),
    # last: it registers candidates, so the planned session looks different afterwards
    Shown("admission-cards", "admin", "{planned}", _register),
)


def _forget_form(page: Page) -> None:
    page.context.clear_cookies(name=re.compile("ujikom_formulir"))
    page.locator("#code").fill("7K3M9QTC2XHN4RW0")
    _send(page, "form[action='/verifikasi'] button")
