"""What can go wrong with ZIPs to fetch."""

from kernel.errors import Conflict, NotFound


class PackUnknown(NotFound):
    """There is no such ZIP, it is another agency's, or its time is over."""

    code = "pack_unknown"


class PackRunning(Conflict):
    """The agency's last ZIPs are still being made."""

    code = "pack_running"
