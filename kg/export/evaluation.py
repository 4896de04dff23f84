"""Write evaluation tables in the shape of Papers with Code: task → dataset → rows of a paper's model and its metrics.

The archived files of Papers with Code are a list of tasks, `{"task", "datasets": [{"dataset", "sota": {"metrics",
"rows"}}]}`; values are strings as printed, a range or bound as one ("0.1–0.3", "≥ 2", "up to 93%"). Scores alone are
written: gains and ratios have no place there. A result is listed under each task that its paper addresses. `evidence`
(a list of IRIs in each row) is ours.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.query import Rows, query_store
from kg.query.ranking import is_bound, shown

__all__ = ["evaluation_tables", "write_evaluation"]

_QUERY = """
SELECT DISTINCT ?task ?dataset ?metric ?method ?value ?low ?high ?raw ?unit ?split ?setting ?paper ?title ?issued
  ?code ?evidence ?sentence
WHERE {
  ?result kg:resultKind kg:Absolute ; kg:onDataset ?datasetNode ; kg:ofMetric ?metricNode ; kg:ofMethod ?methodNode ;
    kg:evidence ?evidence .
  ?paper kg:reports ?result .
  ?datasetNode skos:prefLabel ?dataset .
  ?metricNode skos:prefLabel ?metric .
  ?methodNode skos:prefLabel ?method .
  OPTIONAL { ?paper kg:addresses ?taskNode . ?taskNode skos:prefLabel ?task }
  OPTIONAL { ?result kg:value ?value }
  OPTIONAL { ?result kg:minValue ?low }
  OPTIONAL { ?result kg:maxValue ?high }
  OPTIONAL { ?result kg:rawValue ?raw }
  OPTIONAL { ?result kg:unit ?unit }
  OPTIONAL { ?result kg:split ?split }
  OPTIONAL { ?result kg:setting ?setting }
  OPTIONAL { ?paper dcterms:title ?title }
  OPTIONAL { ?paper dcterms:issued ?issued }
  OPTIONAL { ?paper kg:codeRepository ?code }
  OPTIONAL { ?evidence nif:anchorOf ?sentence }
}
"""
_NO_TASK = "Unspecified"
#: A setting that tells of the number, not of the model, where it stands right before it.
_UP_TO = "up to"


def write_evaluation(store: ox.Store, path: Path) -> None:
    """Write the evaluation tables as JSON."""
    text = json.dumps(evaluation_tables(store), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8", newline="\n")


def evaluation_tables(store: ox.Store) -> list[dict[str, object]]:
    """Return the tasks with their datasets and rows, all by name."""
    answer = query_store(store, _QUERY)
    assert isinstance(answer, Rows)  # noqa: S101 - the query is a SELECT
    tables: dict[str, dict[str, dict[tuple[str, ...], dict[str, set[str]]]]] = {}
    for row in answer.stream():
        cell = {name: _text(row[name]) for name in answer.columns}
        dataset = " ".join(filter(None, (cell["dataset"], cell["split"])))
        setting = "" if _is_up_to(cell) else cell["setting"]
        method = f"{cell['method']} ({setting})" if setting else cell["method"]
        key = (cell["paper"], method, cell["title"], cell["issued"])
        found = tables.setdefault(cell["task"] or _NO_TASK, {}).setdefault(dataset, {}).setdefault(key, {})
        found.setdefault(f"metric {cell['metric']}", set()).add(_printed(cell))
        found.setdefault("code", set()).update(filter(None, (cell["code"],)))
        found.setdefault("evidence", set()).add(cell["evidence"])
    return [
        {"task": task, "categories": [], "subtasks": [], "synonyms": [], "datasets": _datasets(tables[task])}
        for task in sorted(tables)
    ]


def _is_up_to(cell: Mapping[str, str]) -> bool:
    said = f"{_UP_TO} {cell['raw']}".casefold()
    return cell["setting"].casefold() == _UP_TO and said in cell["sentence"].casefold()


def _printed(cell: Mapping[str, str]) -> str:
    """Return a number with its unit; what bounds it stands in its place, or beside it where the graph says both."""
    value, low, high = cell["value"], cell["low"], cell["high"]
    bounds = shown("", low, high)
    number = f"{value} ({bounds})" if value and bounds and not is_bound(value, low, high) else bounds or value
    unit = cell["unit"] if cell["unit"] == "%" else f" {cell['unit']}" if cell["unit"] else ""
    return f"{_UP_TO} {number}{unit}" if _is_up_to(cell) else f"{number}{unit}"


def _datasets(datasets: dict[str, dict[tuple[str, ...], dict[str, set[str]]]]) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    for name in sorted(datasets):
        rows = [_row(key, datasets[name][key]) for key in sorted(datasets[name])]
        metrics = sorted({k[7:] for found in datasets[name].values() for k in found if k.startswith("metric ")})
        made.append({"dataset": name, "subdatasets": [], "sota": {"metrics": metrics, "rows": rows}})
    return made


def _row(key: tuple[str, ...], found: dict[str, set[str]]) -> dict[str, object]:
    paper, method, title, issued = key
    return {
        "model_name": method,
        "metrics": {k[7:]: " / ".join(sorted(found[k])) for k in sorted(found) if k.startswith("metric ")},
        "paper_title": title,
        "paper_url": paper,
        "paper_date": issued or None,
        "code_links": [{"title": url.partition("://")[2], "url": url} for url in sorted(found["code"])],
        "model_links": [],
        "uses_additional_data": False,
        "evidence": sorted(found["evidence"]),
    }


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""
