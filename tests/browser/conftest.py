"""One Chromium and one house a module: Playwright's loop must not outlive its own tests."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import Window, chromium
from tests.browser.house import House, opened

Open = Callable[..., Window]
expect.set_options(timeout=15_000)  # other tests run beside: what is late is not wrong


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives Chromium."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture
def window(browser: Browser, house: House) -> Iterator[Open]:
    """Opens windows onto the house; at the end none of them may have had a fault."""
    windows: list[Window] = []

    def open_window(**options: Any) -> Window:
        windows.append(Window(browser, house.address, **options))
        return windows[-1]

    yield open_window
    faults = [fault for one in windows for fault in one.faults]
    for one in windows:
        one.close()
    assert faults == []
