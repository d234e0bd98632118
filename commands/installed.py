"""The installation that a command works on: `cli`, which may open one, says how."""

from contextlib import AbstractContextManager
from typing import Protocol

from web.installation import Installation


class Opener(Protocol):
    """Opens the installation of the settings; with a sequencer only while no server runs."""

    def __call__(self, *, sequencer: bool = False) -> AbstractContextManager[Installation]: ...


_opener: list[Opener] = []


def opens(opener: Opener) -> Opener:
    """Make `opener` the way in which commands get their installation."""
    _opener[:] = [opener]
    return opener


def installation(*, sequencer: bool = False) -> AbstractContextManager[Installation]:
    """The installation of the settings, beside a server that may be running."""
    return _opener[0](sequencer=sequencer)
