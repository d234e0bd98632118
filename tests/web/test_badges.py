"""The holder's badge: the candidate's own, in three forms; and a certificate issued anew."""

import json

from certificates import baked, codes, credential
from tests.web.world import World


def test_candidate_takes_its_own_badge_along_and_no_other(world: World) -> None:
    key = world.database.keys.verify_key("credential")
    names = []
    for n in (0, 1):
        http = world.visitor(f"candidate {n}").http
        badge = http.get("/ujian/lencana/json").content
        credential.verify(badge, key)
        document = json.loads(badge)
        assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
        names.append(document["credentialSubject"]["name"])
        picture = http.get("/ujian/lencana/png")
        assert (picture.headers["content-type"], baked.read(picture.content)) == (
            "image/png", badge,
        )  # fmt: skip
        assert http.get("/ujian/lencana/jwt").text.count(".") == 2
        assert "/ujian/lencana/png" in http.get("/ujian/selesai").text
        assert http.get("/ujian/lencana/gif").status_code == 404

    assert names == [c.claim.holder_name for c in world.certificates()]
    assert world.visitor("candidate 2").http.get("/ujian/lencana/json").status_code == 404
    for name in ("nobody", "admin", "sidang", "auditor"):
        answer = world.visitor(name).http.get("/ujian/lencana/json")
        assert answer.status_code in {303, 401, 403, 404}, name
        assert b"credentialSubject" not in answer.content


def test_board_issues_anew_and_the_old_code_leads_to_the_new_one(world: World) -> None:
    """Changes the world: the last test of this module."""
    old = world.certificates()[0]
    path = f"/staf/sertifikat/{world.paths['certificate']}/status"
    form = {"status": "reissued", "reason": "error", "note": "nama salah eja: rahasia"}

    assert world.visitor("admin").try_send(path, form).status_code in {403, 404}
    assert world.visitor("sidang").try_send(path, form).status_code == 303

    new = world.certificates()[-1]
    assert new.sitting_id == old.sitting_id
    page = world.visitor("nobody").http.get(f"/V/{old.code}").text
    assert "DIGANTIKAN" in page
    assert f'href="/V/{new.code}"' in page
    assert "rahasia" not in page
    said = world.visitor("nobody").http.get(f"/api/sertifikat/{old.code}").json()
    assert (said["status"], said["certificate"]["replaced_by"]) == (
        "superseded", codes.display(new.code),
    )  # fmt: skip
