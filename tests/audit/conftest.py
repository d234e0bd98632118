"""Fixtures of the log's tests: keys that processes of a test share without a folder."""

import pytest

from kernel.keys import Keyring
from tests.audit.trial import KEYS


@pytest.fixture(scope="session")
def keys() -> Keyring:
    """Return the keys that `tests.audit.busy` and its like use."""
    return KEYS
