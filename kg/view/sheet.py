"""Pages that are tables: leaderboards with bars and evidence, and the matrix of methods by datasets."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

import networkx as nx
from pyoxigraph import Store

from kg.view.evidence import Evidence
from kg.view.page import MAKER, POLICY, View, environment
from kg.view.text import embed, plain, web_link
from kg.view.whole import local_name

__all__ = ["leaderboard_page", "matrix_page", "number", "save_board"]

_KINDS = {"Absolute": "Scores", "Gain": "Gains over a baseline", "Ratio": "Factors"}


def leaderboard_page(rows: Iterable[Mapping[str, Any]], *, title: str, note: str = "") -> str:
    """Return a page with one sortable table a section, in the order of the rows.

    A row has what `kg.query.leaderboard.Entry` has: kind, metric, unit, rank, method, value, direction, split,
    setting, baseline, title, year, code, sentence, result; what is missing stays empty.
    """
    told = [{key: "" if value is None else value for key, value in row.items()} for row in rows]
    sections = []
    for (kind, metric, unit), group in groupby(told, key=lambda r: tuple(str(r.get(k, "")) for k in _SECTION)):
        heading = f"{metric or 'no metric named'}: {_KINDS.get(kind, kind).lower()}" + (f", in {unit}" if unit else "")
        sections.append(
            {
                "heading": plain(heading),
                "metric": plain(metric or "value"),
                "unit": plain(unit),
                "rows": [_row(row) for row in group],
            }
        )
    count = len(told)
    subtitle = f"{count:,} {'result' if count == 1 else 'results'}, each with the sentence that states it"
    empty = "" if told else "the graph holds no result on this; see what it holds with: kg entities GRAPH"
    return _page({"sections": sections}, title, subtitle, note, empty)


def save_board(entries: Iterable[Any], dataset: str, html: Path | None, picture: Path | None) -> None:
    """Write the page and the timeline of the entries of a leaderboard, each where a path is given."""
    rows = [asdict(entry) for entry in entries]
    if html:
        View(leaderboard_page(rows, title=f"Leaderboard: {dataset}"), "").save(html)
    if picture:
        from kg.view.timeline import timeline

        timeline(rows, picture, title=f"Progress on {dataset}")


_SECTION = ("kind", "metric", "unit")


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    value, sentence = plain(str(row.get("value", ""))), plain(str(row.get("sentence", "")))
    where = [str(row.get(key, "")) for key in ("split", "setting")]
    over = f"over {row['baseline']}" if row.get("baseline") else ""
    sign = {"up": "+", "down": "−"}.get(str(row.get("direction", "")), "") if row.get("kind") == "Gain" else ""
    # in words: "≥ −40" would be read the wrong way round
    bound = {"≤": "up to ", "≥": "at least "}.get(value[:1], "")
    printed = value.lstrip("≥≤ ")
    before, marked, after = sentence.partition(printed) if printed else (sentence, "", "")
    return {
        "rank": int(row.get("rank") or 0),
        "method": plain(str(row.get("method", ""))),
        "value": bound + sign + printed,
        "number": number(value),
        "setting": plain(", ".join(part for part in (*where, over) if part)),
        "year": plain(str(row.get("year", ""))),
        "title": plain(str(row.get("title") or f"untitled, {local_name(str(row.get('paper', '')))}")),
        "code": web_link(str(row.get("code", "")).split(" ")[0]),
        "iri": plain(str(row.get("result", ""))),
        "before": before,
        "marked": marked,
        "after": after,
    }


def number(text: str) -> float:
    """Return the first number of a printed value, for bars and sorting; 0 where there is none."""
    digits = text.replace(",", "").split("–")[0].strip("≥≤><~+−-% ")
    try:
        found = float(digits)
    except ValueError:
        return 0.0
    return found if math.isfinite(found) else 0.0


def matrix_page(
    store: Store, graph: "nx.MultiDiGraph[str]", *, title: str, note: str = "", asked: str = "", empty: str = ""
) -> str:
    """Return a page with methods down, datasets across, and in each cell the papers that name both in a role.

    `asked` says which part of the graph it is, `empty` why it is empty.
    """
    evidence = Evidence(store, {})
    names = {node: plain(data["label"]) for node, data in graph.nodes(data=True)}
    down = [node for node, data in graph.nodes(data=True) if data["type"] == "Method"]
    across = [node for node in graph if node not in set(down)]
    row, column = ({node: at for at, node in enumerate(nodes)} for nodes in (down, across))
    cells = []
    for method, dataset, data in graph.edges(data=True):
        papers = []
        for paper in data["papers"]:
            told = evidence.papers[evidence.paper(paper)]
            found = dict.fromkeys(evidence.mentioning(paper, method, 1) + evidence.mentioning(paper, dataset, 1))
            code = next((url for kind, url in told["links"] if kind == "code"), "")
            papers.append((told["title"], told["year"], code, [evidence.sentences[at][1] for at in found]))
        cells.append((row[method], column[dataset], papers))
    table = {"rows": [names[n] for n in down], "columns": [names[n] for n in across], "cells": cells}
    subtitle = "Methods by datasets: in how many papers both have a role. Click a number for the sentences."
    return _page({"matrix": table}, title, f"{asked}. {subtitle}" if asked else subtitle, note, empty)


def _page(data: dict[str, Any], title: str, subtitle: str, note: str, empty: str = "") -> str:
    return (
        environment()
        .get_template("sheet.html")
        .render(
            policy=POLICY,
            title=plain(title),
            subtitle=plain(subtitle),
            note=note,
            nothing=plain(empty),
            maker=MAKER,
            data=embed(data),
        )
    )
