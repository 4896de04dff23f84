"""Records, papers and problems as JSON and back, exactly: equal ones in equal words."""

import json
from dataclasses import asdict, fields
from typing import Any

from kg.model import Abstract, Paper, Person, Problem, ProblemKind

__all__ = [
    "paper_from_json",
    "paper_to_json",
    "problem_from_json",
    "problem_to_json",
    "record_from_json",
    "record_to_json",
]

_FIELDS = [field.name for field in fields(Abstract)]


def paper_to_json(paper: Paper) -> str:
    """Write a paper, its key set aside."""
    records = [_plain(record) for record in paper.records]
    body = {"record": _plain(paper.record), "sources": paper.sources, "records": records}
    return json.dumps(body, ensure_ascii=False)


def paper_from_json(key: str, body: str) -> Paper:
    """Read what `paper_to_json` wrote of the paper of this key."""
    told = json.loads(body)
    records = tuple(_abstract(record) for record in told["records"])
    return Paper(key, _abstract(told["record"]), tuple(told["sources"]), records)


def record_to_json(record: Abstract) -> str:
    """Write a record."""
    return json.dumps(_plain(record), ensure_ascii=False)


def record_from_json(body: str) -> Abstract:
    """Read what `record_to_json` wrote."""
    return _abstract(json.loads(body))


def problem_to_json(problem: Problem) -> str:
    """Write a problem, as the lists of what was not read hold it."""
    return json.dumps(asdict(problem), ensure_ascii=False)


def problem_from_json(body: str) -> Problem:
    """Read what `problem_to_json` wrote."""
    told = json.loads(body)
    return Problem(**told | {"kind": ProblemKind(told["kind"])})


def _plain(record: Abstract) -> dict[str, Any]:
    values = ((name, getattr(record, name)) for name in _FIELDS)
    plain = {name: value for name, value in values if value not in (None, (), "")}
    if record.authors:
        plain["authors"] = [{"name": one.name, "orcid": one.orcid, "id": one.id} for one in record.authors]
    return plain


def _abstract(fields: dict[str, Any]) -> Abstract:
    authors = tuple(Person(**author) for author in fields.pop("authors", ()))
    ids, links = tuple(fields.pop("ids", ())), tuple(fields.pop("links", ()))
    return Abstract(**({"abstract": ""} | fields), ids=ids, links=links, authors=authors)
