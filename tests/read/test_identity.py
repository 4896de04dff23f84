"""One identity for a paper: what joins, what must not, and that no order matters."""

import re
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Abstract, Person
from kg.read import connected, group, merge, person_key, record_keys
from kg.read.ids import SCHEMES, identifier, key_of
from kg.read.venue import venue_of

LONG = "We present a lamp that learns when it is dark, from the steps of those who pass by, "
LONG += "and compare it with nine others. "
LONG += "It saves a third of the energy on every street that we have measured so far."
OTHER = LONG.replace("lamp", "bell").replace("energy", "noise")


def rec(
    abstract: str = LONG, *ids: str, title: str | None = None, issued: str | None = None, source: str = "a"
) -> Abstract:
    return Abstract(abstract, title, ids, issued=issued, source=source)


TITLE = "Lamps that Learn from Steps at Night"


@pytest.mark.parametrize(
    ("records", "keys"),
    [
        pytest.param([rec(), rec(source="b")], 1, id="the same text in two files"),
        pytest.param([rec(LONG), rec(LONG.upper().replace(" ", "  "))], 1, id="blanks and case aside"),
        pytest.param(
            [rec(LONG, "arXiv:2104.00001"), rec(OTHER, "arXiv:2104.00001")], 1, id="one arXiv id, two versions"
        ),
        pytest.param([rec(LONG, "arXiv:2104.00001"), rec(LONG)], 1, id="one with an id, one without"),
        pytest.param([rec(LONG, "arXiv:2104.00001"), rec(LONG, "arXiv:2104.00002")], 2, id="two arXiv ids, one text"),
        pytest.param([rec(LONG, "doi:10.1/a"), rec(LONG, "doi:10.1/b")], 1, id="a preprint's and a journal's DOI"),
        pytest.param(
            [rec(LONG, "arXiv:2104.00001", "doi:10.1/a"), rec(OTHER, "arXiv:2104.00002", "doi:10.1/a")],
            2,
            id="a wrong DOI does not melt two arXiv papers",
        ),
        pytest.param(
            [rec(title=TITLE, issued="2021"), rec(OTHER, title=TITLE.lower() + ".", issued="2021-06-08")],
            1,
            id="title, year",
        ),
        pytest.param([rec(title=TITLE, issued="2021"), rec(OTHER, title=TITLE, issued="2019")], 2, id="another year"),
        pytest.param(
            [rec(LONG, "doi:10.1/a", title=TITLE, issued="2021"), rec(OTHER, "doi:10.1/b", title=TITLE, issued="2021")],
            2,
            id="title and year, but two DOIs",
        ),
        pytest.param(
            [rec("Withdrawn.", title="A lamp"), rec("Withdrawn.", title="A bell")], 2, id="a text that says nothing"
        ),
        pytest.param(
            [rec("Short.", title="Editorial", issued="2021"), rec("Brief.", title="Editorial", issued="2021")],
            2,
            id="a title that says nothing",
        ),
        pytest.param(
            [rec(LONG, "arXiv:1"), rec(OTHER, "doi:10.1/a"), rec("Third.", "arXiv:1", "doi:10.1/a")],
            1,
            id="joined by a third",
        ),
        pytest.param(
            [rec(LONG, "acl:N19-1423"), rec(OTHER, "doi:10.18653/v1/n19-1423")], 1, id="an ACL id and its DOI"
        ),
        pytest.param([rec(LONG, "id:7"), rec(OTHER, "id:7")], 2, id="a file's own numbers identify nothing"),
    ],
)
def test_which_records_are_one_paper(records: list[Abstract], keys: int) -> None:
    outcomes = {tuple(group(order)) for order in permutations(records)}
    assert len(outcomes) == 1
    papers = outcomes.pop()
    assert len(papers) == keys
    assert len({paper.key for paper in papers}) == keys
    assert sorted(r.abstract for paper in papers for r in paper.records) == sorted(r.abstract for r in records)


