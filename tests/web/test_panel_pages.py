"""An Angoff panel on pages: judges rate blind, see feedback, an admin ends rounds; by hand."""

import re

from tests.web.world import World, words


def test_panel_goes_through_two_rounds_with_feedback_between(world: World) -> None:
    address = f"/staf/panel/{world.paths['panel']}"
    first, second = world.visitor("penyusun"), world.visitor("penilai")
    admin = world.visitor("admin")
    field = re.findall(r'name="(rating\.[0-9a-f]{64})"', first.http.get(address).text)[0]

    early = admin.try_send(f"{address}/babak")
    assert early.status_code == 422
    assert "penilaian yang kurang: 2" in words(early)
    wrong = first.try_send(address, {field: "101"})
    assert wrong.status_code == 422
    assert 'value="101"' in words(wrong)

    first.try_send(address, {field: "60"})
    blind = words(second.http.get(address))
    assert 'value="60"' not in blind
    second.try_send(address, {field: "80"})
    assert admin.try_send(f"{address}/babak").status_code == 303

    feedback = words(first.http.get(address))
    assert "<dt>Rata-rata panel</dt><dd>70,0</dd>" in feedback
    assert "<dt>Rentang panel</dt><dd>60–80</dd>" in feedback
    assert "<dt>Penilaian Anda di babak 1</dt><dd>60</dd>" in feedback
    for judge, value in ((first, "65"), (second, "75")):
        judge.try_send(address, {field: value})
    admin.try_send(f"{address}/babak")

    ended = words(admin.http.get(address))
    # judges' cuts 65 and 75: mean 70, sd 7.07, standard error 5; one item has no agreement
    assert '<dt>Nilai batas (%)</dt><dd class="num">70,0</dd>' in ended
    assert '<dt>Galat baku (%)</dt><dd class="num">5,00</dd>' in ended
    assert '<dt>Kesepakatan ICC(2,k)</dt><dd class="num">–</dd>' in ended
    paths = world.paths
    item = words(first.http.get(f"/staf/bank/{paths['bank']}/butir/{paths['item']}"))
    assert "<dt>Rata-rata Angoff</dt><dd>70,0 %</dd>" in item


def test_panel_needs_a_name_two_judges_and_an_item(world: World) -> None:
    bank = f"/staf/bank/{world.paths['bank']}/panel"
    admin = world.visitor("admin")
    form = admin.http.get(bank).text
    judge = re.findall(r'name="judge" value="([a-z2-7]{26})"', form)[0]
    item = re.findall(r'name="item" value="([a-z2-7]{26})"', form)[0]

    alone = admin.try_send(bank, {"name": "Sendiri", "judge": judge, "item": item})
    nameless = admin.try_send(bank, {"judge": judge, "item": item})

    assert (alone.status_code, nameless.status_code) == (422, 422)
    assert 'id="judge-error"' in words(alone)
    assert 'id="name-error"' in words(nameless)
    assert f'value="{judge}" checked' in words(alone)
