"""Statistics on pages: candidates made the facts, a writer computes them, others read them."""

import re
import subprocess
from pathlib import Path

import msgspec
from PIL import Image, ImageColor

from documents.charts import STRONG
from exam_engine.grading.uses import push_uses
from exam_engine.schemes.service import publish_scheme
from tests.cast import small_scheme
from tests.web.world import World, words


def test_figures_are_computed_shown_and_printed(world: World, tmp_path: Path) -> None:
    bank = f"/staf/bank/{world.paths['bank']}"
    writer = world.visitor("penyusun")
    assert "Statistik belum dihitung" in words(writer.http.get(f"{bank}/statistik"))

    writer.try_send(f"{bank}/statistik")

    shown = words(world.visitor("admin").http.get(f"{bank}/statistik"))
    assert "<dt>Naskah yang dianalisis</dt><dd>2</dd>" in shown
    assert 'class="chart__plot"' in shown
    pdf = world.visitor("penelaah").http.get(f"{bank}/statistik/laporan")
    assert pdf.headers["content-type"] == "application/pdf"
    (tmp_path / "report.pdf").write_bytes(pdf.content)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "report.pdf", "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "Laporan statistik butir" in text
    assert "data belum cukup" in text
    assert "A-" in text


def test_thresholds_are_the_banks_own_and_findings_have_charts_in_the_report(
    world: World, tmp_path: Path
) -> None:
    bank = f"/staf/bank/{world.paths['bank']}"
    page = world.visitor("penyusun").http.get(f"{bank}/statistik").text
    assert "terlalu mudah" not in page
    form = {"review": "bulk", "papers": "1", "p_low": "300", "p_high": "900",
            "discrimination": "200", "distractor": "50", "alpha": "700"}  # fmt: skip
    assert world.visitor("penyusun").try_send(f"{bank}/aturan", form).status_code == 403

    assert world.visitor("admin").try_send(f"{bank}/aturan", form).status_code == 303

    shown = words(world.visitor("penyusun").http.get(f"{bank}/statistik"))
    assert "data belum cukup" not in shown
    flagged = re.findall(r"terlalu mudah", shown)
    assert flagged, "both candidates answered everything right"
    (tmp_path / "report.pdf").write_bytes(
        world.visitor("penyusun").http.get(f"{bank}/statistik/laporan").content
    )
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "report.pdf", "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert text.count("Kurva karakteristik butir") == len(flagged)
    assert text.count("Kelompok: 1 bawah, 2 tengah, 3 atas") == len(flagged)
    assert painted(tmp_path / "report.pdf") > 500
    world.visitor("admin").try_send(f"{bank}/aturan", form | {"p_high": "1000", "papers": "30"})
    assert "terlalu mudah" not in world.visitor("penyusun").http.get(f"{bank}/statistik").text


def painted(report: Path) -> int:
    """How many points of the first page (the histogram) have the charts' colour."""
    to = report.with_suffix("")
    command = ["pdftoppm", "-r", "50", "-l", "1", "-png", "-singlefile", str(report), str(to)]
    subprocess.run(command, check=True)
    with Image.open(to.with_suffix(".png")) as page:
        colours = page.convert("RGB").getcolors(1 << 20) or []
    return sum(count for count, colour in colours if colour == ImageColor.getrgb(STRONG))


def test_uses_of_an_item_stand_in_list_editor_and_page(world: World) -> None:
    bank, writer = f"/staf/bank/{world.paths['bank']}", world.visitor("penyusun")
    used = re.compile(r'data-label="Dipakai di naskah">(\d+)<')
    push_uses(world.database)

    counts = list(map(int, used.findall(writer.http.get(bank).text)))
    rows = re.findall(r'<a href="([^"]+)">[AE]-\d</a></th>', writer.http.get(bank).text)

    assert sum(counts) == 2 * 8, "two candidates, eight items each"
    place = rows[counts.index(max(counts))]
    assert f"{max(counts)} naskah, 1 sesi" in words(writer.http.get(place))
    editor = words(writer.http.get(f"{place}/ubah"))
    assert f"Ada di {max(counts)} naskah yang sudah dikerjakan." in editor
    unused = rows[counts.index(0)] if 0 in counts else None
    if unused:
        assert "0 naskah, 0 sesi" in words(writer.http.get(unused))
        assert "Butir ini sudah dipakai" not in words(writer.http.get(f"{unused}/ubah"))


def test_list_is_filtered_by_thinking_and_found_by_indicator(world: World) -> None:
    bank, writer = f"/staf/bank/{world.paths['bank']}", world.visitor("penyusun")
    form = {
        "code": "Z-9", "competency": "T.ADMIN", "level": "2", "family": "true_false",
        "language": "id", "stem": "Bumi bulat", "indicator": "Menjelaskan bentuk planet",
        "cognitive": "understand", "answer": "true", "action": "save",
    }  # fmt: skip
    assert writer.try_send(f"{bank}/butir/baru", form).status_code == 303

    def codes(query: str) -> list[str]:
        return re.findall(r">([A-Z]-\d)</a></th>", writer.http.get(f"{bank}?{query}").text)

    assert codes("kognitif=understand") == ["Z-9"]
    assert codes("text=bentuk+PLANET") == ["Z-9"]
    assert codes("kognitif=create") == []


def test_bank_page_says_which_scheme_lacks_items(world: World) -> None:
    bank = f"/staf/bank/{world.paths['bank']}"

    full = words(world.visitor("admin").http.get(bank))
    assert "Small Public Service" in words(world.visitor("admin").http.get(f"{bank}?lang=en"))
    assert 'Pelayanan Publik Kecil</a><span class="cluster">' in full
    # 3 of 6 weighted and 5 of 8 single items a paper: 3 x 3/6 + 5 x 5/8 = 4.6 of 8 in common
    assert "butir sama pada dua peserta: 4,6 dari 8" in full
    lacking = msgspec.structs.replace(small_scheme(), code="KURANG", name_id="Skema kurang")
    section = lacking.sections[1]
    row = msgspec.structs.replace(section.rows[0], count=11)
    sections = (lacking.sections[0], msgspec.structs.replace(section, rows=(row,)))
    world.database.write_sync(
        publish_scheme, scheme=msgspec.structs.replace(lacking, sections=sections)
    )
    world.visitor("admin").http.get(f"{bank}?lang=id")
    assert "kurang 3 butir terbit" in words(world.visitor("admin").http.get(bank))
    assert "Kesehatan bank" not in words(world.visitor("penelaah").http.get(bank))
