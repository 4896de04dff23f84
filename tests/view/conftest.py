"""A real Chromium for the pages."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--window-size=1440,900",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One headless browser that logs its console and its network; where CI is set it must be there."""
    found = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        words = f"no {' and no '.join(missing)} on this machine"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = found["chromium"]
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(found["chromedriver"]))
    driver.set_script_timeout(30)
    yield driver
    driver.quit()


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Any:
    """Open a page from the disk and forget what the logs held before."""

    def go(html: str) -> Any:
        path = tmp_path / "page.html"
        path.write_text(html, "utf-8")
        browser.get_log("browser"), browser.get_log("performance")
        browser.get(path.as_uri())
        return browser

    return go
