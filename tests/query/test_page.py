"""The query page in a real Chromium: nothing is loaded from elsewhere, a query runs, the menu asks a named query."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.browser
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1200,900"
)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    if not (CHROMIUM and DRIVER):
        words = "no chromium and chromedriver on this machine"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


def requested(browser: webdriver.Chrome) -> list[str]:
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]


def ask(browser: webdriver.Chrome, sparql: str) -> None:
    browser.execute_script("gui.getTab().setQuery(arguments[0]); gui.getTab().query()", sparql)


def cells(browser: webdriver.Chrome) -> str:
    found = browser.find_elements(By.CSS_SELECTOR, ".yasr_results table")
    return " ".join(table.text for table in found)


def test_the_page_asks_answers_and_stays_at_home(server: str, browser: webdriver.Chrome) -> None:
    wait = WebDriverWait(browser, 20)
    browser.get(server + "/")
    wait.until(lambda b: b.find_elements(By.CSS_SELECTOR, ".yasqe .CodeMirror, .yasqe.CodeMirror, .CodeMirror"))
    menu = Select(browser.find_element(By.ID, "named"))
    wait.until(lambda _: len(menu.options) == 13)

    ask(browser, "SELECT ?l { <method/net-b> skos:prefLabel ?l }")
    wait.until(lambda b: "Net-B" in cells(b))

    menu.select_by_visible_text("Most connected entities")
    wait.until(lambda b: "most papers" in b.find_element(By.ID, "description").text)
    browser.execute_script("gui.getTab().query()")
    wait.until(lambda b: "classification" in cells(b))

    ask(browser, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
    wait.until(lambda b: "cut at 1000 rows" in b.find_element(By.ID, "notice").text)

    severe = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert severe == []
    abroad = [url for url in requested(browser) if url.startswith(("http", "ws")) and not url.startswith(server)]
    assert abroad == []


def test_the_page_of_an_iri_leads_on(server: str, browser: webdriver.Chrome) -> None:
    browser.get(server + "/describe?iri=https%3A%2F%2Fw3id.org%2Fpaperkg%2Fid%2Fpaper%2Fbeta")
    assert browser.find_element(By.TAG_NAME, "h1").text == "Beta"
    browser.find_element(By.LINK_TEXT, "Net-B").click()
    WebDriverWait(browser, 10).until(lambda b: b.find_element(By.TAG_NAME, "h1").text == "Net-B")
