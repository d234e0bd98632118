"""What `fsck` reports: a contradiction in the stored log."""

import msgspec


class Difference(msgspec.Struct, frozen=True):
    """What differs, where, what the leaves say and what is stored (hashes in hex)."""

    kind: str
    place: str
    expected: str
    found: str


class Differences:
    """Collects differences in the order found."""

    def __init__(self) -> None:
        self.all: list[Difference] = []

    def add(self, kind: str, place: str, expected: object, found: object) -> None:
        self.all.append(Difference(kind, place, _shown(expected), _shown(found)))


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return value.hex() if isinstance(value, bytes) else str(value)
