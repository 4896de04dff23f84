"""The example of the page about the ontology is Turtle and conforms to the shapes."""

import re
from pathlib import Path

from rdflib import Graph

from kg.graph.validate import validate

PAGE = Path(__file__).parents[2] / "docs" / "ontology.md"


def test_the_example_of_the_page_conforms() -> None:
    (example,) = re.findall(r"```turtle\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    assert validate(Graph().parse(data=example, format="turtle")) == []
