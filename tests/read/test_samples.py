"""The three real sample files: every paper of the gold is read as the gold has it."""

import json
from pathlib import Path

import pytest

from kg.model import Abstract, Problem, ProblemKind
from kg.read import group, read

SHARED = Path(__file__).parents[2].parent / "shared"
SAMPLES = SHARED / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not on this machine")


def test_gold_papers_are_read_verbatim() -> None:
    items = list(read([SAMPLES]))
    found = {(record.title, record.abstract): record for record in items if isinstance(record, Abstract)}
    gold = [json.loads(line) for line in (SHARED / "gold" / "dev.jsonl").read_text().splitlines()]
    assert len(found) == len(gold) == 37
    for paper in gold:
        record = found[paper["title"], paper["abstract"]]
        if "arxiv" in paper:
            assert record.ids == (f"arXiv:{paper['arxiv']}",)
            assert record.issued == paper["created"]
            assert record.comment == paper.get("comment")
        if "year" in paper:
            assert record.issued == paper["year"]
            assert [person.name for person in record.authors] == ["Lu Yuan"]
    venues = sorted(record.venue for record in found.values() if record.venue and record.venue != "arXiv")
    assert venues == ["ICLR 2021", "ICLR 2021"]
    assert not [item for item in items if isinstance(item, Problem) and item.kind is ProblemKind.BROKEN]
    assert len(group(found.values())) == 37
