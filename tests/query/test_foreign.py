"""A graph made elsewhere may have words where ours has numbers: every command answers, or says what is wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kg.cli.app import app
from kg.errors import QueryError
from kg.export import load
from kg.query import leaderboard
from kg.query.why import why
from kg.store import open_store
from kg.store.views import networkx_view
from kg.vocab import BASE

VALUES = {"odd": '"good"', "nan": '"NaN"', "inf": '"INF"^^xsd:double', "huge": '"1e400"'}
OFFSETS = {
    "words": 'nif:beginIndex "first" ; nif:endIndex "last"',
    "below": "nif:beginIndex -7 ; nif:endIndex 2",
    "back": "nif:beginIndex 5 ; nif:endIndex 2",
    "digits": f'nif:beginIndex 0 ; nif:endIndex "{"9" * 5000}"',  # more than Python takes for an int
    "half": "nif:beginIndex 0",
}


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory, with_paper: Callable[[str, str, dict[str, str]], str]) -> Path:
    """The small graph with a paper whose date, values, kinds and offsets are none."""
    text = "<paper/odd#text>"
    body = f"""<paper/odd> a kg:Paper ; dcterms:title "Odd" ; dcterms:issued "last spring" ; kg:text {text} ;
      kg:proposes <method/net-a> ; kg:evaluatesOn <dataset/img> .
      {text} a nif:Context ; nif:isString "Net-A it is." ; nif:beginIndex "a" ; nif:endIndex "b" .\n"""
    for name, offsets in OFFSETS.items():
        span = f"nif:referenceContext {text} ; {offsets}"
        body += f"<mention/odd/{name}> a kg:Mention ; itsrdf:taIdentRef <method/net-a> ; {span} .\n"
        body += f"<sentence/odd/{name}> a nif:Sentence ; {span} .\n"
    stated = {name: f'kg:value {value} ; kg:unit "%"' for name, value in VALUES.items()} | {"kind": "kg:value 1"}
    graph = with_paper("odd", body, stated)
    ours = "<result/odd/kind> a kg:Result ; kg:resultKind kg:Absolute"
    assert ours in graph
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "foreign.trig").write_text(graph.replace(ours, ours.replace("Absolute", "Rank")), "utf-8")
    load(folder / "g", folder / "foreign.trig")
    return folder / "g"


@pytest.mark.parametrize("top", [None, 2, 9])
def test_what_is_no_number_ranks_after_all_others(foreign: Path, top: int | None) -> None:
    board = leaderboard(open_store(foreign), "IMG", top=top)
    scores = [(e.rank, e.value) for e in board.entries if (e.kind, e.unit) == ("Absolute", "%")]
    ranked = [(1, "1e400"), (2, "75.5"), (2, "75.5"), (4, "70"), (5, "INF"), (5, "NaN"), (5, "good")]
    assert scores == ranked[:top]
    assert board.entries[-1].kind == "Rank"  # a kind that is none of ours comes last


def test_a_date_without_a_year_gives_none(foreign: Path) -> None:
    nodes = networkx_view(open_store(foreign)).nodes
    assert "year" not in nodes[BASE + "paper/odd"]
    assert nodes[BASE + "paper/alpha"]["year"] == 2019


def test_the_sentence_is_found_by_the_offsets_that_are_some(foreign: Path) -> None:
    store = open_store(foreign)
    assert {found.paper for found in why(store, "method/net-a")} == {BASE + "paper/alpha", BASE + "paper/beta"}
    for name in OFFSETS:
        with pytest.raises(QueryError, match="no sentence behind"):
            why(store, f"mention/odd/{name}")
    with pytest.raises(QueryError, match="no sentence behind"):
        why(store, "paper/odd")


@pytest.mark.parametrize(
    "command",
    [
        "leaderboard G --dataset IMG",
        "leaderboard G --dataset IMG --html board.html",
        "leaderboard G --dataset IMG --picture board.svg",
        "export G -o graph.graphml",
        "export G -o graph.gexf",
        "export G -o tables.csv",
        "export G -o tables.json",
        "view G -o page.html",
        "view G -o matrix.html --aggregate matrix",
        "view G -o around.html --around Net-A",
    ],
)
def test_the_commands_answer(foreign: Path, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "--picture" in command:
        pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [str(foreign) if word == "G" else word for word in command.split()])
    assert (done.exit_code, done.exception) == (0, None), done.exception
