"""Rank what papers report on a dataset: best first, and only what can be compared side by side.

A section holds one metric, one unit and one kind of number: scores, gains and ratios are never mixed, nor are "77.6 %"
and "0.776". Scores are ordered by the metric's direction (`kg:higherIsBetter`, of the graph or of the vocabulary of
metrics; up where neither says), gains and ratios by size. Equal values share a rank.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import groupby

import pyoxigraph as ox

from kg.graph.metrics import higher_is_better
from kg.query.names import Named, find_entity
from kg.query.results import Row, Rows, Term
from kg.query.run import query_store
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
_KINDS = ("Absolute", "Gain", "Ratio")


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
) -> Leaderboard:
    """Rank the results on a dataset, the `top` of each section.

    Names are matched by label, alias or unique prefix (`kg.query.names`); raises `QueryError` with suggestions.
    """
    named = find_entity(store, dataset, "Dataset", base=base)
    clauses = [f"VALUES ?dataset {{ {named.node} }}"]
    if metric is not None:
        clauses.append(f"VALUES ?metric {{ {find_entity(store, metric, 'Metric', base=base).node} }}")
        clauses.append("?result kg:ofMetric ?metric .")
    if task is not None:
        node = find_entity(store, task, "Task", base=base).node
        clauses.append(f"?paper kg:addresses {node} ; kg:reports ?result .")
    rows = query_store(store, _RANKING % "\n  ".join(clauses), base=base)
    assert isinstance(rows, Rows)  # noqa: S101 - the query is a SELECT
    measures: dict[Term | None, tuple[str, bool]] = {}
    scores: dict[str, _Score] = {}
    for row in rows.stream():
        if not isinstance(row["result"], ox.NamedNode):
            continue  # a blank node of a graph made elsewhere, which nothing can point at
        measure = row["metric"]
        if measure not in measures:
            measures[measure] = _measure(store, measure, base)
        score = _Score.of(row, *measures[measure])
        kept = scores.setdefault(score.result, score)
        if (score.section, score.value) < (kept.section, kept.value):  # a graph made elsewhere may say two values
            scores[score.result] = score
    sections: dict[tuple[str, str, str], list[_Score]] = {}
    for score in scores.values():
        sections.setdefault(score.section, []).append(score)
    order = sorted(sections, key=lambda s: (_KINDS.index(s[0]), -len(sections[s]), s))
    heads = [_head(sections[section], top) for section in order]
    if top is not None:
        clauses = [
            f"VALUES ?result {{ {' '.join(f'<{score.result}>' for head in heads for score in head)} }}",
            *clauses[1:],
        ]
    else:
        clauses.append("?result kg:onDataset ?dataset .")
    details = _details(store, "\n  ".join(clauses), base)
    entries = [entry for head in heads for entry in _ranked(head, details)[:top]]
    cut = top is not None and any(len(section) > top for section in sections.values())
    return Leaderboard(named, tuple(entries), cut=cut)


@dataclass(frozen=True, slots=True)
class _Score:
    """What ranks a result; the larger its size, the better."""

    result: str
    section: tuple[str, str, str]
    size: Decimal
    value: str

    @classmethod
    def of(cls, row: Row, metric: str, up: bool) -> "_Score":
        """Read a row of the ranking; gains and ratios rank by size, whichever way their metric goes."""
        kind = _text(row, "kind").rpartition("#")[2]
        value, low, high = (_text(row, name) for name in ("value", "low", "high"))
        number = value or high or low
        size = Decimal(number) if number else Decimal("-Infinity")
        return cls(
            _text(row, "result"),
            (kind, metric, _text(row, "unit")),
            size if not number or up or kind != "Absolute" else -size,
            value or (f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""),
        )


def _measure(store: ox.Store, metric: Term | None, base: str) -> tuple[str, bool]:
    """Return the name of a metric and whether higher is better."""
    if not isinstance(metric, ox.NamedNode):
        return "", True
    rows = query_store(store, _METRIC % metric, base=base)
    assert isinstance(rows, Rows)  # noqa: S101 - the query is a SELECT
    return _text(rows[0], "metricName"), _higher_is_better(rows[0])


def _head(scores: list[_Score], top: int | None) -> list[_Score]:
    """Return the best `top` of a section and whatever equals the last of them: names decide between equals."""
    scores.sort(key=lambda score: -score.size)
    if top is None or len(scores) <= top:
        return scores
    return [score for score in scores if score.size >= scores[top - 1].size]


def _details(store: ox.Store, clauses: str, base: str) -> dict[str, dict[str, str]]:
    """Return what is shown of each result: several baselines are one text, of several repositories the first stands."""
    rows = query_store(store, _DETAILS % clauses, base=base)
    assert isinstance(rows, Rows)  # noqa: S101 - the query is a SELECT
    details: dict[str, dict[str, str]] = {}
    for result, group in groupby(rows.stream(), lambda row: _text(row, "result")):
        found = list(group)
        first = found[0]
        same = ("direction", "split", "setting", "paper", "title", "code", "sentence", "evidence", "result")
        details[result] = {
            "method": _text(first, "methodName"),
            "baseline": ", ".join(sorted({_text(row, "baselineName") for row in found} - {""})),
            "year": _text(first, "issued")[:4],
            "identifier": min((_text(row, "identifier") for row in found), key=_preference),
            **{name: _text(first, name) for name in same},
        }
    return details


def _preference(identifier: str) -> tuple[bool, bool, str]:
    return not identifier.startswith("arXiv:"), not identifier.lower().startswith("doi:"), identifier


def _ranked(scores: list[_Score], details: dict[str, dict[str, str]]) -> list[Entry]:
    # A graph made elsewhere may hold results that no paper reports, or without evidence.
    scores = [score for score in scores if score.result in details]
    scores.sort(key=lambda score: (-score.size, details[score.result]["method"], score.result))
    entries: list[Entry] = []
    rank = 0
    for place, score in enumerate(scores, 1):
        if place == 1 or score.size != scores[place - 2].size:
            rank = place
        kind, metric, unit = score.section
        fields = details[score.result]
        entries.append(Entry(kind=kind, metric=metric, unit=unit, rank=rank, value=score.value, **fields))
    return entries


def _text(row: Row, column: str) -> str:
    term = row[column]
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


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
