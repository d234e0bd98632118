"""Minutes on the page and on paper: written by the proctor's deeds, read and signed by two."""

import re
import subprocess
from pathlib import Path

from tests.cast import CANDIDATES, PASSWORD
from tests.web.world import World, words


def test_minutes_are_signed_with_the_own_password_alone_and_printed(
    world: World, tmp_path: Path
) -> None:
    path = f"/staf/sesi/{world.paths['session']}/berita-acara"
    proctor, admin = world.visitor("pengawas"), world.visitor("admin")
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', proctor.see(path))
    assert digest
    form = {"duty": "proctor", "digest": digest[1]}

    refused = proctor.try_send(path, form | {"password": "bukan ini kata sandinya"})
    assert refused.status_code == 422
    assert "Kata sandi ini tidak cocok." in words(refused)
    assert proctor.try_send(path, form | {"password": PASSWORD}).status_code == 303
    page = admin.see(path)
    assert "Pengawas</span>: Togar Contoh" in page
    assert "Tanda tangani sebagai saksi" in page
    witness = form | {"duty": "witness", "password": PASSWORD}
    assert admin.try_send(path, witness).status_code == 303

    file = tmp_path / "minutes.pdf"
    file.write_bytes(proctor.http.get(f"{path}/berkas").content)
    read = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    for word in ("Togar Contoh", "Sri Contoh", "Daftar hadir", "Teuku Contoh Satu", digest[1][:20]):
        assert word in read, word
    assert [nip for _, nip in CANDIDATES if nip in read] == []
