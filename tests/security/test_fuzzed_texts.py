"""Any text goes through extraction into statements: no crash. `KG_FUZZ=100000` runs that many texts (200 without)."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.extract import Extractor
from kg.extract.codec import from_json, to_json
from kg.graph.quads import paper_quads, parsed
from kg.model import Abstract
from kg.read import group
from kg.vocab import BASE

PIECES = st.one_of(
    st.sampled_from(["BERT", "GLUE", " reaches ", "91.3%", " vs. ", " (ViT)", "Vision Transformer", "F1", ". ", "\n"]),
    st.sampled_from(["$\\mathrm{", "}$", "\\", "((((", "https: //github.com/a", "1,0", "e\u0301", "\u202e", "\ud800"]),
    st.sampled_from(["7" * 200, "(" * 200, "a-" * 100, "et al. ", "outperforms ", "\x00", "😀", "\u2028", "±0.1"]),
    st.text(max_size=20),
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor("rules")


@settings(
    max_examples=int(os.environ.get("KG_FUZZ", "200")),
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_text_ends_as_statements(extractor: Extractor, text: str) -> None:
    [paper] = group([Abstract(abstract=text or "x")])
    [found] = extractor.extract([paper.text])
    assert from_json(to_json(found)) == found
    names = tuple(f"method/m{n}" for n in range(len(found.entities)))
    lines = list(paper_quads(paper, found, names, (), "run/r", BASE))
    assert len(list(parsed(lines))) == len(lines) > 3
