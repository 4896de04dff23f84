"""What a build does once a paper is done by a cheap way: these hold the cheap ways equal to the plain ones."""

import pytest

from kg.errors import InputError
from kg.extract.codec import entities_from_json, from_json, to_json
from kg.model import (
    EntityType,
    Extraction,
    Kind,
    Link,
    LinkKind,
    LocalEntity,
    Mention,
    Person,
    Relation,
    RelationType,
    Result,
    Role,
    Span,
)
from kg.read import people

FULL = Extraction(
    sentences=(Span(0, 40),),
    entities=(
        LocalEntity(EntityType.METHOD, "FooNet", ("FooNet",), (Mention(3, 9, 0.7), Mention(12, 18))),
        LocalEntity(
            EntityType.DATASET,
            "Bar",
            ("Bar", "B"),
            (Mention(0, 3),),
            (Role.USES, Role.EVALUATES),
            "Big Array",
            0.5,
            0.4,
        ),
    ),
    links=(Link("https://a.b", 1, 5), Link("https://c.d", 7, 9, (LinkKind.CODE, LinkKind.DEMO))),
    results=(
        Result(20, 24, "71.5", Kind.ABSOLUTE, Span(0, 40)),
        Result(20, 24, "71.5", Kind.GAIN, Span(0, 40), "71.5", None, None, "%", "up", 0, 1, None, (1, 0), "test"),
    ),
    relations=(Relation(0, RelationType.TRAINED_ON, 1, Span(0, 40), 0.25),),
)


@pytest.mark.parametrize("extraction", [Extraction(), FULL])
def test_stored_and_read_back(extraction: Extraction) -> None:
    line = to_json(extraction)
    assert from_json(line) == extraction
    assert entities_from_json(line) == extraction.entities


@pytest.mark.parametrize("line", ["", "{}", "[[],[[1]]]", '[[],[["Nope","a",[],[]]]]'])
def test_what_is_no_extraction_is_refused(line: str) -> None:
    for read in (from_json, entities_from_json):
        with pytest.raises(InputError, match="not a stored extraction"):
            read(line)


def test_the_authors_of_a_collaboration_are_not_compared_each_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    plain = people._abbreviates
    monkeypatch.setattr(people, "_abbreviates", lambda short, long: calls.append(1) or plain(short, long))
    authors = tuple(Person(f"Ada {chr(97 + n % 26)}{n}x") for n in range(3000))
    short = tuple(Person(f"A. {chr(97 + n % 26)}{n}x") for n in range(0, 3000, 10))
    assert people.merged_authors([authors, short]) == authors
    assert len(calls) < 1000


def test_a_name_of_blanks_alone_is_a_person() -> None:
    names = (Person("Plato"), Person(" "), Person("P. Plato"))
    assert people.merged_authors([names]) == names
