"""A picture that is only moved is copied, not drawn anew; whatever else changes draws it anew."""

from typing import Any

import pytest
from pictured import fill, library
from pyoxigraph import Store

from kg.view import draw

pytestmark = pytest.mark.browser

STILL = "network.redraw(); network.redraw();"


@pytest.fixture(scope="module")
def page() -> str:
    store = Store()
    fill(store, library(20))
    return draw(store).html


@pytest.fixture
def still(visit: Any, page: str) -> Any:
    """The page after its first drawings, when nothing moves any more."""
    browser = visit(page)
    browser.execute_script(STILL)
    return browser


def drawn_anew(browser: Any, script: str) -> int:
    return int(
        browser.execute_script(
            f"const before = drawings.whole; {script}; network.redraw(); return drawings.whole - before"
        )
    )


def test_moving_draws_no_line_anew(still: Any) -> None:
    script = """
    for (let step = 0; step < 20; step++) {
      const { x, y } = network.getViewPosition(), scale = network.getScale();
      network.moveTo({ position: { x: x + 10 / scale, y: y + 5 / scale } });
      network.redraw();
    }"""
    assert drawn_anew(still, script) == 0


def test_leaving_the_margin_draws_once(still: Any) -> None:
    script = """
    for (let step = 0; step < 10; step++) {
      const { x, y } = network.getViewPosition();
      network.moveTo({ position: { x: x + 40 / network.getScale(), y } });
      network.redraw();
    }"""
    assert drawn_anew(still, script) == 1


def test_dragging_with_the_mouse_draws_no_line_anew(still: Any) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    stage = still.find_element("css selector", "#stage")
    before = still.execute_script("return [drawings.whole, network.getViewPosition().x]")
    corner = stage.size["width"] // 2 - 40, stage.size["height"] // 2 - 90
    ActionChains(still).move_to_element_with_offset(stage, *corner).click_and_hold().perform()
    for _ in range(5):
        ActionChains(still).move_by_offset(-20, -10).perform()
    ActionChains(still).release().perform()
    after = still.execute_script("return [drawings.whole, network.getViewPosition().x]")
    assert after[1] > before[1]
    assert after[0] == before[0]


@pytest.mark.parametrize(
    "script",
    [
        "network.moveTo({ scale: network.getScale() * 1.2 })",
        "toggle(hiddenTypes, 'Paper')",
        "toggle(hiddenRoles, 'proposes')",
        "theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark')",
        "network.moveNode(0, 5, 5)",
        "only = 0; refilter()",
    ],
)
def test_whatever_else_changes_draws_anew(still: Any, script: str) -> None:
    assert drawn_anew(still, script) >= 1


@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_the_copy_looks_like_the_drawing(visit: Any, page: str, ratio: float) -> None:
    browser = visit(page)
    try:
        size = {"width": 1000, "height": 700, "deviceScaleFactor": ratio, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.refresh()
        told = browser.execute_script("""
        const canvas = document.querySelector("canvas"), whole = document.createElement("canvas");
        const grab = () => { // as it is seen, on the ground of the page
          [whole.width, whole.height] = [canvas.width, canvas.height];
          const ctx = whole.getContext("2d");
          ctx.fillStyle = ground;
          ctx.fillRect(0, 0, whole.width, whole.height);
          ctx.drawImage(canvas, 0, 0);
          return ctx.getImageData(0, 0, whole.width, whole.height).data;
        };
        layer.look = [];
        network.redraw();
        const drawn = grab(), before = { ...drawings };
        network.redraw();
        network.redraw();
        const copied = grab();
        let different = 0;
        for (let i = 0; i < drawn.length; i++) if (Math.abs(drawn[i] - copied[i]) > 8) different++;
        return [canvas.width, drawings.moved - before.moved, different];""")
        assert told[:2] == [1000 * ratio, 2]
        assert told[2] <= 20  # of millions of values: what rounding does where many thin lines cross
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_at_rest_the_picture_stands_where_it_truly_is(still: Any) -> None:
    """A copy is moved by whole pixels; a moment after the last of them the lines are drawn at their true place."""
    script = """
    const [done] = arguments, { x, y } = network.getViewPosition();
    const before = drawings.whole;
    network.moveTo({ position: { x: x + 10.4 / network.getScale(), y } });
    network.redraw();
    const moved = drawings.whole - before;
    const look = () => (drawings.whole > before ? done(moved) : setTimeout(look, 20));
    look();"""
    assert still.execute_async_script(script) == 0
