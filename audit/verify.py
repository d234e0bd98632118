"""The outsider's verifier: `python -m audit.verify SOURCE --key VKEY [--state F] [--policy F]`.

SOURCE is an exported folder or the URL prefix of a log. Needs Python 3.11 and `cryptography`,
nothing else. Exit codes:

0  everything holds
1  the log contradicts itself: entries, tiles, root or a handle's chain
2  wrong use of the command
3  the checkpoint is not signed by the key (or the policy's witnesses), not of its log, malformed
4  history was rewritten: smaller or other than what --state remembers
5  something could not be read
"""

import argparse
import base64
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from audit import checkpoint, durable, note
from audit.checkpoint import Checkpoint
from audit.cosignature import cosigners
from audit.errors import KeyMalformed, PolicyMalformed, SourceUnreadable
from audit.examine import Finding, Progress, Report, examine
from audit.note import VerifierKey
from audit.policy import SELF_SIGNED, Policy
from audit.policy import parse as parse_policy
from audit.source import Folder, Web, open_source
from kernel.errors import UjikomError

HOLDS, CONTRADICTS, USAGE, UNSIGNED, REWRITTEN, UNREADABLE = range(6)
SHOWN: Final = 20

MEANING: Final = {
    "rolled_back": "the log is smaller than it was: entries were taken away",
    "forked": "the log is not a continuation of what was seen before",
    "root_differs": "the signed root does not follow from the entries",
    "entry_differs": "the entry does not have the hash that its tile states",
    "tile_differs": "the tile states a hash that does not follow from the entries",
    "tile_malformed": "the file has not the length or form it must have",
    "leaf_malformed": "the entry is not in the form of this log's leaves",
    "chain_broken": "the handle's entries are not an unbroken chain",
    "source_unreadable": "the file is missing or cannot be read",
    "signature_missing": "the checkpoint has no signature by this key",
    "signature_wrong": "the checkpoint's signature does not fit",
    "origin_wrong": "the checkpoint is another log's",
    "note_malformed": "the checkpoint is no signed note",
    "checkpoint_malformed": "the checkpoint's text is malformed",
    "quorum_missing": "too few of the policy's witnesses have cosigned the checkpoint",
}
EXIT: Final = {
    "rolled_back": REWRITTEN,
    "forked": REWRITTEN,
    "source_unreadable": UNREADABLE,
    "signature_missing": UNSIGNED,
    "signature_wrong": UNSIGNED,
    "origin_wrong": UNSIGNED,
    "note_malformed": UNSIGNED,
    "checkpoint_malformed": UNSIGNED,
    "quorum_missing": UNSIGNED,
}
GRAVEST_FIRST: Final = (REWRITTEN, UNSIGNED, CONTRADICTS, UNREADABLE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit code."""
    options = _options().parse_args(arguments)
    try:
        keys = [note.parse_vkey(key) for key in options.key]
    except KeyMalformed as error:
        _say(f"--key is no verifier key: {error}", stream=sys.stderr)
        return USAGE
    try:
        rules = _policy(options.policy)
    except (PolicyMalformed, OSError, UnicodeDecodeError) as error:
        _say(f"--policy cannot be read: {error}", stream=sys.stderr)
        return USAGE
    try:
        report = verify(open_source(options.source), keys, options.state, _progress())
    except UjikomError as error:
        return _fail([Finding(error.code, "checkpoint", str(error.data))])
    signed = note.parse(report.head.note)
    cosigned = cosigners(signed, [witness.key for witness in rules.witnesses])
    if not rules.met(cosigned):
        detail = f"{len(cosigned)} of the policy's witnesses, quorum {rules.quorum}"
        report.add("quorum_missing", "checkpoint", detail)
    if report.findings:
        return _fail(report.findings)
    _celebrate(report, cosigned)
    return HOLDS


def verify(
    source: Folder | Web, keys: Sequence[VerifierKey], state: Path | None, progress: Progress
) -> Report:
    """Check signature, then everything; a log that holds is remembered in `state`.

    Raises what `checkpoint.verify` raises and `SourceUnreadable`; the rest is in the report.
    """
    head = checkpoint.verify_any(_text(source.read("checkpoint")), keys)
    report = examine(source, head, _remembered(state, keys), progress)
    if state is not None and not report.findings:
        durable.write(state, head.note.encode())
    return report


def _remembered(state: Path | None, keys: Sequence[VerifierKey]) -> Checkpoint | None:
    if state is None or not state.exists():
        return None
    return checkpoint.verify_any(_text(Folder(state.parent).read(state.name)), keys)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise SourceUnreadable(path="checkpoint", reason="not UTF-8") from error


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m audit.verify",
        description="Recompute a transparency log from its entries and compare.",
        epilog="Exit codes: 0 holds, 1 contradicts itself, 2 usage, 3 not signed by the key, "
        "4 history rewritten, 5 unreadable.",
    )
    parser.add_argument("source", help="an exported folder, or the log's URL prefix")
    parser.add_argument(
        "--key",
        required=True,
        action="append",
        help="the log's verifier key: name+hash+key; again for a key it had before",
    )
    parser.add_argument(
        "--state", type=Path, help="remember the checkpoint in this file; refuse a rewritten log"
    )
    parser.add_argument(
        "--policy", type=Path, help="require the witnesses of this file (C2SP tlog-policy)"
    )
    return parser


def _progress() -> Progress:
    if not sys.stderr.isatty():
        return lambda _done, _all: None
    return lambda done, whole: _say(f"\r{done}/{whole} entries", stream=sys.stderr, end="")


def _fail(findings: Sequence[Finding]) -> int:
    for finding in findings[:SHOWN]:
        meaning = MEANING.get(finding.code, "")
        _say(f"WRONG  {finding.code}: {finding.place}: {meaning} ({finding.detail})")
    if len(findings) > SHOWN:
        _say(f"WRONG  and {len(findings) - SHOWN} more")
    codes = {EXIT.get(finding.code, CONTRADICTS) for finding in findings}
    return next(code for code in GRAVEST_FIRST if code in codes)


def _policy(path: Path | None) -> Policy:
    return SELF_SIGNED if path is None else parse_policy(path.read_text(encoding="utf-8"))


def _celebrate(report: Report, cosigned: Mapping[VerifierKey, int]) -> None:
    head = report.head
    unknown = len(note.parse(head.note).signatures) - 1 - len(cosigned)
    others = f"{unknown} more signatures, not checked" if unknown else "self-signed, no witness"
    if cosigned and not unknown:
        others = f"and {len(cosigned)} witnesses"
    _say(f"log      {head.origin}")
    _say(f"size     {head.size}")
    _say(f"root     {base64.b64encode(head.root).decode()}")
    _say(f"signed   by the log's key ({others})")
    for key, at in cosigned.items():
        _say(f"witness  {key.name} at {datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}")
    _say(f"checked  {report.entries} entries, {report.tiles} tiles, {report.chains} chains")
    _say("HOLDS    every tile and the root follow from the entries")


def _say(line: str, stream: TextIO | None = None, end: str = "\n") -> None:
    print(line, file=stream or sys.stdout, end=end)


if __name__ == "__main__":
    sys.exit(main())
