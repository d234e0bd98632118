"""Sounds of items: decoded and written anew, refused when they are none, carried by QTI."""

import io
import random

import numpy as np
import pytest
import soundfile

from question_banks.content import digest, to_bytes
from question_banks.errors import MediaInvalid
from question_banks.formats.export import Entry, Supply
from question_banks.formats.markup import names_media, plain, to_html
from question_banks.formats.native import Target, read_bank
from question_banks.formats.readers import read_report
from question_banks.formats.writers import WRITERS
from question_banks.media.check import TYPES, checked
from question_banks.media.limits import MediaLimits
from question_banks.media.service import shown_by
from tests.conftest import LONG
from tests.items import item, option
from tests.pictures import picture
from tests.sounds import sound

KEPT = checked(sound())
HEARD = to_html(
    f'<p>Dengarkan</p><p><audio src="{KEPT.address}" aria-label="Pengumuman"></audio></p>', "html"
)
ITEM = item("single_choice", option("A", "ya", 1), option("B", "tidak"), stem=HEARD)


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
def test_sound_is_written_anew_without_its_passengers(kind: str) -> None:
    data = sound(kind=kind) + b"<script>alert(1)</script>"
    assert b"RAHASIA" in data or kind == "MP3"

    kept = checked(data)

    assert (kept.ending, TYPES[kept.ending], kept.data[:4]) == ("flac", "audio/flac", b"fLaC")
    assert b"RAHASIA" not in kept.data
    assert b"script" not in kept.data
    samples, rate = soundfile.read(io.BytesIO(kept.data))
    tone = np.abs(np.fft.rfft(samples[:4000]))
    assert abs(np.argmax(tone) * rate / 4000 - 440) < 4, "the tone is still that tone"
    assert checked(kept.data).digest == kept.digest, "what is kept comes back as itself"


@pytest.mark.parametrize(
    ("data", "limits", "reason"),
    [
        (b"RIFF\0\0\0\0WAVE", MediaLimits(), "no_sound"),
        (b"ID3" + bytes(200), MediaLimits(), "no_sound"),
        (sound(kind="FLAC")[:-300], MediaLimits(), "no_sound"),
        (sound(seconds=0), MediaLimits(), "no_sound"),
        (sound(seconds=2), MediaLimits(seconds=1), "too_long"),
        (sound(), MediaLimits(bytes=2000), "too_large"),
        (sound(kind="MP3", seconds=2), MediaLimits(bytes=9000), "too_large"),
        (sound(rate=96_000, seconds=0.1), MediaLimits(), "sound_rate"),
        (sound(channels=3), MediaLimits(), "sound_rate"),
        (b"<svg onload=alert(1)>", MediaLimits(), "no_picture"),
    ],
    ids=["header", "junk", "cut", "silent", "long", "bytes", "grown", "rate", "channels", "svg"],
)
def test_what_is_no_sound_within_the_limits_is_refused(
    data: bytes, limits: MediaLimits, reason: str
) -> None:
    with pytest.raises(MediaInvalid) as refused:
        checked(data, limits)

    assert refused.value.data == {"reason": reason}


def test_damaged_sounds_are_kept_or_refused_and_never_crash() -> None:
    seeds = [sound(kind=kind) for kind in ("WAV", "FLAC", "OGG", "MP3")]
    for number in range(20_000 if LONG else 120):
        chance = random.Random(number)  # noqa: S311 - reproducible damage
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            kept = checked(bytes(data[: chance.randint(1, len(data))]))
        except MediaInvalid:
            continue
        assert checked(kept.data).digest == kept.digest


def test_webp_is_a_picture_though_it_begins_like_a_wave() -> None:
    assert checked(picture(kind="WEBP")).ending == "png"


def test_markup_keeps_own_sounds_alone_and_names_them() -> None:
    assert to_html(HEARD, "html") == HEARD
    assert "controls" in HEARD
    assert plain(HEARD) == "Dengarkan Pengumuman"
    assert not names_media(HEARD)
    for foreign in ("https://x.invalid/a.mp3", KEPT.address.replace("flac", "png"), "x.flac"):
        text = f'<p>x</p><audio src="{foreign}" onplay="x()" aria-label="a">b</audio>'
        assert names_media(text)
        assert to_html(text, "html") == "<p>x</p>"


@pytest.mark.parametrize("kind", ["native", "qti3", "qti22"])
def test_item_with_a_sound_comes_back_as_itself(kind: str) -> None:
    assert shown_by(ITEM) == {KEPT.digest}
    out = WRITERS[kind]([Entry("S-1", ITEM)], Supply(media={KEPT.address: KEPT}))
    assert (out.items, out.left, out.losses) == (1, (), ())

    if kind == "native":
        found = read_bank(out.data)
    else:
        found = read_report(out.data, "qti", Target("T.X", 1)).file

    (again,) = found.items
    assert digest(to_bytes(again.content)) == digest(to_bytes(ITEM))
    assert found.media == (KEPT,)
