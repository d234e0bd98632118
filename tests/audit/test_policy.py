"""Witness policies: which cosignatures are enough, and what a malformed file is refused for."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit import cosignature, policy
from audit.errors import PolicyMalformed
from tests.audit.folders import KEY

KEYS = [
    cosignature.witness_key(f"w{n}.invalid", Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32))
    for n in range(1, 5)
]
GROUPS = f"""
# contoh
log {KEY.vkey} https://contoh.invalid/log/1
witness a {KEYS[0].vkey} https://a.invalid/
witness b\t{KEYS[1].vkey}
  witness c {KEYS[2].vkey}
witness d {KEYS[3].vkey}
group abc 2 a b c
group all all abc d
quorum all
"""


@pytest.mark.parametrize(
    ("quorum", "cosigned", "met"),
    [
        ("all", [0, 1, 3], True),
        ("all", [0, 1, 2], False),
        ("all", [0, 3], False),
        ("abc", [1, 2], True),
        ("abc", [2], False),
        ("d", [3], True),
        ("d", [0, 1, 2], False),
        ("none", [], True),
    ],
)
def test_policy_counts_members_of_groups(quorum: str, cosigned: list[int], met: object) -> None:
    read = policy.parse(GROUPS.replace("quorum all", f"quorum {quorum}"))

    assert read.met([KEYS[n] for n in cosigned]) is met
    assert [witness.name for witness in read.witnesses] == ["a", "b", "c", "d"]
    assert read.logs == (KEY,)


@pytest.mark.parametrize(
    ("change", "reason", "line"),
    [
        (("quorum all", ""), "quorum_missing", 0),
        (("quorum all", "quorum all\nquorum d"), "quorum_twice", 11),
        (("quorum all", "quorum e"), "name_unknown", 10),
        (("group abc 2", "group abc 4"), "threshold", 8),
        (("group abc 2", "group abc 0"), "threshold", 8),
        (("group abc 2", "group abc half"), "threshold", 8),
        (("all abc d", "all abc a"), "member_twice", 9),
        (("all abc d", "all abc none"), "name_unknown", 9),
        (("witness d", "witness a"), "name_twice", 7),
        (("witness d", "witness none"), "name_twice", 7),
        ((KEYS[3].vkey, KEYS[2].vkey), "key_twice", 7),
        ((KEYS[3].vkey, KEY.vkey), "key_malformed", 7),
        (("https://a.invalid/", "ftp://a.invalid/"), "url", 4),
        (("quorum all", "kuorum all"), "form", 10),
        (("quorum all", "quorum all\x00"), "control_character", 10),
    ],
)
def test_malformed_policy_is_refused_with_its_line(
    change: tuple[str, str], reason: str, line: int
) -> None:
    with pytest.raises(PolicyMalformed) as caught:
        policy.parse(GROUPS.replace(*change))

    assert (caught.value.data["reason"], caught.value.data["line"]) == (reason, line)
