"""Rank what papers report on a dataset: best first, and only what can be compared side by side.

A section holds one metric, one unit and one kind of number: scores, gains and ratios are never mixed, nor are "77.6 %"
and "0.776". Scores are ordered by the metric's direction (`kg:higherIsBetter`, of the graph or of the vocabulary of
metrics; up where neither says), gains and ratios by size. Equal values share a rank; bounds ("up to 5") come after
plain values.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby

import pyoxigraph as ox

from kg.graph.metrics import higher_is_better
from kg.query.names import Named, find_entity
from kg.query.ranking import KINDS, Score, is_bound, number_of, preferred, shown, text_of
from kg.query.results import Row, Rows, Term
from kg.query.run import query_store
from kg.query.standings import Standing, Standings
from kg.vocab import BASE

__all__ = ["Entry", "Leaderboard", "leaderboard"]

# VALUES and the lines of the filters are put in from terms alone (their N-Triples form). What ranking needs is asked
# apart from what is shown, which with `top` is asked for the entries at the top alone.
_RANKING = """
SELECT ?result ?kind ?metric ?value ?low ?high ?unit
WHERE {
  %s
  ?result kg:onDataset ?dataset ; kg:resultKind ?kind .
  OPTIONAL { ?result kg:ofMetric ?metric }
  OPTIONAL { ?result kg:value ?value }
  OPTIONAL { ?result kg:minValue ?low }
  OPTIONAL { ?result kg:maxValue ?high }
  OPTIONAL { ?result kg:unit ?unit }
}
"""
_METRIC = """
SELECT ?metricName ?higher ?concept
WHERE {
  VALUES ?metric { %s }
  OPTIONAL { ?metric skos:prefLabel ?metricName }
  OPTIONAL { ?metric kg:higherIsBetter ?higher }
  OPTIONAL { ?metric skos:exactMatch ?concept }
}
ORDER BY ?metricName ?higher ?concept
"""
_DETAILS = """
SELECT ?result ?methodName ?direction ?split ?setting ?baselineName ?paper ?identifier ?title ?issued ?code ?evidence
  ?sentence
WHERE {
  %s
  ?result kg:evidence ?evidence .
  ?paper kg:reports ?result .
  OPTIONAL { ?result kg:ofMethod ?method . ?method skos:prefLabel ?methodName }
  OPTIONAL { ?result kg:direction ?direction }
  OPTIONAL { ?result kg:split ?split }
  OPTIONAL { ?result kg:setting ?setting }
  OPTIONAL { ?result kg:baseline ?baseline . ?baseline skos:prefLabel ?baselineName }
  OPTIONAL { ?paper dcterms:identifier ?identifier }
  OPTIONAL { ?paper dcterms:title ?title }
  OPTIONAL { ?paper dcterms:issued ?issued }
  OPTIONAL { ?paper kg:codeRepository ?code }
  OPTIONAL { ?evidence nif:anchorOf ?sentence }
}
ORDER BY ?result ?paper ?evidence ?methodName ?baselineName ?code
"""
#: What is shown as it is stated.
_SAME = ("direction", "split", "setting", "paper", "title", "code", "sentence", "evidence", "result")


@dataclass(frozen=True, slots=True)
class Entry:
    """One reported number with where it stands; `value` is as printed, `year` and the rest only where stated."""

    kind: str
    metric: str
    unit: str
    rank: int
    method: str
    value: str
    direction: str
    split: str
    setting: str
    baseline: str
    paper: str
    title: str
    year: str
    code: str
    sentence: str
    evidence: str
    result: str
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The results on a dataset in order; `cut` tells that `top` held entries back."""

    dataset: Named
    entries: tuple[Entry, ...]
    cut: bool = False

    def rows(self, *, brief: bool = False) -> Rows:
        """Return the entries as rows that every format of `kg.query.formats` can write; IRIs stay IRIs.

        In CSV and TSV, which spreadsheets open, no text is a formula.
        `brief` leaves out the columns without a value, the titles and the result's IRI.
        """
        columns = tuple(Entry.__dataclass_fields__)
        if brief:
            stated = {name for name in columns for entry in self.entries if getattr(entry, name)}
            columns = tuple(name for name in columns if name in stated - {"title", "result"})
        rows = [tuple(_term(name, str(getattr(e, name))) for name in columns) for e in self.entries]
        return Rows(columns, rows, guarded=True)

    def to_json(self) -> str:
        """Return the leaderboard as a JSON object: the dataset and a list of entries."""
        import json

        entries = [asdict(entry) for entry in self.entries]
        return json.dumps({"dataset": asdict(self.dataset), "entries": entries}, ensure_ascii=False, indent=1) + "\n"

    def to_pandas(self) -> object:
        """Return a DataFrame; needs pandas (`paperkg[tables]`)."""
        return self.rows().to_pandas()

    def _repr_html_(self) -> str:
        return self.rows(brief=True).to_text("html")


