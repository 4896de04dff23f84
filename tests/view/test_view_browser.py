"""The pages in a real browser: what they do, and what they must never do."""

import json
from typing import Any

import pytest
from pictured import B, D, M, Role, T, X, fill, library, paper
from pyoxigraph import Store

from kg.model import RelationType
from kg.view import Selection, draw
from kg.view.notebook import inline

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def store() -> Store:
    made = Store()
    fill(made, library(30))
    story = paper(
        "2101.00001",
        "OrchidNet for flower counting",
        "We propose OrchidNet for flower counting. OrchidNet reaches 81.5% accuracy on Meadow-7. It is small.",
        {"OrchidNet": (M, Role.PROPOSES), "flower counting": (T, Role.ADDRESSES), "accuracy": (X, Role.REPORTS),
         "Meadow-7": (D, Role.EVALUATES)},
        url="https://github.com/made-up/orchid",
        result=("81.5%", "OrchidNet", "Meadow-7", "accuracy"),
        relation=("OrchidNet", RelationType.EVALUATED_ON, "Meadow-7"),
    )  # fmt: skip
    fill(made, [story], {"OrchidNet": ("Orchid Counting Network",)})
    return made


def requests(browser: Any) -> list[str]:
    """URLs that the browser asked for, but for the page itself."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return [url for url in sent if not url.startswith(("file:", "data:", "blob:", "about:"))]


def complaints(browser: Any) -> list[str]:
    return [entry["message"] for entry in browser.get_log("browser")]


def find(browser: Any, css: str) -> Any:
    return browser.find_element("css selector", css)


def search(browser: Any, text: str) -> None:
    box = find(browser, "#search")
    box.clear()
    box.send_keys(text)


def test_it_opens_without_a_word_and_asks_for_nothing(store: Store, visit: Any) -> None:
    browser = visit(draw(store, title="Flowers").html)
    assert browser.title == "Flowers"
    drawn = browser.execute_script("return [network.body.nodeIndices.length, document.querySelector('canvas').width]")
    assert drawn[0] == browser.execute_script("return DATA.nodes.length") > 100
    assert drawn[1] > 1000
    assert complaints(browser) == []
    assert requests(browser) == []


@pytest.mark.parametrize("text", ["orchidn", "Orchid Counting", "ORCHIDNET"])  # by label, by alias, in any case
def test_search_finds_and_the_panel_tells_why(store: Store, visit: Any, text: str) -> None:
    browser = visit(draw(store).html)
    search(browser, text)
    names = [item.text for item in browser.find_elements("css selector", "#suggestions .name")]
    assert names[0] == "OrchidNet"
    find(browser, "#search").send_keys("\n")
    panel = find(browser, "#panel")
    assert find(browser, "#panel h2").text == "OrchidNet"
    assert "also: Orchid Counting Network" in panel.text
    says = [item.text for item in panel.find_elements("css selector", ".says")]
    assert "OrchidNet reaches 81.5% accuracy on Meadow-7." in says
    marked = {item.text for item in panel.find_elements("css selector", ".says mark")}
    assert marked == {"OrchidNet"}
    row = panel.find_element("css selector", "table.results tbody tr").text
    assert [word in row for word in ("OrchidNet", "Meadow-7", "accuracy", "81.5 %")] == [True] * 4
    links = {item.get_attribute("href") for item in panel.find_elements("css selector", "a")}
    assert "https://github.com/made-up/orchid" in links
    assert complaints(browser) == []


def test_a_click_on_the_picture_opens_the_node(store: Store, visit: Any) -> None:
    browser = visit(draw(store).html)
    x, y = browser.execute_script("""
        const id = DATA.nodes.find((node) => node.name === "OrchidNet").id;
        network.moveTo({ position: network.getPosition(id), scale: 1.5 });
        network.redraw();
        const at = network.canvasToDOM(network.getPosition(id));
        return [Math.round(at.x), Math.round(at.y)];""")
    from selenium.webdriver.common.action_chains import ActionChains

    stage = find(browser, "#stage")
    middle = stage.size["width"] // 2, stage.size["height"] // 2
    ActionChains(browser).move_to_element_with_offset(stage, x - middle[0], y - middle[1]).click().perform()
    browser.execute_async_script("setTimeout(arguments[0], 500)")
    assert find(browser, "#panel h2").text == "OrchidNet"


def test_a_click_on_a_line_opens_the_edge(store: Store, visit: Any) -> None:
    browser = visit(draw(store, Selection(around=("OrchidNet",))).html)
    x, y = browser.execute_script("""
        const edge = DATA.edges.find(({ says }) => says.some(([role]) => role === "proposes"));
        const [a, b] = [edge.from, edge.to].map((id) => network.canvasToDOM(network.getPosition(id)));
        return [Math.round((a.x + b.x) / 2), Math.round((a.y + b.y) / 2)];""")
    from selenium.webdriver.common.action_chains import ActionChains

    stage = find(browser, "#stage")
    middle = stage.size["width"] // 2, stage.size["height"] // 2
    ActionChains(browser).move_to_element_with_offset(stage, x - middle[0], y - middle[1]).click().perform()
    browser.execute_async_script("setTimeout(arguments[0], 500)")
    assert find(browser, "#panel .kind").text == "link"
    assert "proposes" in find(browser, "#panel").text


def test_an_edge_explains_itself(store: Store, visit: Any) -> None:
    browser = visit(draw(store).html)
    browser.execute_script("""
        const [a, b] = ["OrchidNet", "Meadow-7"].map((name) => DATA.nodes.find((node) => node.name === name).id);
        selectEdge(DATA.edges.find(({ from, to }) => (from === a && to === b) || (from === b && to === a)).id);""")
    words = find(browser, "#panel").text
    assert "OrchidNet is evaluated on Meadow-7" in words
    assert "OrchidNet has a result on Meadow-7" in words
    assert {item.text for item in browser.find_elements("css selector", "#panel mark")} == {"OrchidNet", "Meadow-7"}


def test_the_legend_filters(store: Store, visit: Any) -> None:
    browser = visit(draw(store).html)
    shown = "return DATA.nodes.filter((n) => n.type === 'Paper' && !nodes.get(n.id).hidden).length"
    links = "return [...strokes.values()].flat().length"
    assert browser.execute_script(shown) == 31
    before = browser.execute_script(links)
    find(browser, "[data-key=Paper]").click()
    assert browser.execute_script(shown) == 0
    assert browser.execute_script(links) < before
    assert find(browser, "[data-key=Paper]").get_attribute("aria-pressed") == "false"
    find(browser, "[data-key=Paper]").click()
    assert browser.execute_script(links) == before
    find(browser, "[data-key=proposes]").click()
    assert browser.execute_script(links) < before


def test_all_of_it_with_the_keyboard(store: Store, visit: Any) -> None:
    browser = visit(draw(store).html)
    body = find(browser, "body")
    body.send_keys("/")
    assert browser.switch_to.active_element.get_attribute("id") == "search"
    browser.switch_to.active_element.send_keys("flower", "\n")
    assert find(browser, "#panel h2").text == "flower counting"
    browser.switch_to.active_element.send_keys("\ue00c", "\ue00c")  # Escape: out of the search, then close
    body.send_keys("\ue00c")
    assert not find(browser, "#panel").is_displayed()
    scale = browser.execute_script("return network.getScale()")
    body.send_keys("+")
    assert browser.execute_script("return network.getScale()") > scale
    find(browser, "#list").send_keys("\n")
    listed = browser.find_elements("css selector", "#panel .row")
    assert len(listed) == browser.execute_script("return DATA.nodes.length")


def test_it_loosens_settles_and_is_restored(store: Store, visit: Any) -> None:
    browser = visit(draw(store).html)
    where = "return network.getPosition(0)"
    start = browser.execute_script(where)
    find(browser, "#loosen").click()
    browser.execute_async_script("setTimeout(arguments[0], 700)")
    moved = browser.execute_script(where)
    find(browser, "#restore").click()
    assert moved != start == browser.execute_script(where)
    assert browser.execute_script("return network.physics.options.enabled") is False


HOSTILE = (
    "<script>window.hit=1</script>",
    '"><img src=x onerror="window.hit=1">',
    "</script><script>window.hit=1</script>",
    "<a href='javascript:window.hit=1'>href</a>",
    "{{ 7 * 7 }} ${window.hit=1} <!--<script>",
    "evil\u202etxt.exe\u2066",
)


def test_hostile_text_does_nothing(visit: Any) -> None:
    store = Store()
    papers = []
    for number, evil in enumerate(HOSTILE):
        entities = {evil: (M, Role.PROPOSES), f"B{evil}": (B, Role.EVALUATES), "accuracy": (X, Role.REPORTS)}
        text = f"We propose {evil} here. It has 12.5% accuracy on B{evil}."
        made = paper(f"{number}", f"Title {evil}", text, entities, result=("12.5%", evil, f"B{evil}", "accuracy"))
        papers.append(made)
    fill(store, papers, {evil: (f"also {evil}",) for evil in HOSTILE})
    from pyoxigraph import Literal, NamedNode, Quad

    from kg.vocab import BASE, KG

    subject = NamedNode(BASE + "paper/arxiv-0")
    for url in ("javascript:window.hit=1", "data:text/html,<script>alert(1)</script>", "//evil.example/x"):
        store.add(Quad(subject, NamedNode(str(KG.codeRepository)), Literal(url), subject))
    browser = visit(draw(store, title=HOSTILE[2]).html)
    for number in range(browser.execute_script("return DATA.nodes.length")):
        browser.execute_script("select(arguments[0]); showOnly(arguments[0]); showOnly(-1)", number)
    for number in range(browser.execute_script("return DATA.edges.length")):
        browser.execute_script("selectEdge(arguments[0])", number)
    for evil in HOSTILE:
        search(browser, evil[:12])
    find(browser, "#list").click()
    assert browser.execute_script("return window.hit") is None
    assert browser.execute_script("return document.querySelectorAll('img, main script, aside script').length") == 0
    links = browser.execute_script(
        "return [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))"
    )
    assert all(link.startswith(("https://", "http://", "#")) for link in links)
    assert "\u202e" not in browser.execute_script("return document.documentElement.textContent")
    assert complaints(browser) == []
    assert requests(browser) == []


def test_it_works_inside_a_notebook_cell(store: Store, visit: Any) -> None:
    browser = visit(f"<!doctype html><meta charset=utf-8><body>{inline(draw(store).html)}")
    browser.switch_to.frame(find(browser, "iframe"))
    search(browser, "orchidnet\n")
    assert find(browser, "#panel h2").text == "OrchidNet"
    browser.switch_to.default_content()
    assert complaints(browser) == []


def test_three_thousand_nodes_stay_usable(visit: Any) -> None:
    store = Store()
    fill(store, library(1800))
    browser = visit(draw(store, Selection(limit=3000)).html)
    drawn = browser.execute_script("""
        network.redraw();
        const before = { ...drawings };
        for (let step = 0; step < 5; step++) network.redraw();
        return [DATA.nodes.length, drawings.whole - before.whole, drawings.moved - before.moved];""")
    assert drawn[0] == 3000
    assert drawn[1] <= 1  # what makes panning quick: at most one drawing line by line, then copies
    assert drawn[2] == 5
    assert complaints(browser) == []
