"""Makes `draw-1.json`, the golden vectors of "ujikom-draw/1", from fixed texts.

`python -m tests.vectors.make_draw` writes the file anew. The bytes are frozen: a difference means
that papers drawn before can no longer be drawn again.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from exam_engine.assembly import draw, paper, pool, seats
from exam_engine.assembly.constraints import Constraints, PoolItem
from exam_engine.assembly.draw import Cell

PLACE = Path(__file__).with_name("draw-1.json")
EIGHT = tuple(
    Cell(f"BAGIAN-{number % 3}", f"T.{number}/semua", 1 + number % 3) for number in range(8)
)
CASES: tuple[dict[str, Any], ...] = (
    {"name": "one item", "cells": (Cell("A", "X/1", 1),), "items": 1, "options": 2},
    {"name": "whole cell", "cells": (Cell("A", "X/1", 5),), "items": 5, "options": 4},
    {"name": "eight cells in three sections", "cells": EIGHT, "items": 6, "options": 5, "seat": 6},
    {"name": "options as written", "cells": EIGHT, "items": 4, "options": 4, "shuffle": False},
    {"name": "six items excluded", "cells": EIGHT[:4], "items": 7, "options": 3, "excluded": 6},
    {"name": "letters beyond ASCII", "cells": (Cell("Étika ½", "É/1", 3),), "items": 4,
     "options": 4, "suffix": " é€𝄞"},
    {"name": "with a beacon", "cells": EIGHT[:3], "items": 5, "options": 4, "beacon": True},
    {"name": "one seat", "cells": EIGHT[:2], "items": 5, "options": 4, "seats": 1, "seat": 0},
    {"name": "several blocks of the stream", "cells": (Cell("A", "X/1", 150),), "items": 160,
     "options": 8},
)  # fmt: skip


def digest(*parts: object) -> bytes:
    """32 bytes that stand for a random value."""
    return sha256("/".join(map(str, parts)).encode()).digest()


def inputs(case: dict[str, Any]) -> dict[str, Any]:
    """A case as a replayer gets it: seat secret, nonce, blueprint bytes, pool."""
    name, cells = case["name"], case["cells"]
    options = [f"{letter}{case.get('suffix', '')}" for letter in "ABCDEFGH"[: case["options"]]]
    blueprint = pool.Blueprint(
        format="ujikom-blueprint/1",
        algorithm=draw.ALGORITHM,
        scheme=digest(name, "scheme").hex(),
        shuffle_options=case.get("shuffle", True),
        cells=cells,
    )
    items = [
        {"version": digest(name, cell.cell, number).hex(), "cell": cell.cell, "options": options}
        for cell in cells
        for number in range(case["items"])
    ]
    return {
        "secret": digest(name, "secret").hex(),
        "seats": case.get("seats", 11),
        "seat": case.get("seat", 3),
        "session": digest(name, "session")[:16].hex(),
        "handle": digest(name, "handle")[:16].hex(),
        "nonce": digest(name, "nonce").hex(),
        "beacon": digest(name, "beacon").hex() if case.get("beacon") else "",
        "bank_root": digest(name, "bank").hex(),
        "blueprint": pool.to_bytes(blueprint).decode(),
        "excluded": [items[4 * place]["version"] for place in range(case.get("excluded", 0))],
        "pool": items,
    }


def outputs(given: dict[str, Any]) -> dict[str, Any]:
    """What this house derives from a case's inputs."""
    secret = bytes.fromhex(given["secret"])
    seed = seats.seat_seed(secret, given["seat"])
    blueprint = given["blueprint"].encode()
    drawn_from = draw.draw_seed(
        seed,
        session=bytes.fromhex(given["session"]),
        handle=bytes.fromhex(given["handle"]),
        nonce=bytes.fromhex(given["nonce"]),
        beacon=bytes.fromhex(given["beacon"]),
        bank_root=bytes.fromhex(given["bank_root"]),
        blueprint=blueprint,
    )
    cells = json.loads(blueprint)
    placed = draw.draw_paper(
        drawn_from,
        cells=[Cell(**cell) for cell in cells["cells"]],
        pool=[
            PoolItem(
                bytes.fromhex(item["version"]),
                item["cell"],
                tuple(item["options"]),
                item.get("group"),
                item.get("stimulus"),
                frozenset(map(bytes.fromhex, item.get("enemies", ()))),
                item.get("difficulty"),
                item.get("key"),
            )
            for item in given["pool"]
        ],
        excluded=frozenset(map(bytes.fromhex, given["excluded"])),
        shuffle_options=cells["shuffle_options"],
        constrained=msgspec.convert(cells.get("constraints", {}), Constraints),
    )
    body = paper.to_bytes(paper.from_draw(placed))
    return {
        "seat_seed": seed.hex(),
        "seat_root": seats.seat_root(secret, given["seats"]).hex(),
        "seat_path": [h.hex() for h in seats.seat_path(secret, given["seat"], given["seats"])],
        "draw_seed": drawn_from.hex(),
        "paper": json.loads(body),
        "paper_sha256": sha256(body).hexdigest(),
    }


def vectors() -> list[dict[str, Any]]:
    """Every case with its inputs and outputs."""
    made = []
    for case in CASES:
        given = inputs(case)
        made.append({"name": case["name"], "inputs": given, "outputs": outputs(given)})
    return made


def text() -> str:
    """The file: one line a vector, so that a difference is readable."""
    lines = ",\n".join(json.dumps(vector, ensure_ascii=False) for vector in vectors())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