def leaderboard(
    store: ox.Store,
    dataset: str,
    *,
    metric: str | None = None,
    task: str | None = None,
    top: int | None = None,
    base: str = BASE,
    standings: Standings | None = None,
) -> Leaderboard:
    """Rank the results on a dataset, the `top` of each section.

    Names are matched by label, alias or unique prefix (`kg.query.names`); raises `QueryError` with suggestions.
    `standings` make it quicker, and do not change the answer: `Standings.of` before the store is opened.
    """
    asked = _Asked(
        find_entity(store, dataset, "Dataset", base=base),
        find_entity(store, metric, "Metric", base=base).node if metric is not None else None,
        find_entity(store, task, "Task", base=base).node if task is not None else None,
        top,
        base,
    )
    found = _tabled(store, standings, asked) if standings is not None else None
    heads, details, cut = found or _stated(store, asked)
    entries = tuple(entry for head in heads for entry in _ranked(head, details)[:top])
    return Leaderboard(asked.dataset, entries, cut=cut)


@dataclass(frozen=True, slots=True)
class _Asked:
    dataset: Named
    metric: ox.NamedNode | None
    task: ox.NamedNode | None
    top: int | None
    base: str


#: The best of each section in the order of sections, what is shown of each result, and whether `top` held some back.
_Found = tuple[list[list[Score]], dict[str, dict[str, str]], bool]


def _stated(store: ox.Store, asked: _Asked) -> _Found:
    """Read the results from the store."""
    clauses = [f"VALUES ?dataset {{ {asked.dataset.node} }}"]
    if asked.metric is not None:
        clauses.append(f"VALUES ?metric {{ {asked.metric} }}")
        clauses.append("?result kg:ofMetric ?metric .")
    if asked.task is not None:
        clauses.append(f"?paper kg:addresses {asked.task} ; kg:reports ?result .")
    rows = query_store(store, _RANKING % "\n  ".join(clauses), base=asked.base)
    assert isinstance(rows, Rows)  # noqa: S101 - the query is a SELECT
    measures: dict[Term | None, tuple[str, bool]] = {}
    scores: dict[str, Score] = {}
    for row in rows.stream():
        if not isinstance(row["result"], ox.NamedNode):
            continue  # a blank node of a graph made elsewhere, which nothing can point at
        measure = row["metric"]
        if measure not in measures:
            measures[measure] = _measure(store, measure, asked.base)
        score = _score(row, *measures[measure])
        kept = scores.setdefault(score.result, score)
        if (score.section, score.value) < (kept.section, kept.value):  # a graph made elsewhere may say two values
            scores[score.result] = score
    heads, cut = _heads(scores.values(), Counter(score.section for score in scores.values()), asked.top)
    if asked.top is not None:
        clauses = [
            f"VALUES ?result {{ {' '.join(f'<{score.result}>' for head in heads for score in head)} }}",
            *clauses[1:],
        ]
    else:
        clauses.append("?result kg:onDataset ?dataset .")
    return heads, _details(store, "\n  ".join(clauses), asked.base), cut


def _tabled(store: ox.Store, standings: Standings, asked: _Asked) -> _Found | None:
    """Read the results from the standings; None where they are of no help."""
    dataset, measures = asked.dataset.iri, {"": ("", True)}
    rows: list[Standing] = []
    counts: Counter[tuple[str, str, str]] = Counter()
    with standings.opened() as table:
        if table is None or not table.fits(dataset):
            return None
        papers = None if asked.task is None else _papers(store, asked.task)
        for section in table.sections(dataset):
            if asked.metric is not None and section.metric != asked.metric.value:
                continue
            if section.metric not in measures:
                measures[section.metric] = _measure(store, ox.NamedNode(section.metric), asked.base)
            name, up = measures[section.metric]
            # Which of them are of a task is known of each alone, so then all are read.
            most = asked.top if papers is None else None
            head = list(table.head(dataset, section, most, up=up or section.kind != "Absolute"))
            if papers is not None:
                head = [row for row in head if row.paper in papers]
            rows += head
            counts[section.kind, name, section.unit] += section.size if papers is None else len(head)
        scores = [
            Score.of(row.result, (row.kind, name, row.unit), row.number, row.value, up=up, bound=bool(row.bound))
            for row in rows
            for name, up in (measures[row.metric],)
        ]
        heads, cut = _heads(scores, +counts, asked.top)
        best = {score.result for head in heads for score in head}
        rows = [row for row in rows if row.result in best]
        names = table.names(dict.fromkeys(e for row in rows for e in (row.method, *row.baselines.split()) if e))
    return None if names is None else (heads, {row.result: _shown(row, names) for row in rows}, cut)


