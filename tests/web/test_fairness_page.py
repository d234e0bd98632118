"""The fairness report: of papers that candidates drew, never while some may still be drawn."""

import json
import re
from collections import Counter

from kernel import ids
from tests.web.world import World

FIGURES = re.compile(r'<td class="n" data-label="Paling (?:jarang|sering)">(\d+)</td>')


def test_report_counts_what_the_candidates_drew(world: World) -> None:
    session = world.paths["session"]
    papers = world.here.database.read_sync(
        lambda tx: [
            json.loads(bytes(row[0]))
            for row in tx.run(
                "SELECT p.body FROM paper p JOIN sitting s ON s.id = p.sitting_id"
                " WHERE s.exam_session_id = ?",
                ids.parse(session),
            )
        ]
    )
    drawn = Counter(item["version"] for paper in papers for item in paper["items"])
    assert drawn

    page = world.visitor("sidang").see(f"/staf/sesi/{session}/keadilan")
    figures = [int(found) for found in FIGURES.findall(page)]
    assert max(figures) == max(drawn.values())
    assert f'<dd class="num">{len(papers)}</dd>' in page
    assert "Peserta terlalu sedikit untuk uji pemerataan" in page
    for version in drawn:
        assert version not in page

    again = world.visitor("admin").see(f"/staf/sesi/{session}")
    assert f"/staf/sesi/{session}/keadilan" in again


def test_report_waits_until_the_session_is_closed(world: World) -> None:
    path = f"/staf/sesi/{ids.text(world.running)}/keadilan"
    answer = world.visitor("sidang").http.get(path)
    assert answer.status_code == 409
    assert "data-label" not in answer.text
