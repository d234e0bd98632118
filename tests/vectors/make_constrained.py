"""Makes `draw-1-constraints.json`: golden vectors of "ujikom-draw/1" under constraints.

`python -m tests.vectors.make_constrained` writes the file anew. The bytes are frozen.
"""

import json
from pathlib import Path
from typing import Any

from exam_engine.assembly import draw, pool
from exam_engine.assembly.constraints import Constraints, Window
from exam_engine.assembly.draw import Cell
from tests.vectors.make_draw import digest, outputs

PLACE = Path(__file__).with_name("draw-1-constraints.json")
TWO = (Cell("A", "X/1", 6), Cell("B", "Y/1", 5))
WIDE = Window(section="A", target=500, tolerance=40)
CASES: dict[str, Constraints] = {
    "one per group": Constraints(one_per_group=True),
    "enemies": Constraints(enemies=True),
    "whole sets, together": Constraints(whole_sets=True, together=True),
    "together only": Constraints(together=True),
    "required item": Constraints(required=(digest("required item", "X/1", 3).hex(),)),
    "difficulty window": Constraints(windows=(WIDE, Window(section="", target=480, tolerance=30))),
    "keys spread": Constraints(key_limit=28),
    "everything at once": Constraints(
        enemies=True, one_per_group=True, whole_sets=True, together=True, windows=(WIDE,),
        required=(digest("everything at once", "Y/1", 2).hex(),), key_limit=40,
    ),
    "many groups, ranks beyond 64 bits": Constraints(one_per_group=True),
}  # fmt: skip


def item(name: str, cell: str, number: int, enemy: int | None, groups: int) -> dict[str, Any]:
    """An item of a pool, with something for every constraint to look at."""
    return {
        "version": digest(name, cell, number).hex(),
        "cell": cell,
        "options": list("ABCD"),
        "group": f"g{number % groups}" if number % 3 else None,
        "stimulus": f"s{number // 3}" if cell == "X/1" and number < 6 else None,
        "enemies": [] if enemy is None else [digest(name, cell, enemy).hex()],
        "difficulty": 90 * (number % 11),
        "key": number % 4,
    }


def inputs(name: str, constraints: Constraints) -> dict[str, Any]:
    """A case as a replayer gets it."""
    many = name.startswith("many")
    cells = (Cell("A", "X/1", 60),) if many else TWO
    blueprint = pool.Blueprint(
        format="ujikom-blueprint/2",
        algorithm=draw.ALGORITHM,
        scheme=digest(name, "scheme").hex(),
        shuffle_options=True,
        cells=cells,
        constraints=constraints,
    )
    pairs = {7: 8, 8: 7, 9: 10, 10: 9}
    items = [
        item(name, cell.cell, number, pairs.get(number), 70 if many else 9)
        for cell in cells
        for number in range(300 if many else 14)
    ]
    return {
        **{field: digest(name, field).hex() for field in ("secret", "nonce", "bank_root")},
        "seats": 5,
        "seat": 2,
        "session": digest(name, "session")[:16].hex(),
        "handle": digest(name, "handle")[:16].hex(),
        "beacon": "",
        "blueprint": pool.to_bytes(blueprint).decode(),
        "excluded": [items[-1]["version"]],
        "pool": items,
    }


def text() -> str:
    """The file: one line a vector."""
    made = []
    for name, constraints in CASES.items():
        given = inputs(name, constraints)
        made.append({"name": name, "inputs": given, "outputs": outputs(given)})
    return "[\n" + ",\n".join(json.dumps(vector) for vector in made) + "\n]\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
