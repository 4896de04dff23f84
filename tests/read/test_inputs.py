"""Files, folders, archives, encodings and standard input; what cannot be read says so in one line."""

import bz2
import gzip
import io
import lzma
import sys
import zipfile
from pathlib import Path

import pytest
import zstandard

from kg.errors import InputError
from kg.model import Abstract, Problem, ProblemKind
from kg.read import read
from kg.read.document import MAX_LINE

LINES = b'{"title": "One", "abstract": "One lamp shines."}\n{"title": "Two", "abstract": "Two lamps shine."}\n'


def titles(*inputs: str | Path) -> list[str | None]:
    return [item.title for item in read(inputs) if isinstance(item, Abstract)]


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("suffix", "packed"),
    [
        (".gz", gzip.compress(LINES, mtime=0)),
        (".zst", zstandard.ZstdCompressor().compress(LINES)),
        (".bz2", bz2.compress(LINES)),
        (".xz", lzma.compress(LINES)),
        (".bin", gzip.compress(LINES, mtime=0)),  # by its content, whatever its name
        (".gz", gzip.compress(LINES[:49], mtime=0) + gzip.compress(LINES[49:], mtime=0)),  # two members, as pigz writes
    ],
)
def test_compression_is_taken_off(tmp_path: Path, suffix: str, packed: bytes) -> None:
    assert titles(put(tmp_path / f"a.jsonl{suffix}", packed)) == ["One", "Two"]


def test_a_zip_is_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/b.jsonl", LINES)
        archive.writestr("in/a.bib", "@misc{x, title={Bib}, abstract={A lamp in BibTeX.}}")
        archive.writestr("photo.png", b"\x89PNG\0\0")
        archive.writestr("__MACOSX/in/._b.jsonl", b"\0")
    items = list(read([tmp_path / "a.zip"]))
    assert [item.title for item in items if isinstance(item, Abstract)] == ["Bib", "One", "Two"]
    assert next(item.source for item in items if isinstance(item, Abstract)) == "a.zip/in/a.bib"
    assert [item.kind for item in items if isinstance(item, Problem)] == [ProblemKind.SKIPPED]


def test_a_folder_is_read_in_the_order_of_names_with_other_things_told(tmp_path: Path) -> None:
    put(tmp_path / "b" / "x.jsonl", LINES)
    put(tmp_path / "a.ris", b"TY  - JOUR\nTI  - Ris\nAB  - A lamp in RIS.\nER  - \n")
    put(tmp_path / "c.png", b"\x89PNG\0\0\0")
    put(tmp_path / "empty.txt", b"")
    put(tmp_path / ".hidden.jsonl", LINES)
    items = list(read([tmp_path]))
    assert [item.title for item in items if isinstance(item, Abstract)] == ["Ris", "One", "Two"]
    assert sorted(Path(item.source).name for item in items if isinstance(item, Problem)) == ["c.png", "empty.txt"]


def test_globs_and_files_given_twice(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jsonl", LINES)
    assert titles(str(tmp_path / "*.jsonl"), path) == ["One", "Two"]


@pytest.mark.parametrize("data", [LINES, gzip.compress(LINES, mtime=0)])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert titles("-") == ["One", "Two"]


def test_a_zip_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("b.jsonl", LINES)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed.getvalue())))
    assert titles("-") == ["One", "Two"]


TEXT = "Abstract: Die Lampe heißt Müller und läuft für 10 €.\nAbstract: A lamp.\n"


