"""Statistics on pages: candidates made the facts, a writer computes them, others read them."""

import subprocess
from pathlib import Path

import msgspec

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
