"""Catalogues that a user has become a vocabulary that reads back the same."""

import gzip
import io
import json
from pathlib import Path

import pytest

from kg.cli.vocabulary import vocabulary
from kg.errors import InputError, OntologyError
from kg.model import EntityType
from kg.resolve.importers import import_cso, import_paperswithcode, write_turtle
from kg.vocabulary import load_vocabulary

TABLES = [
    {
        "task": "Tile Laying",
        "synonyms": ["tiling"],
        "datasets": [{"dataset": "TileSet", "sota": {"metrics": ["Grout@1"], "rows": []}}],
        "subtasks": [{"task": "Floor Tiling", "datasets": [], "subtasks": []}],
    }
]
METHODS = [{"name": "FooNet", "full_name": "Foolish Network", "description": ""}, {"name": None}]
DATASETS = [{"name": "BarSet", "full_name": None, "homepage": "https://example.org", "variants": ["BarSet-Hard"]}]


def test_paperswithcode(tmp_path: Path) -> None:
    tables = tmp_path / "evaluation-tables.json.gz"
    tables.write_bytes(gzip.compress(json.dumps(TABLES).encode()))
    found = import_paperswithcode(tables)
    assert {(one.label, one.type) for one in found} == {
        ("Tile Laying", EntityType.TASK),
        ("Floor Tiling", EntityType.TASK),
        ("TileSet", EntityType.DATASET),
        ("Grout@1", EntityType.METRIC),
    }
    (sub,), (top,) = found.find("floor tiling"), found.find("tiling")
    assert sub.broader == (top.iri,)
    for rows, name, type_ in ((METHODS, "Foolish Network", "Method"), (DATASETS, "BarSet-Hard", "Dataset")):
        path = tmp_path / "rows.json"
        path.write_text(json.dumps(rows), "utf-8")
        assert [one.type for one in import_paperswithcode(path).find(name)] == [type_]


def test_names_that_differ_in_a_sign_are_two(tmp_path: Path) -> None:
    path = tmp_path / "methods.json"
    path.write_text(json.dumps([{"name": "Tile"}, {"name": "Tile*"}, {"name": "Tile"}, {"name": "tile*"}]), "utf-8")
    found = import_paperswithcode(path)
    assert [one.label for one in found] == ["Tile", "Tile*"]
    assert found.find("Tile*") != found.find("Tile")


CSO = """"<https://cso.kmi.open.ac.uk/topics/tiling>","<http://cso.kmi.open.ac.uk/schema/cso#superTopicOf>","<https://cso.kmi.open.ac.uk/topics/floor_tiling>"
"<https://cso.kmi.open.ac.uk/topics/tile_laying>","<http://cso.kmi.open.ac.uk/schema/cso#preferentialEquivalent>","<https://cso.kmi.open.ac.uk/topics/tiling>"
"""


@pytest.mark.parametrize("suffix", [".csv", ".ttl"])
def test_cso(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cso{suffix}"
    text = (
        CSO
        if suffix == ".csv"
        else "".join(line.replace('"', "").replace(",", " ") + " .\n" for line in CSO.split("\n") if line)
    )
    path.write_text(text, "utf-8")
    found = import_cso(path)
    assert [(one.label, one.aliases) for one in found] == [("floor tiling", ()), ("tiling", ("tile laying",))]
    assert found.find("floor tiling")[0].broader == (found.find("tiling")[0].iri,)
    out = io.StringIO()
    write_turtle(found, out, scheme="cso")
    back = tmp_path / "back.ttl"
    back.write_text(out.getvalue(), "utf-8")
    assert tuple(load_vocabulary([back], builtin=False)) == tuple(found)


def test_topics_preferred_to_each_other_in_turn(tmp_path: Path) -> None:
    schema, topics = "http://cso.kmi.open.ac.uk/schema/cso#", "https://cso.kmi.open.ac.uk/topics/"
    rows = [
        *(("preferentialEquivalent", pair) for pair in ("a_1 a_2", "a_2 a_3", "b_1 b_2", "b_2 b_1")),
        *(("superTopicOf", pair) for pair in ("b_2 a_1", "a_3 a_2")),
    ]
    path = tmp_path / "cso.csv"
    lines = [f'"<{topics}{s}>","<{schema}{p}>","<{topics}{o}>"' for p, pair in rows for s, o in [pair.split()]]
    path.write_text("\n".join(lines), "utf-8")
    a, b = import_cso(path)
    assert [(one.label, one.aliases) for one in (a, b)] == [("a 3", ("a 1", "a 2")), ("b 1", ("b 2",))]
    assert (a.broader, b.broader) == ((b.iri,), ())


def test_what_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    for text in ("{}", "not json"):
        path.write_text(text, "utf-8")
        with pytest.raises(OntologyError):
            import_paperswithcode(path)
    path = tmp_path / "cso.csv"
    path.write_text("a,b\n", "utf-8")
    with pytest.raises(OntologyError):
        import_cso(path)


def test_a_catalogue_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "methods.json.gz"
    path.write_bytes(gzip.compress(json.dumps(METHODS).encode())[:-12])
    with pytest.raises(OntologyError, match="not a Papers-with-Code file"):
        import_paperswithcode(path)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text(json.dumps(METHODS), "utf-8")
    with pytest.raises(InputError, match=r"out\.ttl: cannot be written .*; name a file in a folder that is there"):
        vocabulary(tmp_path / "rows.json", tmp_path / "missing" / "out.ttl")