@pytest.mark.parametrize(
    ("encoding", "warned"),
    [
        ("utf-8", False),
        ("utf-8-sig", False),
        ("utf-16", False),
        ("utf-16-le", False),
        ("utf-16-be", False),
        ("cp1252", True),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, warned: bool) -> None:
    items = list(read([put(tmp_path / "a.txt", TEXT.encode(encoding))]))
    assert [item.abstract for item in items if isinstance(item, Abstract)] == [
        "Die Lampe heißt Müller und läuft für 10 €.",
        "A lamp.",
    ]
    assert [item.kind for item in items if isinstance(item, Problem)] == [ProblemKind.WARNING] * warned


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, ending: str) -> None:
    items = list(read([put(tmp_path / "a.txt", f"Abstract: One lamp.{ending}Abstract: Two lamps.{ending}".encode())]))
    assert [(item.abstract, item.line) for item in items if isinstance(item, Abstract)] == [
        ("One lamp.", 1),
        ("Two lamps.", 2),
    ]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "the file is empty"),
        ("blank.txt", b" \n \n", "the file is empty"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a binary file"),
        ("paper.pdf", b"%PDF-1.5 ...", "a PDF"),
        ("cut.jsonl.gz", gzip.compress(LINES, mtime=0)[:12], "cannot be read"),
        ("broken.zip", b"PK\x03\x04 nothing", "a broken zip archive"),
        ("data.ini", b"[section]\nkey=value\n", "not in a format"),
        ("code.py", b"import os\n\nprint(os.getcwd())\n", "not in a format"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = put(tmp_path / name, data)
    with pytest.raises(InputError, match=said) as error:
        read([path])  # the call itself, before anything is read
    assert error.value.path is not None and str(path) in str(error.value) and "\n" not in str(error.value)


def test_missing_and_unknown(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        read([tmp_path / "none.txt"])
    with pytest.raises(InputError, match="no files in the folder"):
        read([tmp_path])
    with pytest.raises(InputError, match="unknown format 'docx'; known: abstracts"):
        read([put(tmp_path / "a.jsonl", LINES)], format="docx")
    with pytest.raises(InputError, match="no file with abstracts"):
        read([put(tmp_path / "sub" / "x.png", b"\x89PNG\0").parent])


def test_a_folder_of_records_without_abstracts_ends_in_a_problem(tmp_path: Path) -> None:
    put(tmp_path / "a.bib", b"@book{x, title={No words}}")
    *_, last = read([tmp_path])
    assert isinstance(last, Problem) and last.kind is ProblemKind.BROKEN and "no abstracts in any" in last.message


def test_a_cut_off_archive_gives_what_it_has_and_a_problem(tmp_path: Path) -> None:
    many = b"".join(b'{"title": "%d", "abstract": "Lamp %d shines at %d."}\n' % (i, i, i * i) for i in range(40_000))
    items = list(read([put(tmp_path / "a.jsonl.gz", gzip.compress(many)[:-2000])]))
    assert isinstance(items[0], Abstract)
    problem = items[-1]
    assert (
        isinstance(problem, Problem) and "damaged or cut off" in problem.message and problem.kind is ProblemKind.BROKEN
    )


def test_a_line_without_end_is_left_out(tmp_path: Path) -> None:
    data = LINES[:49] + b'{"abstract": "' + b"x" * (MAX_LINE + 9) + b'"}\n' + LINES[49:]
    items = list(read([put(tmp_path / "a.jsonl", data)]))
    assert [item.title for item in items if isinstance(item, Abstract)] == ["One", "Two"]
    (problem,) = [item for item in items if isinstance(item, Problem)]
    assert (problem.line, problem.message) == (2, "a line of more than 16 million characters")


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jsonl", LINES * 1000)
    told: list[tuple[str, int, int | None]] = []
    list(read([path], progress=lambda *where: told.append(where)))
    assert told[-1] == (str(path), len(LINES) * 1000, len(LINES) * 1000)


def test_what_no_store_can_hold_is_taken_out(tmp_path: Path) -> None:
    (record,) = read([put(tmp_path / "a.jsonl", rb'{"title": "T\u0000", "abstract": "A \ud800lamp\u0007."}')])
    assert isinstance(record, Abstract) and (record.title, record.abstract) == ("T", "A lamp.")
