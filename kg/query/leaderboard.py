"""Rank what papers report on a dataset: best first, and only what can be compared side by side.

A section holds one metric, one unit and one kind of number: scores, gains and ratios are never mixed, nor are "77.6 %"
and "0.776". Scores are ordered by the metric's direction (`kg:higherIsBetter`, of the graph or of the vocabulary of
metrics; up where neither says), gains and ratios by size. Equal values share a rank.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import groupby

import pyoxigraph as ox

from kg.graph.metrics import higher_is_better
from kg.query.names import Named, find_entity
from kg.query.results import Row, Rows
from kg.query.run import query_store
from kg.vocab import BASE

__all__ = ["Entry", "Leaderboard", "leaderboard"]

# VALUES and the lines of the filters are put in from terms alone (their N-Triples form).
_QUERY = """
SELECT ?result ?kind ?methodName ?metricName ?higher ?concept ?value ?low ?high ?unit ?direction ?split
  ?setting ?baselineName ?paper ?title ?issued ?code ?evidence ?sentence
WHERE {
  %s
  ?result kg:onDataset ?dataset ; kg:resultKind ?kind ; kg:evidence ?evidence .
  ?paper kg:reports ?result .
  OPTIONAL { ?result kg:ofMethod ?method . ?method skos:prefLabel ?methodName }
  OPTIONAL { ?result kg:ofMetric ?metric . ?metric skos:prefLabel ?metricName }
  OPTIONAL { ?metric kg:higherIsBetter ?higher }
  OPTIONAL { ?metric skos:exactMatch ?concept }
  OPTIONAL { ?result kg:value ?value }
  OPTIONAL { ?result kg:minValue ?low }
  OPTIONAL { ?result kg:maxValue ?high }
  OPTIONAL { ?result kg:unit ?unit }
  OPTIONAL { ?result kg:direction ?direction }
  OPTIONAL { ?result kg:split ?split }
  OPTIONAL { ?result kg:setting ?setting }
  OPTIONAL { ?result kg:baseline ?baseline . ?baseline skos:prefLabel ?baselineName }
  OPTIONAL { ?paper dcterms:title ?title }
  OPTIONAL { ?paper dcterms:issued ?issued }
  OPTIONAL { ?paper kg:codeRepository ?code }
  OPTIONAL { ?evidence nif:anchorOf ?sentence }
}
ORDER BY ?result ?baselineName ?code
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


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """The results on a dataset in order; `cut` tells that `top` held entries back."""

    dataset: Named
    entries: tuple[Entry, ...]
    cut: bool = False

    def rows(self, *, brief: bool = False) -> Rows:
        """Return the entries as rows that every format of `kg.query.formats` can write; IRIs stay IRIs.

        `brief` leaves out what nobody reads in a terminal: the columns without a value, the titles, the result's IRI.
        """
        columns = tuple(Entry.__dataclass_fields__)
        if brief:
            stated = {name for name in columns for entry in self.entries if getattr(entry, name)}
            columns = tuple(name for name in columns if name in stated - {"title", "result"})
        return Rows(columns, [tuple(_term(name, str(getattr(e, name))) for name in columns) for e in self.entries])

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
        clauses.append(f"?paper kg:addresses {find_entity(store, task, 'Task', base=base).node} .")
    rows = query_store(store, _QUERY % "\n  ".join(clauses), base=base)
    assert isinstance(rows, Rows)  # noqa: S101 - the query is a SELECT
    found = [_Found.of(group) for _, group in ((k, list(g)) for k, g in groupby(rows.stream(), lambda r: r["result"]))]
    sections: dict[tuple[str, str, str], list[_Found]] = {}
    for one in found:
        sections.setdefault(one.section, []).append(one)
    order = sorted(sections, key=lambda s: (_KINDS.index(s[0]), -len(sections[s]), s))
    ranked = [_ranked(sections[section]) for section in order]
    entries = [entry for section in ranked for entry in section[:top]]
    return Leaderboard(named, tuple(entries), cut=len(entries) < len(found))


@dataclass(frozen=True, slots=True)
class _Found:
    """A result as the graph holds it, with its sort key: the larger, the better."""

    section: tuple[str, str, str]
    size: Decimal
    fields: dict[str, str]

    @classmethod
    def of(cls, group: Sequence[Row]) -> "_Found":
        """Join the rows of one result: several baselines are one text, of several repositories the first stands."""
        first = group[0]
        kind = _text(first, "kind").rpartition("#")[2]
        value, low, high = (_text(first, name) for name in ("value", "low", "high"))
        number = value or high or low
        up = kind != "Absolute" or _higher_is_better(first)
        size = Decimal(number) if number else Decimal("-Infinity")
        baselines = sorted({_text(row, "baselineName") for row in group} - {""})
        fields = {
            "method": _text(first, "methodName"),
            "value": value or (f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""),
            "baseline": ", ".join(baselines),
            "year": _text(first, "issued")[:4],
            **{name: _text(first, name) for name in ("direction", "split", "setting", "paper", "title", "code")},
            **{name: _text(first, name) for name in ("sentence", "evidence", "result")},
        }
        return cls(
            (kind, _text(first, "metricName"), _text(first, "unit")), size if up or not number else -size, fields
        )


def _ranked(found: list[_Found]) -> list[Entry]:
    found.sort(key=lambda one: (-one.size, one.fields["method"], one.fields["result"]))
    entries: list[Entry] = []
    rank = 0
    for place, one in enumerate(found, 1):
        if place == 1 or one.size != found[place - 2].size:
            rank = place
        kind, metric, unit = one.section
        entries.append(Entry(kind=kind, metric=metric, unit=unit, rank=rank, **one.fields))
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
