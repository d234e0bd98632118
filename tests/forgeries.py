"""Ways to change a finished exam behind everybody's back, for whoever owns the database.

Each changes one thing and gives what a finding must name: `handle`, `index`, `item` and the like.
"""

import re
from collections.abc import Callable

import msgspec

from audit.merkle import leaf_hash
from tests.finished_exam import Hand

FIRST = "0001-0001"
SITTING = (
    "(SELECT s.id FROM sitting s JOIN registration g ON g.id = s.registration_id"
    f" WHERE g.candidate_no = '{FIRST}')"
)
ENTRIES = "SELECT idx, leaf FROM log_entry ORDER BY idx"
OF_FIRST = f"sitting_id = {SITTING}"


def flip(data: bytes, place: int = -1) -> bytes:
    """The bytes with one bit changed."""
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def handle(hand: Hand) -> str:
    return bytes(hand.value("SELECT handle FROM registration WHERE candidate_no = ?", FIRST)).hex()


def leaf_of(hand: Hand, kind: str) -> int:
    """The index of the first candidate's first leaf of a kind."""
    own = handle(hand)
    rows = [(int(row[0]), bytes(row[1]).decode()) for row in hand.run(ENTRIES)]
    return next(index for index, leaf in rows if own in leaf and f'"{kind}"' in leaf)


def answer(hand: Hand) -> dict[str, object]:
    hand.change(
        "UPDATE response SET choice = CASE choice WHEN 'C' THEN 'D' ELSE 'C' END"
        f" WHERE revision = 203 AND {OF_FIRST}"
    )
    return {"handle": handle(hand), "item": position(hand)}


def position(hand: Hand) -> int:
    return int(hand.value(f"SELECT position FROM response WHERE revision = 203 AND {OF_FIRST}"))


def answer_gone(hand: Hand) -> dict[str, object]:
    hand.change(f"DELETE FROM response WHERE revision = 203 AND {OF_FIRST}")
    return {"handle": handle(hand)}


def newest_answer(hand: Hand) -> dict[str, object]:
    hand.change(f"UPDATE answer SET choice = NULL WHERE position = 7 AND {OF_FIRST}")
    return {"handle": handle(hand)}


def leaf(hand: Hand) -> dict[str, object]:
    index = leaf_of(hand, "answer.saved")
    data = bytes(hand.value("SELECT leaf FROM log_entry WHERE idx = ?", index))
    place = data.index(b'"c":') + 30
    hand.change("UPDATE log_entry SET leaf = ? WHERE idx = ?", flip(data, place), index)
    return {"index": index}


def leaf_and_hash(hand: Hand) -> dict[str, object]:
    """A thorough forger changes the leaf's hash too; then the signed root gives it away."""
    index = leaf_of(hand, "answer.saved")
    data = bytes(hand.value("SELECT leaf FROM log_entry WHERE idx = ?", index))
    forged = flip(data, data.index(b'"at":"') + 24)
    hand.change(
        "UPDATE log_entry SET leaf = ?, h = ? WHERE idx = ?", forged, leaf_hash(forged), index
    )
    return {"index": index}


def node(hand: Hand) -> dict[str, object]:
    data = bytes(hand.value("SELECT h FROM log_node WHERE l = 1 AND n = 0"))
    hand.change("UPDATE log_node SET h = ? WHERE l = 1 AND n = 0", flip(data))
    return {}


def checkpoint(hand: Hand) -> dict[str, object]:
    size = hand.value("SELECT MAX(size) FROM log_checkpoint")
    note = hand.value("SELECT note FROM log_checkpoint WHERE size = ?", size)
    place = note.rindex(" ") + 20
    other = "A" if note[place] != "A" else "B"
    forged = note[:place] + other + note[place + 1 :]
    hand.change("UPDATE log_checkpoint SET note = ? WHERE size = ?", forged, size)
    return {"size": size}


def opening(hand: Hand) -> dict[str, object]:
    index = leaf_of(hand, "answer.saved")
    hashed = bytes(hand.value("SELECT h FROM log_entry WHERE idx = ?", index))
    sealed = bytes(hand.value("SELECT sealed FROM log_opening WHERE leaf_hash = ?", hashed))
    hand.change("UPDATE log_opening SET sealed = ? WHERE leaf_hash = ?", flip(sealed), hashed)
    return {"index": index}


