"""Agencies' designs: what may be chosen, what the check finds, and that both paths honour it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image, ImageDraw

from certificates import store
from certificates.claim import Claim
from certificates.compiled.fields import kind_of
from certificates.compiled.template import Template
from certificates.credential import fingerprint
from certificates.designs import conformance, design, service
from certificates.designs.design import HOUSE, Design, Layout, Look, changed
from certificates.designs.errors import (
    DesignApproved,
    DesignInvalid,
    DesignUnfit,
    DesignUnknown,
)
from certificates.issuing import issue_awards, print_job, print_pdf, print_quickly
from certificates.pdf import certificate_pdf
from documents.picture import page_png
from kernel.canonical import sha256
from people.errors import RoleMissing, SameHand
from people.roles import Role
from tests.certificates import conformance as judges
from tests.certificates import sample
from tests.certificates.test_compiled import assert_same, facts, texts
from tests.stage import Stage


def logo() -> bytes:
    """A shield on nothing (DATA CONTOH), as the editor keeps it."""
    picture = Image.new("RGBA", (300, 360), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.polygon([(10, 10), (290, 10), (290, 200), (150, 350), (10, 200)], fill=(15, 91, 92, 255))
    pen.ellipse([80, 60, 220, 200], fill=(168, 131, 74, 255))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


LOGO = logo()
OWN = changed(
    HOUSE,
    logo=sha256(LOGO).hex(),
    logo_text="Lambang Kota Contoh",
    title_id="Piagam Kompetensi",
    title_en="Competency Charter",
    given_id="dianugerahkan kepada",
    found_id="telah *kompeten* menurut skema",
    behalf_id="a.n. Wali Kota Contoh",
    behalf_en="on behalf of the Mayor",
    motto_id="Melayani dengan bukti",
    motto_en="Serving with proof",
)
LOOKS = {
    "klasik": Look(OWN, LOGO),
    "lugas": Look(changed(OWN, layout=Layout.MODERN), LOGO),
    "lugas-bare": Look(changed(HOUSE, layout=Layout.MODERN)),
}


def plain(claim: Claim, look: Look) -> bytes:
    badge = sample.issued(claim)
    return certificate_pdf(
        claim,
        code=sample.CODE,
        verify_url=sample.VERIFY_URL,
        credential=badge,
        proof_bundle=sample.proof_bundle(badge),
        key_fingerprint=fingerprint(sample.PUBLIC),
        zone=sample.ZONE,
        look=look,
    )


@pytest.mark.parametrize("name", LOOKS)
def test_every_layout_passes_others_validators_and_its_compiled_page_is_the_same(name: str) -> None:
    import msgspec

    look = LOOKS[name]
    claim = sample.claim(holder_name="Ni Kadek Ayu Contoh", certificate_no="CTH-2026-000777")
    whole = plain(claim, look)
    wanted = msgspec.structs.replace(facts(claim), look=look)
    namesake = sample.claim(holder_name="Made Contoh Wijaya")
    other = msgspec.structs.replace(facts(namesake), look=look)
    assert kind_of(other) == kind_of(wanted)
    badge = sample.issued(claim)
    quick = Template(other, sealed=False).fill(
        wanted, credential=badge, proof_bundle=sample.proof_bundle(badge), signing=None
    )
    assert_same(quick, whole)
    assert judges.faults(whole, signatures=0) == judges.faults(quick, signatures=0) == []
    said = " ".join(texts(whole)).casefold()
    assert ("dianugerahkan kepada" in said) == (name != "lugas-bare")
    assert ("a.n. wali kota contoh" in said) == (name != "lugas-bare")


@pytest.mark.parametrize("look", [Look(), *LOOKS.values()], ids=["house", *LOOKS])
def test_check_finds_nothing_wrong_with_what_we_offer(look: Look) -> None:
    report = conformance.check(look)
    assert report.faults == ()
    assert report.checked == ("usual", "full", "real")
    assert report.digest == design.digest(look.design).hex()


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"title_id": "Sertifikat Kompetensi Pelayanan Publik Terpadu Satu Pintu Contoh"},
         {"title_breaks"}),
        ({"given_id": "diberikan 授 kepada"}, {"glyphs"}),
        ({"behalf_id": "W" * 90, "behalf_en": "W" * 90}, {"outside", "overlap"}),
    ],
    ids=["long-title", "glyph", "long-behalf"],
)  # fmt: skip
def test_check_names_what_does_not_fit(changes: dict[str, str], kinds: set[str]) -> None:
    found = conformance.check(Look(changed(HOUSE, **changes)))
    assert kinds & {fault.kind for fault in found.faults}, found


def test_check_sees_a_picture_that_a_reader_would_smooth() -> None:
    """The style forbids smoothing; a file that allows it is a fault."""
    import pikepdf

    with pikepdf.open(io.BytesIO(plain(sample.claim(), LOOKS["klasik"]))) as opened:
        assert list(conformance._pictures(opened)) == []
        held: Any = opened.pages[0].obj.Resources.XObject
        picture = next(e for e in held.values() if e.get("/Subtype") == "/Image")
        picture.Interpolate = True
        assert list(conformance._pictures(opened)) == [("picture_smoothed", "/Interpolate")]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title_id", ""),
        ("title_id", "x" * 91),
        ("found_en", "one *star"),
        ("given_id", "dua\nbaris"),
        ("given_en", "turned \u202e round"),
        ("logo", "no digest"),
        ("logo_text", "a text without a logo"),
        ("motto_id", "one language only"),
    ],
)
def test_what_must_not_be_printed_is_refused_by_its_field(field: str, text: str) -> None:
    with pytest.raises(DesignInvalid) as refused:
        changed(HOUSE, **{field: text})
    assert str(refused.value.data["field"]).split("_")[0] == field.split("_", maxsplit=1)[0]


def test_bytes_of_a_design_are_exact() -> None:
    data = design.encode(OWN)
    assert design.decode(data) == OWN
    for other in (data + b" ", data.replace(b"klasik", b"polos"), b"{}"):
        with pytest.raises(DesignInvalid):
            design.decode(other)


def test_preview_is_a_picture_of_the_page() -> None:
    seen = [
        Image.open(io.BytesIO(page_png(plain(sample.claim(), look), page=0, width=700)))
        for look in (Look(), LOOKS["lugas"])
    ]
    assert [picture.size for picture in seen] == [(700, 495)] * 2
    assert seen[0].tobytes() != seen[1].tobytes()
    teal = [picture.convert("RGB").getpixel((12, 250)) for picture in seen]
    assert teal[1] != (255, 255, 255)
    with pytest.raises(IndexError):
        page_png(plain(sample.claim(), Look()), page=2, width=700)


def written(stage: Stage, own: Design = OWN, *, by: str = "admin") -> bytes:
    return stage.database.write_sync(
        service.write, design=own, picture=LOGO if own.logo else b"", by=stage.cast[by]
    )


def approve(stage: Stage, made: bytes, report: conformance.Report, by: str = "sidang") -> None:
    stage.database.write_sync(service.approve, design_id=made, report=report, by=stage.cast[by])


CLEAN = conformance.Report(design.digest(OWN).hex(), ("usual", "full", "real"), ())


def test_only_a_checked_version_is_approved_and_by_another_hand(stage: Stage) -> None:
    import msgspec

    made = written(stage)
    for by in ("sidang", "penyusun"):
        with pytest.raises(RoleMissing):
            written(stage, by=by)
    with pytest.raises(RoleMissing):
        approve(stage, made, CLEAN, by="admin")
    with pytest.raises(DesignUnknown):
        approve(stage, made, CLEAN, by="sidang-lain")
    fault = conformance.Fault("usual", "outside", "title")
    for report in (
        msgspec.structs.replace(CLEAN, faults=(fault,)),
        msgspec.structs.replace(CLEAN, digest=design.digest(HOUSE).hex()),
    ):
        with pytest.raises(DesignUnfit):
            approve(stage, made, report)
    both = msgspec.structs.replace(
        stage.cast["admin"], roles=frozenset({Role.AGENCY_ADMIN, Role.DECISION_BOARD})
    )
    with pytest.raises(SameHand):
        stage.database.write_sync(service.approve, design_id=made, report=CLEAN, by=both)
    approve(stage, made, CLEAN)
    with pytest.raises(DesignApproved):
        approve(stage, made, CLEAN)
    [listed] = stage.database.read_sync(service.listed, by=stage.cast["admin"])
    assert (listed.used, listed.approver) == (True, "Rohana Contoh, S.H.")
    assert stage.database.read_sync(service.listed, by=stage.cast["admin-lain"]) == []


def test_logo_of_another_agency_cannot_be_named(stage: Stage) -> None:
    written(stage)
    with pytest.raises(DesignUnknown):
        stage.database.write_sync(
            service.write, design=OWN, picture=b"", by=stage.cast["admin-lain"]
        )


def test_certificates_are_printed_by_the_version_in_use_when_they_were_issued(
    stage: Stage, tmp_path: Any
) -> None:
    """The claim names the design, so a later version changes nothing that was issued."""
    stage.open()
    stage.sat(0)
    stage.sat(1)
    stage.close()
    stage.decide()
    approve(stage, written(stage), CLEAN)
    issue_awards(stage.database, stage.issuer())
    sequencer = stage.sequencer(tmp_path)
    while sequencer.turn():
        pass
    sequencer.close()
    stage.clock.advance(timedelta(days=1).total_seconds())
    later = changed(OWN, title_id="Judul Lain", title_en="Another Title")
    written(stage, later)
    issued = stage.database.read_sync(store.of_session, session_id=stage.session)
    assert [each.claim.design for each in issued] == [design.digest(OWN).hex()] * 2
    job = stage.database.read_sync(print_job, certificate_id=issued[0].id, issuer=stage.issuer())
    assert job is not None
    assert job.look == LOOKS["klasik"]
    for make in (print_pdf, print_quickly):
        said = " ".join(texts(make(job)))
        assert "PIAGAM" in said
        assert "Judul" not in said
