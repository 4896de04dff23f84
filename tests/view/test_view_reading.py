"""The page on paper, on small screens, by keyboard alone, and for eyes that need contrast."""

import base64
import re
from typing import Any

import pytest
from pictured import fill, library
from pyoxigraph import Store

from kg.view import Selection, draw
from kg.view.page import environment

NODE = "const hub = BY_DEGREE.find((node) => node.type === 'Method'); select(hub.id);"
#: What stands on what; both themes must give 4.5:1 (WCAG 2.2, level AA).
PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "soft"),
    ("ink", "heat-at-most"),
    ("quiet", "paper"),
    ("quiet", "card"),
    ("quiet", "soft"),
    ("warn", "card"),
    ("warn", "paper"),
    ("accent", "card"),
    ("accent", "paper"),
    ("paper", "accent"),
    ("mark-ink", "mark"),
]


@pytest.fixture(scope="module")
def page() -> str:
    store = Store()
    fill(store, library(30))
    return draw(store, Selection(limit=90), title="Made-up papers").html


@pytest.fixture
def sized(visit: Any, page: str) -> Any:
    """Open the page in a window of this size, as a phone or a tablet has it."""
    browsers = []

    def go(width: int, height: int) -> Any:
        browser = visit(page)
        browsers.append(browser)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.refresh()
        return browser

    yield go
    for browser in browsers:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


def colours(theme: str) -> dict[str, str]:
    css = environment().loader.get_source(environment(), "base.css")[0]
    block = re.search(r":root \{(.*?)\}" if theme == "light" else r':root\[data-theme="dark"\] \{(.*?)\}', css, re.S)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1]))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_can_be_told_from_its_ground(theme: str, front: str, back: str) -> None:
    known = colours(theme)
    low, high = sorted((luminance(known[front]), luminance(known[back])))
    assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(360, 740), (768, 1024), (844, 390), (1440, 900)])
def test_no_card_lies_on_another_and_a_picture_is_left(sized: Any, width: int, height: int) -> None:
    browser = sized(width, height)
    assert browser.execute_script("return $('legend').open") is (width > 900)
    browser.execute_script(NODE)
    boxes = browser.execute_script("""
        return ["left", "panel", "tools"].map((id) => {
          const { left, top, right, bottom } = $(id).getBoundingClientRect();
          return [left, top, right, bottom];
        });""")
    for at, one in enumerate(boxes):
        assert one[0] >= 0 and one[1] >= 0 and one[2] <= width and one[3] <= height
        for other in boxes[at + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    left, right, top, bottom = browser.execute_script("return clear()")
    assert right - left >= 200
    assert bottom - top >= 60
    assert browser.execute_script("return document.documentElement.scrollWidth") == width
    assert browser.get_log("browser") == []


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(360, 740), (1440, 900)])
def test_labels_stay_on_the_picture(sized: Any, width: int, height: int) -> None:
    browser = sized(width, height)
    labels, cards = browser.execute_script("""
        const seen = [], draw = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
          seen.push([x, y, x + this.measureText(text).width]);
          return draw.call(this, text, x, y);
        };
        network.redraw();
        CanvasRenderingContext2D.prototype.fillText = draw;
        const boxes = ["left", "tools"].map((id) => $(id).getBoundingClientRect());
        return [seen, boxes.map((r) => [r.left, r.top, r.right, r.bottom])];""")
    assert len(labels) > 5
    for left, y, right in labels:
        assert left >= 0 and right <= width and 0 <= y <= height
        assert not any(right > box[0] and left < box[2] and box[1] < y < box[3] for box in cards)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
def test_on_paper_all_of_it_stands_on_one_sheet(sized: Any, width: int) -> None:
    browser = sized(width, 800)
    browser.execute_script("theme('dark')")
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    after = browser.execute_script("return [document.documentElement.dataset.theme, $('legend').open, ground]")
    assert after == ["dark", width > 900, "#14161a"]  # and the screen is as it was


@pytest.mark.browser
def test_the_printed_picture_has_its_own_shape(sized: Any) -> None:
    """A canvas that print stretches to the paper's shape would make eggs of the discs."""
    browser = sized(360, 740)
    drawn = browser.execute_script("""
        dispatchEvent(new Event("beforeprint"));
        const canvas = $("paper"), ctx = canvas.getContext("2d");
        const pixels = ctx.getImageData(0, 0, canvas.width, canvas.height).data;
        let inked = 0;
        for (let i = 3; i < pixels.length; i += 4) inked += pixels[i] > 0;
        const told = [canvas.width / canvas.height, inked / (canvas.width * canvas.height), ground];
        dispatchEvent(new Event("afterprint"));
        return told;""")
    assert drawn[0] == pytest.approx(1040 / 530)
    assert 0.01 < drawn[1] < 0.6
    assert drawn[2] == "#fff"


@pytest.mark.browser
def test_the_keyboard_reaches_everything_in_the_order_of_reading(sized: Any) -> None:
    browser = sized(1440, 900)
    browser.execute_script("$('legend').open = false")
    order = []
    for _ in range(9):
        browser.switch_to.active_element.send_keys("\ue004")  # Tab
        order.append(browser.execute_script("return document.activeElement.id || document.activeElement.textContent"))
    assert order == [
        *("Skip to search", "stage", "search", "Legend and filter", "About this page"),
        *("fit", "loosen", "list", "theme"),
    ]
    unnamed = """return [...document.querySelectorAll("button, input, a, [role]")]
        .filter((item) => !(item.getAttribute("aria-label") || item.textContent.trim())).length"""
    assert browser.execute_script(unnamed) == 0


@pytest.mark.browser
def test_the_focus_goes_where_the_reader_goes(sized: Any) -> None:
    browser = sized(1440, 900)
    within = "return $('panel').contains(document.activeElement)"
    search = browser.find_element("css selector", "#search")
    search.send_keys("image classification", "\n")
    assert browser.execute_script(within)
    browser.find_element("css selector", "#panel .row .link").send_keys("\n")  # its own button is gone with the text
    assert browser.execute_script(within)
    browser.switch_to.active_element.send_keys("\ue00c")  # Escape
    assert browser.switch_to.active_element.get_attribute("id") == "search"


@pytest.mark.browser
def test_nothing_glides_for_who_asked_for_less_motion(sized: Any) -> None:
    browser = sized(1440, 900)
    assert browser.execute_script("return calm()") != False  # noqa: E712 - an object of options otherwise
    feature = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)
    assert browser.execute_script("return calm()") is False