def paper(hand: Hand) -> dict[str, object]:
    body = bytes(hand.value(f"SELECT body FROM paper WHERE {OF_FIRST}"))
    found = re.search(rb'"options":\["(.)","(.)"', body)
    assert found is not None
    swapped = b'"options":["' + found[2] + b'","' + found[1] + b'"'
    hand.change(f"UPDATE paper SET body = ? WHERE {OF_FIRST}", body.replace(found[0], swapped, 1))
    return {"handle": handle(hand)}


def item_of_the_paper(hand: Hand) -> dict[str, object]:
    body = bytes(hand.value(f"SELECT body FROM paper WHERE {OF_FIRST}"))
    version = msgspec.json.decode(body)["items"][4]["version"]
    return change_item(hand, version) | {"handle": handle(hand)}


def item_of_others(hand: Hand) -> dict[str, object]:
    body = bytes(hand.value(f"SELECT body FROM paper WHERE {OF_FIRST}"))
    versions = [bytes(row[0]).hex() for row in hand.run("SELECT digest FROM item_version")]
    return change_item(hand, next(v for v in versions if v.encode() not in body))


def change_item(hand: Hand, version: str) -> dict[str, object]:
    """Make another option the right one."""
    digest = bytes.fromhex(version)
    content = msgspec.json.decode(
        bytes(hand.value("SELECT content FROM item_version WHERE digest = ?", digest))
    )
    points = [option["points"] for option in content["options"]]
    for option, other in zip(content["options"], points[1:] + points[:1], strict=True):
        option["points"] = other
    data = msgspec.json.encode(content)
    hand.change("UPDATE item_version SET content = ? WHERE digest = ?", data, digest)
    name = hand.value(
        "SELECT i.external_id FROM item i JOIN item_version v ON v.item_id = i.id"
        " WHERE v.digest = ?",
        digest,
    )
    return {"version": version[:12], "item": name}


def result(hand: Hand) -> dict[str, object]:
    sealed = bytes(hand.value(f"SELECT sealed FROM result WHERE {OF_FIRST}"))
    hand.change(f"UPDATE result SET sealed = ? WHERE {OF_FIRST}", flip(sealed))
    return {"handle": handle(hand)}


def result_outcome(hand: Hand) -> dict[str, object]:
    hand.change(f"UPDATE result SET outcome = 'failed' WHERE {OF_FIRST}")
    return {"handle": handle(hand)}


def result_digest(hand: Hand) -> dict[str, object]:
    hand.change(f"UPDATE result SET digest = ? WHERE {OF_FIRST}", bytes(32))
    return {"handle": handle(hand)}


def result_gone(hand: Hand) -> dict[str, object]:
    hand.change(f"DELETE FROM result WHERE {OF_FIRST}")
    return {"handle": handle(hand)}


def decision(hand: Hand) -> dict[str, object]:
    hand.change(f"UPDATE decision_row SET outcome = 'not_yet_competent' WHERE {OF_FIRST}")
    return {"handle": handle(hand)}


def state(hand: Hand) -> dict[str, object]:
    hand.change(f"UPDATE sitting SET state = 'active' WHERE id = {SITTING}")
    return {"handle": handle(hand)}


def sitting_gone(hand: Hand) -> dict[str, object]:
    hand.change(f"DELETE FROM sitting WHERE id = {SITTING}")
    return {"handle": handle(hand)}


def pdf(hand: Hand) -> dict[str, object]:
    file = next(path for path in sorted((hand.place.data / "blobs").rglob("*")) if path.is_file())
    file.write_bytes(flip(file.read_bytes(), 5000))
    return {}


def pdf_hash(hand: Hand) -> dict[str, object]:
    hand.change(
        "UPDATE certificate_pdf SET sha256 = ? WHERE certificate_id ="
        f" (SELECT id FROM certificate WHERE {OF_FIRST})",
        bytes(32),
    )
    return {}


def certificate(column: str, value: object) -> Callable[[Hand], dict[str, object]]:
    def change(hand: Hand) -> dict[str, object]:
        hand.change(f"UPDATE certificate SET {column} = ? WHERE {OF_FIRST}", value)
        return {"handle": handle(hand)}

    return change


def certificate_gone(hand: Hand) -> dict[str, object]:
    pdf_row = f"certificate_id = (SELECT id FROM certificate WHERE {OF_FIRST})"
    hand.change(f"DELETE FROM certificate_pdf WHERE {pdf_row}")
    hand.change(f"DELETE FROM certificate WHERE {OF_FIRST}")
    return {"handle": handle(hand)}
