"""Every format has a fixture here: what is found in it, what is told of the rest, and its oddities."""

from collections import Counter
from pathlib import Path

import pytest

from kg.model import Abstract, Person, Problem, ProblemKind
from kg.read import FORMATS, read, survey

DATA = Path(__file__).parents[1] / "data" / "read"
ORCID = "0000-0002-1825-0097"

#: file, format, records, problems by kind, then fields of one of its records (by number)
CASES: list[tuple[str, str, int, dict[str, int], int, dict[str, object]]] = [
    ("abstracts.txt", "abstracts", 3, {}, 2, {"ids": ("arXiv:2105.00001",), "version": 2, "venue": "NeurIPS 2021"}),
    ("listing.txt", "listing", 2, {"skipped": 1}, 1, {"ids": ("arXiv:2103.00012",), "version": 3, "line": 8}),
    ("profile.txt", "profile", 2, {"noise": 3}, 1, {"issued": "2019", "venue": "Journal of Invented Results"}),
    ("paragraphs.txt", "text", 2, {"noise": 1}, 0, {"title": "A Note on Knots", "line": 1}),
    ("own.jsonl", "jsonl", 2, {"skipped": 1}, 1, {"links": ("https://github.com/example/snow",)}),
    ("crossref.json", "jsonl", 1, {}, 0, {"issued": "2020-03-09", "abstract": "Roads cross. We turn at <5% of them."}),
    ("arxiv.json", "arxiv-json", 2, {}, 0, {"version": 2, "issued": "2007-04-02", "venue": "Phys.Inv.D76:013009,2007"}),
    ("semantic_scholar.json", "semantic-scholar", 1, {"skipped": 1}, 0, {"issued": "2021-04-02", "line": 2}),
    ("openalex.json", "openalex", 1, {"skipped": 1}, 0, {"title": "Seeing Through Fog & Mist"}),
    ("papers_with_code.json", "papers-with-code", 1, {"skipped": 1}, 0, {"venue": "ICML 2021"}),
    ("atom.xml", "atom", 1, {"skipped": 1}, 0, {"version": 2, "issued": "2021-04-01", "venue": "ECCV 2022"}),
    ("oai_arxiv.xml", "oai", 1, {"skipped": 1}, 0, {"ids": ("arXiv:2104.00071", "doi:10.1000/clock")}),
    ("oai_raw.xml", "oai", 1, {}, 0, {"version": 2, "issued": "2021-04-01"}),
    ("oai_dc.xml", "oai", 1, {}, 0, {"comment": "9 pages. Accepted by ACL 2021", "issued": "2021-04-03"}),
    ("acl.xml", "acl-xml", 1, {"noise": 1, "skipped": 1}, 0, {"title": r"Parsing Whispers with $\lambda$-terms"}),
    ("acl_old.xml", "acl-xml", 1, {}, 0, {"ids": ("acl:N19-1042",)}),
    ("anthology.bib", "bibtex", 2, {"skipped": 1}, 0, {"venue": "Proceedings of the 1st Invented Conference"}),
    ("zotero.ris", "ris", 2, {"skipped": 1}, 1, {"ids": ("arXiv:2104.00091",), "version": 1}),
    ("pubmed.nbib", "medline", 1, {"skipped": 1}, 0, {"issued": "2019-08-26", "venue": "Invented sleep letters"}),
    ("zotero.csv", "csv", 2, {"skipped": 1}, 1, {"ids": ("arXiv:2202.00001",), "line": 4}),
    ("table.tsv", "csv", 1, {}, 0, {"venue": "Invented Tables", "issued": "2018"}),
    ("arxiv_abs.html", "html", 1, {}, 0, {"version": 2, "comment": "10 pages. Accepted at Interspeech 2021"}),
    ("arxiv_new.html", "html", 1, {"skipped": 1}, 0, {"issued": "2021-04-02", "ids": ("arXiv:2104.00111",)}),
    ("arxiv_search.html", "html", 1, {}, 0, {"abstract": "Bells ring in language. We write down how."}),
]


def abstracts(path: Path) -> list[Abstract]:
    return [item for item in read([path]) if isinstance(item, Abstract)]


@pytest.mark.parametrize(("name", "format_", "count", "problems", "number", "fields"), CASES, ids=lambda v: str(v)[:20])
def test_a_file_of_each_format(
    name: str, format_: str, count: int, problems: dict[str, int], number: int, fields: dict[str, object]
) -> None:
    items = list(read([DATA / name]))
    found = [item for item in items if isinstance(item, Abstract)]
    assert len(found) == count
    assert Counter(item.kind.value for item in items if isinstance(item, Problem)) == problems
    assert {field: getattr(found[number], field) for field in fields} == fields
    assert next(survey([DATA / name])).format == format_
    assert all(record.source == name and record.abstract for record in found)


