"""What a checker remembers between two checks: the newest issue of each status list it has seen.

Text lines `<time> <address>`, sorted by address. It makes a rolled-back list visible.
"""

from collections.abc import Mapping
from datetime import datetime

from certificates.credential import split
from certificates.errors import StatusListMalformed
from kernel.clock import stamp, unstamp


def parse(text: str) -> dict[str, datetime]:
    """Read the lines; raises StatusListMalformed."""
    try:
        pairs = [line.split(" ", 1) for line in text.splitlines()]
        return {address: unstamp(at) for at, address in pairs}
    except ValueError as error:
        raise StatusListMalformed(reason="memory") from error


def encode(seen: Mapping[str, datetime]) -> str:
    """Write the lines."""
    return "".join(f"{stamp(at)} {address}\n" for address, at in sorted(seen.items()))


def with_lists(seen: Mapping[str, datetime], lists: Mapping[str, bytes]) -> dict[str, datetime]:
    """The memory after lists that were just believed; time only goes forward."""
    after = dict(seen)
    for address, document in lists.items():
        at = unstamp(split(document)[0]["validFrom"])
        after[address] = max(at, after.get(address, at))
    return after
