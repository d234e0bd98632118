"""Which witnesses count, and how many must agree (the C2SP tlog-policy file format).

One item a line, words separated by spaces or tabs, `#` begins a comment line:

    witness kampus  kampus.example/w1+0c1d2e3f+BA…  https://saksi.kampus.example/
    witness itjen   itjen.example/w1+1a2b3c4d+BA…   https://saksi.itjen.example/
    witness lembaga lembaga.example/w1+5e6f7a8b+BA…
    group   saksi   2 kampus itjen lembaga
    quorum  saksi

A group counts when `any`, `all` or the given number of its members count; a member is a witness
or a group named on an earlier line, each in one group at most. `quorum none` asks for nobody: the
log is self-signed. `log VKEY [URL]` lines may stand there for other tools; they are checked and
kept. A witness without URL is not asked by us; its cosignatures count where they appear.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from audit import note
from audit.errors import KeyMalformed, PolicyMalformed
from audit.note import COSIGNATURE, VerifierKey

NOBODY: Final = "none"

_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness under the name that the policy gives it; `url` is its submission prefix."""

    name: str
    key: VerifierKey
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Counts when `needed` of its members count."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom to ask and when it is enough; without anything: nobody, always enough."""

    logs: tuple[VerifierKey, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NOBODY

    @property
    def self_signed(self) -> bool:
        """Whether nobody but the log's own key is needed."""
        return self.quorum == NOBODY

    def met(self, cosigners: Collection[VerifierKey]) -> bool:
        """Whether these witnesses, whose cosignatures fitted, are enough."""
        present = {witness.name for witness in self.witnesses if witness.key in cosigners}
        return self.self_signed or self._counts(self.quorum, present)

    def _counts(self, name: str, present: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in present
        return sum(self._counts(member, present) for member in group.members) >= group.needed


SELF_SIGNED: Final = Policy()


def parse(text: str) -> Policy:
    """Read a policy file; raises `PolicyMalformed` with the line and the reason."""
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), start=1):
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reading.line(line, words)
        except (_Wrong, KeyMalformed) as error:
            reason = error.code if isinstance(error, KeyMalformed) else str(error)
            raise PolicyMalformed(line=number, reason=reason) from error
    if reading.quorum is None:
        raise PolicyMalformed(line=0, reason="quorum_missing")
    return Policy(
        tuple(reading.logs), tuple(reading.witnesses.values()), reading.groups, reading.quorum
    )


class _Wrong(Exception):
    """Why a line cannot be read."""


class _Reading:
    """What the lines so far have said."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def line(self, line: str, words: list[str]) -> None:
        if _CONTROL.search(line):
            raise _Wrong("control_character")
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self._log(vkey)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._witness(name, vkey, url[0] if url else "")
            case ["group", name, needed, *members] if members:
                self._group(name, needed, members)
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise _Wrong("form")

    def _log(self, vkey: str) -> None:
        key = note.parse_vkey(vkey)
        if any(key.public == other.public for other in self.logs):
            raise _Wrong("key_twice")
        self.logs.append(key)

    def _witness(self, name: str, vkey: str, url: str) -> None:
        self._new(name)
        key = note.parse_vkey(vkey, COSIGNATURE)
        if any(key.public == other.key.public for other in self.witnesses.values()):
            raise _Wrong("key_twice")
        if url and not url.startswith(("https://", "http://")):
            raise _Wrong("url")
        self.witnesses[name] = Witness(name, key, url)

    def _group(self, name: str, needed: str, members: list[str]) -> None:
        self._new(name)
        for member in members:
            self._known(member)
            if member in self._members:
                raise _Wrong("member_twice")
            self._members.add(member)
        count = {"any": 1, "all": len(members)}.get(needed)
        if count is None:
            count = int(needed) if _NUMBER.fullmatch(needed) else 0
        if not 1 <= count <= len(members):
            raise _Wrong("threshold")
        self.groups[name] = Group(count, tuple(members))

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise _Wrong("quorum_twice")
        if name != NOBODY:
            self._known(name)
        self.quorum = name

    def _new(self, name: str) -> None:
        if name == NOBODY or name in self.witnesses or name in self.groups:
            raise _Wrong("name_twice")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise _Wrong("name_unknown")
