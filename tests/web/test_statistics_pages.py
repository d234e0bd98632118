"""Statistics on pages: candidates made the facts, a writer computes them, others read them."""

import subprocess
from pathlib import Path

from tests.web.world import World, words


def test_figures_are_computed_shown_and_printed(world: World, tmp_path: Path) -> None:
    bank = f"/staf/bank/{world.paths()['bank']}"
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
