"""Measure the page of a graph beside pyvis' own: time to make, size, first draw in Chromium, settling, panning.

    python benchmarks/view.py [--sizes 100 1000 3000] [--wait 60]

One JSON line a page. `drawn_s` is from opening the file to the first picture of the nodes, `settled_s` to the end of
pyvis' physics (ours is settled when drawn), null where that took longer than `--wait` seconds; `frames_per_s` is of
panning; `requests` are those that left the page, `errors` the console's.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import networkx as nx
from pyoxigraph import Store
from pyvis.network import Network
from selenium import webdriver
from selenium.common.exceptions import TimeoutException

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "view"))
from pictured import fill, library

from kg.view import Selection, draw

HOOK = """
<script>network.once("afterDrawing", () => performance.mark("drawn"));
network.once("stabilizationIterationsDone", () => performance.mark("settled"));</script></body>"""
MARK = """
const [name, done] = arguments;
const look = () => {
  const [mark] = performance.getEntriesByName(name);
  mark ? done(mark.startTime / 1000) : setTimeout(look, 20);
};
look();"""
PAN = """
const done = arguments[0], start = performance.now();
let frames = 0;
const step = () => {
  const { x, y } = network.getViewPosition();
  network.moveTo({ position: { x: x + 4, y } });
  network.redraw();
  frames++;
  performance.now() - start < 2000 ? requestAnimationFrame(step) : done(frames / 2);
};
step();"""


def browser(wait: float) -> Any:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    flags += "--disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1440,900"
    for flag in (*flags.split(), f"--user-data-dir={tempfile.mkdtemp()}"):
        options.add_argument(flag)
    options.page_load_strategy = "none"  # a page whose script blocks is to be waited for no longer than --wait
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    driver.set_script_timeout(wait)
    return driver


def measure(page: Path, wait: float, marks: tuple[str, ...]) -> dict[str, Any]:
    driver = browser(wait)
    try:
        driver.get(page.as_uri())
        found: dict[str, Any] = {}
        for mark in marks:
            try:
                found[f"{mark}_s"] = round(driver.execute_async_script(MARK, mark), 2)
            except TimeoutException:
                found[f"{mark}_s"] = None
                return found
        found["frames_per_s"] = round(driver.execute_async_script(PAN))
        events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
        urls = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        found["requests"] = sum(url.startswith(("http:", "https:")) for url in urls)
        found["errors"] = len(driver.get_log("browser"))
        return found
    finally:
        driver.quit()


def pyvis_page(graph: nx.MultiDiGraph) -> str:
    """The page that pyvis makes when nothing is chosen, but for its scripts, which are put inline."""
    network = Network(cdn_resources="in_line")
    for node, data in graph.nodes(data=True):
        network.add_node(node, label=data["label"])
    for head, tail in graph.edges():
        network.add_edge(head, tail)
    return network.generate_html().replace("</body>", HOOK)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 3000])
    parser.add_argument("--wait", type=float, default=60.0)
    chosen = parser.parse_args()
    for size in chosen.sizes:
        store = Store()
        fill(store, library(max(12, round(size * 0.6))))
        start = time.perf_counter()
        view = draw(store, Selection(limit=size))
        took = time.perf_counter() - start
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.html"
            for maker, html, seconds in (("paperkg", view.html, took), ("pyvis", "", 0.0)):
                if maker == "pyvis":
                    start = time.perf_counter()
                    html, seconds = pyvis_page(view.graph), 0.0
                    seconds = time.perf_counter() - start
                page.write_text(html, "utf-8")
                marks = ("drawn",) if maker == "paperkg" else ("drawn", "settled")
                line = {"page": maker, "nodes": len(view.graph), "edges": view.graph.number_of_edges()}
                line |= {"made_s": round(seconds, 2), "megabytes": round(len(html.encode()) / 1e6, 2)}
                print(json.dumps(line | measure(page, chosen.wait, marks)), flush=True)


if __name__ == "__main__":
    main()