def test_every_format_has_a_fixture() -> None:
    assert {case[1] for case in CASES} == set(FORMATS)


def test_a_named_format_reads_the_same_as_the_sniffed_one() -> None:
    for name, format_, *_ in CASES:
        assert list(read([DATA / name], format=format_)) == list(read([DATA / name]))


def test_authors_keep_the_ids_that_a_source_gives() -> None:
    ada = Person("Ada Example", ORCID, "openalex:A5000000001")
    assert abstracts(DATA / "openalex.json")[0].authors[0] == ada
    assert abstracts(DATA / "acl.xml")[0].authors[0] == Person("Ada Example", ORCID, "acl:ada-example")
    assert abstracts(DATA / "semantic_scholar.json")[0].authors[0] == Person("Ada Example", None, "s2:1741101")
    assert abstracts(DATA / "own.jsonl")[0].authors[1] == Person("Ben Sample", ORCID)


def test_names_are_in_natural_order_with_accents_read() -> None:
    assert [p.name for p in abstracts(DATA / "arxiv.json")[0].authors] == ["A. Example", "B. Müller Jr"]
    assert [p.name for p in abstracts(DATA / "anthology.bib")[0].authors] == ["Ada Example", "Ben Müller"]
    assert [p.name for p in abstracts(DATA / "oai_raw.xml")[0].authors] == ["Ada Example", "Ben Sample", "Cleo Muster"]


def test_hidden_links_stand_in_the_text() -> None:
    assert abstracts(DATA / "arxiv_abs.html")[0].abstract.endswith("Code is at https://github.com/example/drums.")
    assert "see https://example.github.io/pans for a page" in abstracts(DATA / "arxiv_new.html")[0].abstract


def test_markup_is_read_only_where_the_format_has_it() -> None:
    assert r"81.2\% accuracy with $3.4\times$" in abstracts(DATA / "abstracts.txt")[0].abstract
    assert "agrees with $\\alpha_s^2$." in abstracts(DATA / "arxiv.json")[0].abstract
    text = abstracts(DATA / "anthology.bib")[0].abstract
    assert "“everyone”" in text and r"4.1% with $\alpha_{1}$" in text and "keep ~90% of it" in text
    assert text.endswith("Code is at https://github.com/example/a_b.")
    assert "Bridges hold when a < b." in abstracts(DATA / "atom.xml")[0].abstract


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_broken_line_is_told_with_its_number_and_reading_goes_on(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.jsonl", '{"abstract": "One lamp."}\n{"abstract": \n\n[1]\n{"x": 1}\n{"abstract": "Two lamps."}\n'
    )
    items = list(read([path]))
    assert [item.abstract for item in items if isinstance(item, Abstract)] == ["One lamp.", "Two lamps."]
    broken = [(item.line, item.message) for item in items if isinstance(item, Problem)]
    assert [line for line, _ in broken] == [2, 4, 5]
    assert "broken JSON" in broken[0][1] and "not an object" in broken[1][1] and "no field 'abstract'" in broken[2][1]


def test_an_array_goes_on_after_a_broken_record(tmp_path: Path) -> None:
    records = [
        f'  {{\n    "id": "{i}",\n    "abstract": "Lamp {i}.",\n    "authors": [\n      {{"name": "A"}}\n    ]\n  }}'
        for i in range(5)
    ]
    records[2] = records[2].replace('"abstract":', '"abstract"')
    items = list(read([write(tmp_path, "a.json", "[\n" + ",\n".join(records) + "\n]\n")]))
    assert [item.abstract for item in items if isinstance(item, Abstract)] == [f"Lamp {i}." for i in (0, 1, 3, 4)]
    (problem,) = [item for item in items if isinstance(item, Problem)]
    assert problem.kind is ProblemKind.BROKEN and problem.line == 16


def test_an_array_that_is_cut_off_says_so(tmp_path: Path) -> None:
    items = list(read([write(tmp_path, "a.json", '[{"abstract": "One lamp."}, {"abstract": "Two')]))
    assert isinstance(items[0], Abstract) and len(items) > 1
    assert all(isinstance(item, Problem) and item.kind is ProblemKind.BROKEN for item in items[1:])


def test_a_large_array_on_one_line_is_read_in_pieces(tmp_path: Path) -> None:
    body = ", ".join(f'{{"id": "{i}", "abstract": "Lamp {i} shines, as {"x" * 500} does."}}' for i in range(3000))
    found = abstracts(write(tmp_path, "a.json", f'{{"count": 3000, "results": [{body}]}}'))
    assert [record.ids for record in found] == [(f"id:{i}",) for i in range(3000)]


