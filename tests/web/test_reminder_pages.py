"""Reminders on pages: a holder gives an address, the agency's admin sees what waits."""

import pytest

from kernel import ids
from tests.web.world import World

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True, scope="module")
HOME = "/sertifikat-saya"
OUTBOX = "/staf/pengingat"


def test_holder_keeps_changes_and_removes_an_address_that_nobody_else_sees(world: World) -> None:
    holder = world.visitor("candidate 0")
    wrong = holder.try_send(f"{HOME}/surel", {"email": "bukan alamat"})
    assert wrong.status_code == 422
    assert 'value="bukan alamat"' in wrong.text
    assert 'id="email-error"' in wrong.text
    assert holder.try_send(f"{HOME}/surel", {"email": "satu@contoh.example"}).status_code == 303
    assert "satu@contoh.example" in holder.http.get(HOME).text
    assert "satu@contoh.example" not in world.visitor("candidate 1").http.get(HOME).text
    assert world.visitor("nobody").try_send(f"{HOME}/surel", {"email": ""}).status_code == 303
    assert "satu@contoh.example" in holder.http.get(HOME).text
    holder.try_send(f"{HOME}/surel", {"email": ""})
    assert "satu@contoh.example" not in holder.http.get(HOME).text


def test_admin_passes_on_what_waits_and_the_page_says_so(world: World) -> None:
    days = world.reminder()
    own = world.certificates()[0]
    admin = world.visitor("admin")
    waiting = admin.http.get(OUTBOX).text
    assert own.claim.holder_name in waiting
    assert "belum ditulis pemegangnya" in waiting
    assert f"Sertifikat kompetensi Anda nomor {own.number}" in waiting
    path = f"{OUTBOX}/{ids.text(own.id)}/{days}"
    assert world.visitor("admin-lain").try_send(path).status_code == 404
    assert admin.try_send(path).status_code == 303
    told = admin.http.get(OUTBOX).text
    assert f"Sertifikat kompetensi Anda nomor {own.number}" not in told
    assert "oleh petugas" in told
    assert admin.try_send(path).status_code == 404
