"""Exports as reference managers and libraries really write them: what is lost, garbled or taken for something else."""

import json
import os
from pathlib import Path

import pytest

from kg.model import Abstract, Problem, ProblemKind
from kg.read import read
from kg.read.text import split_names

TEXT = "We weigh lamps by their light and find that dim ones are heavier than bright ones in every house."


def put(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def items(path: Path) -> tuple[list[Abstract], list[Problem]]:
    found = list(read([path]))
    return [one for one in found if isinstance(one, Abstract)], [one for one in found if isinstance(one, Problem)]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_line_that_excel_writes_above_is_no_header(tmp_path: Path, sign: str) -> None:
    rows = ["Title", "Abstract", "Year"], ["Lamps", TEXT, "2020"]
    table = f"sep={sign}\n" + "".join(sign.join(row) + "\n" for row in rows)
    records, problems = items(put(tmp_path, "a.csv", table))
    assert [(one.title, one.abstract, one.line) for one in records] == [("Lamps", TEXT, 3)] and not problems


def test_a_cell_of_thousands_of_authors_is_read(tmp_path: Path) -> None:
    names = "; ".join(f"Example{n}, Ada (5720{n:07})" for n in range(6000))
    records, problems = items(put(tmp_path, "a.csv", f'Title,Author full names,Abstract\nLamps,"{names}","{TEXT}"\n'))
    assert [len(one.authors) for one in records] == [6000] and not problems


def test_a_quote_that_is_not_closed_ends(tmp_path: Path) -> None:
    rows = "".join(f"Lamp {n},{TEXT}\n" for n in range(3000))
    records, problems = items(put(tmp_path, "a.csv", f'Title,Abstract\n"Lost,{TEXT}\n{rows}'))
    assert any("field larger than" in one.message for one in problems) and len(records) > 1000


@pytest.mark.parametrize("between", ["", " ", "\t"])
def test_entries_that_meet_on_one_line_are_all_read(tmp_path: Path, between: str) -> None:
    one = f"@article{{a,\n title={{One}}, year=2020, month=jun, abstract={{{TEXT}}}\n}}"
    two = f"@article{{b,\n title={{Two}}, abstract={{{TEXT} Twice.}}\n}}\n"
    records, problems = items(put(tmp_path, "a.bib", one + between + two))
    assert [(one.title, one.line) for one in records] == [("One", 1), ("Two", 3)] and not problems


ZOTERO = r"""@article{lamp,
  title = {Lamps {\textless}i{\textgreater}in vivo{\textless}/i{\textgreater} \&amp;
    $\less$sub$\greater$2$\less$/sub$\greater$},
  journal = {arXiv:2106.04632 [cs, stat]}, url = {http://example.org/lamp},
  note = {arXiv: 2106.04632 [cs, stat]},
  abstract = {{\textless}p{\textgreater}A set
    \{\vphantom{\}}a\vphantom{\{}\} where $a < b$ and $<$k$>$ hold.{\textless}/p{\textgreater}},
}
"""


def test_what_reference_managers_make_of_tags_and_braces(tmp_path: Path) -> None:
    ((record,), _) = items(put(tmp_path, "a.bib", ZOTERO))
    assert record.title == "Lamps in vivo & 2"
    assert record.abstract == "A set {a} where $a < b$ and $<$k$>$ hold."
    assert record.ids == ("arXiv:2106.04632",) and record.comment is None


@pytest.mark.parametrize("missing", ["[No abstract available]", "N/A", "NaN"])
def test_the_words_that_there_is_no_abstract_are_none(tmp_path: Path, missing: str) -> None:
    for name, text in {
        "a.ris": f"TY  - JOUR\nTI  - Lamps\nAB  - {missing}\nER  - \n",
        "a.bib": f"@article{{a, title={{Lamps}}, abstract={{{missing}}}}}\n",
        "a.jsonl": json.dumps({"title": "Lamps", "abstract": missing}) + "\n",
    }.items():
        records, problems = items(put(tmp_path, name, text))
        assert not records
        assert (problems[0].message, problems[0].kind) == ("no abstract", ProblemKind.SKIPPED), name


def test_numbers_as_pandas_writes_them(tmp_path: Path) -> None:
    rows = [
        {"title": float("nan"), "abstract": TEXT, "pmid": 31452104.0, "year": 2021.0},
        {"title": "Lamps", "abstract": float("nan")},
    ]
    records, problems = items(put(tmp_path, "a.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))
    assert [(one.title, one.ids, one.issued) for one in records] == [(None, ("pmid:31452104",), "2021")]
    assert [one.kind for one in problems] == [ProblemKind.SKIPPED]


def test_markup_in_json_is_read_where_it_is_markup(tmp_path: Path) -> None:
    texts = f"<p>{TEXT}</p> CO<sub>2</sub> &amp; more", f"{TEXT} Here a < b & c > d."
    rows = [{"title": "Lamps &amp; <i>light</i>", "abstract": text} for text in texts]
    rows += [{"paperId": "0" * 40, "externalIds": {}, **rows[0]}]
    for name, row in zip("abc", rows, strict=True):
        ((record,), _) = items(put(tmp_path, f"{name}.jsonl", json.dumps(row) + "\n"))
        assert record.title == "Lamps & light"
        assert record.abstract == (texts[1] if name == "b" else f"{TEXT} CO2 & more")


def test_semantic_scholar_keeps_the_venue_beside_its_id(tmp_path: Path) -> None:
    row = {"paperId": "0" * 40, "title": "Lamps", "abstract": TEXT, "venue": "Lamps Weekly", "publicationVenue": "ab-1"}
    ((record,), _) = items(put(tmp_path, "a.jsonl", json.dumps(row) + "\n"))
    assert record.venue == "Lamps Weekly"


ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"><entry>
<id>http://arxiv.org/abs/2106.04632v1</id><title>Lampé?</title><summary>{TEXT}</summary>
<author><name>Jörg Müller</name></author><arxiv:doi>10.1000/a 10.1000/b</arxiv:doi></entry></feed>"""


def test_two_encodings_in_one_file(tmp_path: Path) -> None:
    ((record,), problems) = items(put(tmp_path, "a.xml", ATOM.encode().replace(b"?", b" na\xefve \x93")))
    assert record.title == "Lampé naïve “" and record.authors[0].name == "Jörg Müller"
    assert [one.kind for one in problems] == [ProblemKind.WARNING]
    ((record,), _) = items(
        put(tmp_path, "a.jsonl", f'{{"title": "Lampé?", "abstract": "{TEXT}"}}'.encode().replace(b"?", b"\xef"))
    )
    assert record.title == "Lampéï"


def test_all_of_several_dois_are_kept(tmp_path: Path) -> None:
    ((record,), _) = items(put(tmp_path, "a.xml", ATOM))
    assert record.ids == ("arXiv:2106.04632", "doi:10.1000/a", "doi:10.1000/b")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("van der Berg, Ada", ["Ada van der Berg"]),
        ("van der Berg, Ada and Hopper, Grace", ["Ada van der Berg", "Grace Hopper"]),
        ("García Lampe, Ana M.", ["Ana M. García Lampe"]),
        ("Smith, J., Doe, A. B., & Roe, C.", ["J. Smith", "A. B. Doe", "C. Roe"]),
        ("Ada Example; Ben Sample; and Cleo Muster", ["Ada Example", "Ben Sample", "Cleo Muster"]),
        ("King, Martin L., Jr.; Sample, Ben III", ["Martin L. King Jr.", "Ben Sample III"]),
        ("Ada Example and Martin King, Jr.", ["Ada Example", "Martin King Jr."]),
        (
            "Ada Example, Ben Sample and Cleo Muster, Dora Modell",
            ["Ada Example", "Ben Sample", "Cleo Muster", "Dora Modell"],
        ),
        ("Example A., Sample B.", ["Example A.", "Sample B."]),
        ("Ada Example, Ben Sample", ["Ada Example", "Ben Sample"]),
    ],
)
def test_names_of_one_field(text: str, names: list[str]) -> None:
    assert split_names(text) == names


def test_suffixes_stand_at_the_end(tmp_path: Path) -> None:
    ((ris,), _) = items(put(tmp_path, "a.ris", f"TY  - JOUR\nAU  - King, Martin L., Jr.\nAB  - {TEXT}\nER  - \n"))
    assert ris.authors[0].name == "Martin L. King Jr."
    lines = [("FAU", "King, Martin L Jr"), ("AU", "King ML Jr")]
    for nth, name in enumerate(["Martin L King Jr", "ML King Jr"]):
        tagged = "".join(f"{tag:4}- {value}\n" for tag, value in lines[nth:])
        ((record,), _) = items(put(tmp_path, "a.nbib", f"PMID- 31452104\nTI  - Lamps\nAB  - {TEXT}\n{tagged}"))
        assert record.authors[0].name == name


def test_what_cannot_be_read_in_a_folder_is_told_and_the_rest_read(tmp_path: Path) -> None:
    put(tmp_path, "a.jsonl", json.dumps({"title": "Lamps", "abstract": TEXT}))
    put(tmp_path, "broken.zip", b"PK\x03\x04 nothing")
    (tmp_path / "gone.bib").symlink_to(tmp_path / "nowhere.bib")
    records, problems = items(tmp_path)
    assert [one.title for one in records] == ["Lamps"]
    assert {Path(one.source).name: one.kind for one in problems} == dict.fromkeys(
        ("broken.zip", "gone.bib"), ProblemKind.SKIPPED
    )


def test_a_name_of_before_utf_8_can_be_written(tmp_path: Path) -> None:
    name = os.fsdecode(b"Lamp\xe9.jsonl")
    try:
        path = put(tmp_path, name, json.dumps({"title": "Lamps", "abstract": TEXT}) + '\n{"title": "None"}\n')
    except OSError:
        pytest.skip("the file system takes names of UTF-8 alone")
    records, problems = items(path)
    assert records[0].source == "Lampé.jsonl" and problems[0].source.endswith("Lampé.jsonl")