def test_indented_objects_one_after_the_other(tmp_path: Path) -> None:
    found = abstracts(write(tmp_path, "a.json", '{\n "abstract": "One lamp."\n}\n{\n "abstract": "Two lamps."\n}\n'))
    assert [(record.abstract, record.line) for record in found] == [("One lamp.", 1), ("Two lamps.", 4)]


def test_entity_bombs_are_refused(tmp_path: Path) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    bomb += "<feed><entry><summary>&b;</summary></entry></feed>"
    items = list(read([write(tmp_path, "bomb.xml", bomb)]))
    assert not [item for item in items if isinstance(item, Abstract)]
    assert any(isinstance(item, Problem) and "declares entities is refused" in item.message for item in items)


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "a secret")
    pad = "<!-- " + "x" * 70_000 + " -->"  # the declaration stands behind the head that is looked at first
    text = f'<?xml version="1.0"?><feed>{pad}</feed>'.replace(
        "<feed>", f'<!DOCTYPE feed [{pad}<!ENTITY e SYSTEM "{secret}">]><feed>'
    )
    text = text.replace("</feed>", "<entry><title>T</title><summary>We read &e; here.</summary></entry></feed>")
    assert all(
        "secret" not in item.abstract
        for item in read([write(tmp_path, "x.xml", text)], format="atom")
        if isinstance(item, Abstract)
    )


def test_xml_goes_by_its_declared_encoding(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-2"?><feed><entry><title>Ł</title>'
    text += "<summary>Łódź has lamps.</summary></entry></feed>"
    path = tmp_path / "a.xml"
    path.write_bytes(text.encode("iso-8859-2"))
    assert abstracts(path)[0].abstract == "Łódź has lamps."


def test_tables_take_columns_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "Kopf,Text der Arbeit,Wer\nLampen,Lampen leuchten.,Ada Example\n")
    columns = {"title": "Kopf", "abstract": "Text der Arbeit", "authors": "Wer"}
    (record,) = [item for item in read([path], columns=columns) if isinstance(item, Abstract)]
    assert (record.title, record.abstract, record.authors) == ("Lampen", "Lampen leuchten.", (Person("Ada Example"),))
    (problem, _) = list(read([path]))
    assert isinstance(problem, Problem) and "--columns" in problem.message


def test_bibtex_survives_a_lost_brace(tmp_path: Path) -> None:
    text = "@article{a, title={A}, abstract={One lamp.}}\n@article{b, title={B, abstract={Two}\n\n"
    text += "@article{c, title={C}, abstract={Three lamps.}}\n"
    items = list(read([write(tmp_path, "a.bib", text)]))
    assert [item.title for item in items if isinstance(item, Abstract)] == ["A", "C"]
    (problem,) = [item for item in items if isinstance(item, Problem)]
    assert problem.line == 2 and problem.kind is ProblemKind.BROKEN


RSS = """<?xml version='1.0'?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>cs.XX</title>
<item><title>Lamps for All</title><link>https://arxiv.org/abs/2406.00001</link>
<description>arXiv:2406.00001v1 Announce Type: new\nAbstract: Lamps shine.</description>
<guid isPermaLink="false">oai:arXiv.org:2406.00001v1</guid><pubDate>Tue, 04 Jun 2024 00:00:00 -0400</pubDate>
<dc:creator>Ada Example, Ben Sample</dc:creator></item></channel></rss>"""

ADS = """@ARTICLE{2021arXiv210609999E,
  author = {{Example}, Ada and {Invented Group}}, title = "{VALUE: Lamps}", journal = {arXiv e-prints}, year = 2021,
  month = jun, eprint = {2106.09999}, note = {arXiv:2106.09999 [cs]\nComment: 15 pages},
  abstract = "{Most are \\$n \\${\\textbackslash}alpha. We make 5 \\% bright: $x^{2}$.}" }
"""


def test_exports_of_other_houses(tmp_path: Path) -> None:
    (item,) = abstracts(write(tmp_path, "rss.xml", RSS))
    assert (item.abstract, item.ids, item.issued) == ("Lamps shine.", ("arXiv:2406.00001",), "2024-06-04")
    assert [person.name for person in item.authors] == ["Ada Example", "Ben Sample"]
    (item,) = abstracts(write(tmp_path, "ads.bib", ADS))
    assert [person.name for person in item.authors] == ["Ada Example", "Invented Group"]
    assert item.abstract == r"Most are $n $\alpha. We make 5 % bright: $x^{2}$."
    assert (item.title, item.issued, item.comment) == ("VALUE: Lamps", "2021-06", "15 pages")
