"""Who may see a picture of an item: the candidate whose paper shows it, while it sits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from competencies.dictionary import Kind
from competencies.store import Competency
from exam_engine.delivery.desk import item_view
from exam_engine.delivery.pictures import picture as seen
from exam_engine.errors import SittingUnknown
from kernel.keys import Keyring
from question_banks import service as banks
from question_banks.errors import MediaUnknown
from question_banks.formats.native import BankFile, Read
from question_banks.media.check import Media, checked
from question_banks.stimulus import Stimulus, stimulus_digest
from tests.items import hotspot
from tests.mixed_exam import mixed_scheme, with_scheme
from tests.pictures import picture
from tests.stage import ENGINES, Stage, open_stage

DECLARED = (Competency("R.GAMBAR", Kind.TECHNICAL, "Gambar", "Pictures"),)
SHOWN, IN_TEXT, OTHER = (checked(picture(c)) for c in ("red", "green", "blue"))


@pytest.fixture(params=ENGINES)
def sat(request: pytest.FixtureRequest, tmp_path: Path, keys: Keyring,
        stage_templates: Any) -> Iterator[Stage]:  # fmt: skip
    """A session whose only item shows one picture, and its shared text another."""
    for stage in open_stage(request.param, request, tmp_path, keys, stage_templates):
        html = f'<p>Baca peta <img src="{IN_TEXT.address}" alt="peta"></p>'
        content = msgspec.structs.replace(
            hotspot(image=SHOWN.address),
            competency="R.GAMBAR",
            stimulus=stimulus_digest(html).hex(),
        )
        media = (SHOWN, IN_TEXT, OTHER)
        texts = (Stimulus(stimulus_digest(html), "Peta", html),)
        file = BankFile((Read("GAMBAR", content),), (), DECLARED, media, texts)
        writer = stage.cast["penyusun"]
        banks.import_file(stage.database, bank_name="Gambar", file=file, by=writer)
        mixed = mixed_scheme("hotspot")
        row = msgspec.structs.replace(mixed.sections[0].rows[0], competency="R.GAMBAR")
        section = msgspec.structs.replace(mixed.sections[0], rows=(row,))
        scheme = msgspec.structs.replace(mixed, sections=(section,))
        yield with_scheme(stage, scheme=scheme)


def test_candidate_sees_the_pictures_of_its_own_paper_while_it_sits(sat: Stage) -> None:
    seat = sat.seat(0)

    def look(media: Media) -> bytes:
        return sat.database.read_sync(seen, digest=media.digest, by=seat.principal).data

    with pytest.raises(SittingUnknown):
        look(SHOWN)
    seat.enter()
    view = sat.database.read_sync(item_view, position=1, by=seat.principal)
    assert (view.stimulus or "").startswith("<p>Baca peta <img")
    assert [look(SHOWN), look(IN_TEXT)] == [SHOWN.data, IN_TEXT.data]
    with pytest.raises(MediaUnknown):
        look(OTHER)
    seat.submit()
    with pytest.raises(MediaUnknown):
        look(SHOWN)
