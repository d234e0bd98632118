"""The issuer's keys over time: an exchanged key keeps what it signed checkable."""

from certificates import credential, issuer_keys, store
from certificates.issuing import issue_awards
from certificates.verification import by_code
from kernel.database import Database
from kernel.keys import Keyring
from tests.stage import Stage


def another(ring: Keyring) -> Keyring:
    """The same keys with another credential key."""
    from kernel.keys import SECRETS, SIGNING

    secrets = {name: ring.secret(name) for name in SECRETS}
    signing = {name: ring.signing(name).private_bytes_raw() for name in SIGNING}
    return Keyring({**secrets, **signing, "credential": bytes(range(1, 33))}, demo=True)


def test_key_is_noted_once_with_its_time(stage: Stage) -> None:
    assert issuer_keys.note_present(stage.database)
    assert not issuer_keys.note_present(stage.database)

    (only,) = stage.database.read_sync(issuer_keys.history)
    assert (only.key, only.until) == (stage.database.keys.verify_key("credential"), None)


def test_certificate_of_a_former_key_stays_proven_after_the_exchange(stage: Stage) -> None:
    issuer_keys.note_present(stage.database)
    stage.open()
    stage.sat(0)
    stage.close()
    stage.decide()
    issue_awards(stage.database, stage.issuer())
    (old,) = stage.database.read_sync(store.of_session, session_id=stage.session)
    former = stage.database.keys.verify_key("credential")
    stage.database.close()

    later = Database(
        stage.database.url, clock=stage.clock, keys=another(stage.database.keys)
    ).start()
    try:
        stage.clock.advance(60)
        assert issuer_keys.note_present(later)
        found = later.read_sync(by_code, text=old.code)
        history = later.read_sync(issuer_keys.history)
        document = credential.did_document("https://a.invalid", [k.key for k in history])
    finally:
        later.close()

    assert found is not None
    assert found.signed
    assert [k.key for k in history] == [former, later.keys.verify_key("credential")]
    assert (history[0].until, history[1].until) == (history[1].since, None)
    assert len(document["assertionMethod"]) == 2
    assert credential.jwks("https://a.invalid", [former])["keys"][0]["crv"] == "Ed25519"