def _heads(
    scores: Iterable[Score], counts: Mapping[tuple[str, str, str], int], top: int | None
) -> tuple[list[list[Score]], bool]:
    """Return the best of each section, the sections in order, and whether `top` holds any back."""
    sections: dict[tuple[str, str, str], list[Score]] = {section: [] for section in counts}
    for score in scores:
        sections[score.section].append(score)
    # Kinds of a graph made elsewhere come after ours.
    place = {kind: number for number, kind in enumerate(KINDS)}
    order = sorted(sections, key=lambda s: (place.get(s[0], len(KINDS)), -counts[s], s))
    cut = top is not None and any(count > top for count in counts.values())
    return [_head(sections[section], top) for section in order], cut


def _papers(store: ox.Store, task: ox.NamedNode) -> set[str]:
    rows = query_store(store, f"SELECT ?paper {{ ?paper kg:addresses {task} }}")
    assert isinstance(rows, Rows)  # noqa: S101 - the query is a SELECT
    return {_text(row, "paper") for row in rows.stream()}


def _shown(row: Standing, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "method": names.get(row.method, ""),
        "baseline": ", ".join(sorted({names.get(baseline, "") for baseline in row.baselines.split()} - {""})),
        **{name: getattr(row, name) for name in _SAME},
        "year": row.year,
        "identifier": row.identifier,
    }


def _score(row: Row, metric: str, up: bool) -> Score:
    """Read a row of the ranking."""
    kind = _text(row, "kind").rpartition("#")[2]
    numbers = _text(row, "value"), _text(row, "low"), _text(row, "high")
    section = (kind, metric, _text(row, "unit"))
    result, bound = _text(row, "result"), is_bound(*numbers)
    return Score.of(result, section, number_of(*numbers), shown(*numbers), up=up, bound=bound)


def _measure(store: ox.Store, metric: Term | None, base: str) -> tuple[str, bool]:
    """Return the name of a metric and whether higher is better."""
    if not isinstance(metric, ox.NamedNode):
        return "", True
    rows = query_store(store, _METRIC % metric, base=base)
    assert isinstance(rows, Rows)  # noqa: S101 - the query is a SELECT
    return _text(rows[0], "metricName"), _higher_is_better(rows[0])


def _head(scores: list[Score], top: int | None) -> list[Score]:
    """Return the best `top` of a section and whatever equals the last of them: names decide between equals."""
    scores.sort(key=lambda score: score.merit, reverse=True)
    if top is None or len(scores) <= top:
        return scores
    return [score for score in scores if score.merit >= scores[top - 1].merit]


def _details(store: ox.Store, clauses: str, base: str) -> dict[str, dict[str, str]]:
    """Return what is shown of each result: several baselines are one text, of several repositories the first stands."""
    rows = query_store(store, _DETAILS % clauses, base=base)
    assert isinstance(rows, Rows)  # noqa: S101 - the query is a SELECT
    details: dict[str, dict[str, str]] = {}
    for result, group in groupby(rows.stream(), lambda row: _text(row, "result")):
        found = list(group)
        first = found[0]
        details[result] = {
            "method": _text(first, "methodName"),
            "baseline": ", ".join(sorted({_text(row, "baselineName") for row in found} - {""})),
            "year": _text(first, "issued")[:4],
            "identifier": preferred(_text(row, "identifier") for row in found),
            **{name: _text(first, name) for name in _SAME},
        }
    return details


def _ranked(scores: list[Score], details: dict[str, dict[str, str]]) -> list[Entry]:
    # A graph made elsewhere may hold results that no paper reports, or without evidence.
    scores = [score for score in scores if score.result in details]
    scores.sort(key=lambda score: (details[score.result]["method"], score.result))
    scores.sort(key=lambda score: score.merit, reverse=True)
    entries: list[Entry] = []
    rank = 0
    for place, score in enumerate(scores, 1):
        if place == 1 or score.merit != scores[place - 2].merit:
            rank = place
        kind, metric, unit = score.section
        fields = details[score.result]
        entries.append(Entry(kind=kind, metric=metric, unit=unit, rank=rank, value=score.value, **fields))
    return entries


def _text(row: Row, column: str) -> str:
    return text_of(row[column])


def _term(column: str, value: str) -> ox.NamedNode | ox.Literal | None:
    if not value:
        return None
    if column in ("paper", "code", "evidence", "result"):
        return ox.NamedNode(value)
    return ox.Literal(int(value)) if column == "rank" else ox.Literal(value)


def _higher_is_better(row: Row) -> bool:
    stated = _text(row, "higher")
    if stated:
        return stated in ("true", "1")
    known = higher_is_better(_text(row, "concept"), _text(row, "metricName"))
    return known is not False
