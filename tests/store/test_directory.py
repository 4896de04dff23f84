"""Opening, making and locking a graph directory."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.store import GraphDirectory, open_store
from kg.vocab import BASE


def test_made_then_opened(tmp_path: Path) -> None:
    made = GraphDirectory.create(tmp_path / "g", BASE)
    assert GraphDirectory.open(tmp_path / "g") == made
    assert len(open_store(tmp_path / "g")) == 0


def test_the_base_of_an_existing_graph_stays(tmp_path: Path) -> None:
    made = GraphDirectory.create(tmp_path / "g", "https://example.org/")
    assert GraphDirectory.create(tmp_path / "g") == GraphDirectory.create(tmp_path / "g", made.base) == made
    assert GraphDirectory.create(tmp_path / "h").base == BASE


@pytest.mark.parametrize(
    ("base", "told"),
    [
        (BASE, f"the base of its IRIs is https://example.org/, not {BASE}; leave --base-iri out"),
        ("https://example.org", "is https://example.org/, not https://example.org;"),  # an end is part of it
        ("not an iri", "no IRI can begin with 'not an iri'"),
    ],
)
def test_another_base_than_that_of_the_graph_is_refused(tmp_path: Path, base: str, told: str) -> None:
    made = GraphDirectory.create(tmp_path / "g", "https://example.org/")
    with pytest.raises(StoreError, match=re.escape(told)):
        GraphDirectory.create(tmp_path / "g", base)
    assert GraphDirectory.open(tmp_path / "g") == made


@pytest.mark.parametrize(
    "settings, what",
    [
        (None, "no graph in this folder"),
        ("{}", "cannot be read"),
        ("not json", "cannot be read"),
        ('{"format": 99, "base": "x"}', "newer version"),
    ],
)
def test_what_is_no_graph_is_refused(tmp_path: Path, settings: str | None, what: str) -> None:
    if settings is not None:
        (tmp_path / "graph.json").write_text(settings)
    with pytest.raises(StoreError, match=what) as caught:
        GraphDirectory.open(tmp_path)
    assert caught.value.path == tmp_path and caught.value.hint


def test_a_folder_of_other_things_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(StoreError, match="not a graph"):
        GraphDirectory.create(tmp_path, BASE)


def test_what_a_process_left_that_died_while_it_made_a_graph_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "graph.json.new").write_text('{"for', "utf-8")
    assert GraphDirectory.open(GraphDirectory.create(tmp_path, BASE).path).base == BASE


def test_a_file_that_vanishes_while_the_state_is_read_is_left_out(tmp_path: Path) -> None:
    directory = GraphDirectory.create(tmp_path / "g", BASE)
    directory.writable_store()
    state = directory.state()
    (directory.store / "000999.sst").symlink_to(directory.store / "gone")  # listed, and not there when it is asked
    assert directory.state() == state


def test_a_folder_that_may_not_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    directory = GraphDirectory.create(tmp_path / "g", BASE)
    (directory.path / "lock").mkdir()
    with pytest.raises(StoreError, match=r"cannot be written .*; write where you may"), directory.writing():
        pass


def test_a_second_writer_is_refused_by_name(tmp_path: Path) -> None:
    directory = GraphDirectory.create(tmp_path / "g", BASE)
    code = (
        f"from kg.store import GraphDirectory\nwith GraphDirectory.open({str(directory.path)!r}).writing():\n"
        " print('held', flush=True); input()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout and other.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match=f"process {other.pid}"), directory.writing():
            pass
        other.communicate("\n")
    with directory.writing():
        pass