IDS = st.sampled_from(
    [
        "arXiv:2104.00001",
        "arXiv:2104.00002",
        "acl:N19-1001",
        "doi:10.1/a",
        "doi:10.1/b",
        "openalex:W10001",
        "s2:123456",
        "id:1",
    ]
)
RECORDS = st.builds(
    Abstract,
    abstract=st.sampled_from([LONG, OTHER, "Withdrawn.", "Short."]),
    title=st.sampled_from([None, TITLE, "Bells that Learn from Steps at Night", "Editorial"]),
    ids=st.lists(IDS, max_size=3, unique=True).map(tuple),
    authors=st.sampled_from([(), (Person("Ada Example"),), (Person("A. Example", id="s2:1"), Person("Ben Sample"))]),
    issued=st.sampled_from([None, "2021", "2021-06-08", "2020"]),
    venue=st.sampled_from([None, "arXiv", "ICLR 2021"]),
    source=st.sampled_from(["a", "b", "c"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(RECORDS, max_size=8), st.randoms(use_true_random=False))
def test_grouping_is_a_function_of_the_set(records: list[Abstract], random: object) -> None:
    papers = group(records)
    shuffled = [*records, *records[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert group(shuffled) == papers
    assert len({paper.key for paper in papers}) == len(papers)
    assert {record for paper in papers for record in paper.records} == set(records)
    for paper in papers:
        assert set(paper.record.ids) >= {id_ for record in paper.records for id_ in record.ids}
        assert paper.sources == tuple(sorted({record.source for record in paper.records}))


@settings(max_examples=200, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=8))
def test_grouping_what_is_connected_is_enough(records: list[Abstract]) -> None:
    def holders(key: str) -> list[Abstract]:
        return [record for record in records if key in record_keys(record)]

    whole = {paper.key: paper for paper in group(records)}
    for paper in group(connected(records[0], holders)):
        assert whole[paper.key] == paper


def test_merging_takes_the_fullest_and_keeps_the_rest() -> None:
    one = Abstract(
        LONG,
        TITLE,
        ("arXiv:2104.00001",),
        1,
        (Person("Ada Example"), Person("Ben Sample")),
        "2021",
        "arXiv",
        source="a",
        line=3,
    )
    two = Abstract(
        LONG + " More.",
        None,
        ("doi:10.1/a",),
        2,
        (Person("A. Example", "0000-0002-1825-0097"),),
        "2021-06-08",
        "ICLR 2021",
        source="b",
    )
    paper = merge([two, one])
    assert paper == merge([one, two])
    assert paper.key == "arxiv-2104.00001" and paper.sources == ("a", "b") and paper.records == (one, two)
    assert (paper.record.title, paper.record.issued, paper.record.venue) == (TITLE, "2021-06-08", "ICLR 2021")
    assert paper.record.version == 2 and paper.record.abstract == two.abstract
    assert paper.record.authors == (Person("Ada Example", "0000-0002-1825-0097"), Person("Ben Sample"))


@pytest.mark.parametrize(
    ("text", "scheme", "id_"),
    [
        ("arXiv:2106.04632v3", None, "arXiv:2106.04632"),
        ("http://arxiv.org/pdf/2106.04632v1.pdf", None, "arXiv:2106.04632"),
        ("arXiv:2106.04632 [cs.CL]", None, "arXiv:2106.04632"),
        ("math.GT/0309136", None, "arXiv:math/0309136"),
        ("10.48550/ARXIV.2106.04632", "doi", "arXiv:2106.04632"),
        ("https://doi.org/10.18653/V1/2020.ACL-MAIN.1", None, "doi:10.18653/v1/2020.acl-main.1"),
        ("https://aclanthology.org/n19-1423.pdf", None, "acl:N19-1423"),
        ("https://www.aclweb.org/anthology/P16-1001/", None, "acl:P16-1001"),
        ("acl:2016.gwc-1.1", None, "acl:2016.gwc-1.1"),
        ("doi: 10.1/NO", "doi", None),
        ("https://openalex.org/W2741809807", None, "openalex:W2741809807"),
        ("PMID: 31452104", None, "pmid:31452104"),
        ("arXiv:2106.04632 [cs, stat]", None, "arXiv:2106.04632"),
        ("https://arxiv.org/abs/2106.04632v2?context=cs.CL", None, "arXiv:2106.04632"),
        ("https://doi.org/10.1000%2FLamp%3C1%3E", None, "doi:10.1000/lamp<1>"),
        ("DOI 10.1000/Lamp", None, "doi:10.1000/lamp"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC123456/", None, "pmcid:PMC123456"),
        ("31452104", None, None),
        ("https://github.com/example/lamp", None, None),
        ("seed-000/01", None, None),
    ],
)
def test_identifiers(text: str, scheme: str | None, id_: str | None) -> None:
    assert identifier(text, scheme) == id_


VALUES = st.text(st.sampled_from("ab1/_.-() :é"), min_size=1, max_size=6)


@settings(max_examples=500)
@given(st.sampled_from(SCHEMES), VALUES, st.sampled_from(SCHEMES), VALUES)
def test_keys_are_injective_and_unreserved(scheme: str, value: str, other: str, text: str) -> None:
    one, two = key_of(f"{scheme}:{value}"), key_of(f"{other}:{text}")
    assert re.fullmatch(r"[A-Za-z0-9._-]+", one)
    assert (one == two) == ((scheme, value) == (other, text))


def test_one_list_names_everybody_once() -> None:
    three = (Person("Yi Wang"), Person("Y. Wang"), Person("Yu Wang"))
    assert merge([Abstract(LONG, authors=three)]).record.authors == three
    two = (Person("Wei Wang", "0000-0002-1825-0097"), Person("Wei Wang", "0000-0001-5109-3700"))
    assert merge([Abstract(LONG, authors=two)]).record.authors == two
    between = (two[0], Person("Wei Wang"), two[1])
    assert merge([Abstract(LONG, authors=between)]).record.authors == two
    names = (Person("Wei Wang"), Person("Wei Wang", "0000-0001-5109-3700"))  # the same two, one of them known
    assert merge([Abstract(LONG, authors=two), Abstract(LONG, authors=names)]).record.authors == two
    works = [Abstract(LONG, authors=(Person("Ada Example", id=f"openalex:A{n}"),)) for n in (1, 2)]
    assert len(merge(works).record.authors) == 1  # two ids that a source gave one name of two works


def test_people_are_one_only_where_an_id_says_so() -> None:
    name = Person("Ada Example")
    assert person_key("arxiv-1", name) != person_key("arxiv-2", name)
    assert person_key("arxiv-1", name) != person_key("arxiv-1", Person("Ada Exämple Jr"))
    known = Person("Ada Example", id="openalex:A50")
    assert person_key("arxiv-1", known) == person_key("arxiv-2", known) == "openalex-A50"
    assert person_key("p", Person("A", "0000-0002-1825-0097", "s2:1")) == "orcid-0000-0002-1825-0097"


@pytest.mark.parametrize(
    ("comment", "venue"),
    [
        ("Accepted by ICLR 2021", "ICLR 2021"),
        ("Accepted as a conference paper at ICLR 2021", "ICLR 2021"),
        ("CVPR 2022 (oral)", "CVPR 2022"),
        ("CVPR2022", "CVPR 2022"),
        ("ICML'19 camera ready", "ICML 2019"),
        ("NAACL-HLT 2019, long paper", "NAACL-HLT 2019"),
        ("To appear in IEEE Transactions on Lamps, 12 pages", "IEEE Transactions on Lamps"),
        ("Published in Journal of Lamps 2020", "Journal of Lamps 2020"),
        ("8 pages, 3 figures. Accepted to EMNLP 2020 (Findings)", "EMNLP 2020 Findings"),
        ("NeurIPS 2021 Datasets and Benchmarks Track", "NeurIPS 2021 Datasets and Benchmarks"),
        ("13 pages, 11 figures", None),
        ("arXiv admin note: substantial text overlap with arXiv:1711.09561", None),
        ("Submitted to ICLR 2021", None),
        ("Under review at CVPR 2022", None),
        ("The first version of AutoLamp. 13 pages, 11 figures", None),
        ("Code is available at https://github.com/example/ICLR2021", None),
        ("We won the RSS challenge", None),
        ("", None),
        (None, None),
    ],
)
def test_venues_from_comments(comment: str | None, venue: str | None) -> None:
    assert venue_of(comment) == venue
