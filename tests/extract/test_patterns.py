"""Names by their clues: what is a candidate, what is read off it, how the table judges."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.acronyms import find_acronyms
from kg.extract.clues import Candidate, Stops, candidates, clues, words_of
from kg.extract.patterns import Table, Terms, best_of_overlapping, find_names, known_names, parse_table

STOPS = Stops(frozenset({"the", "on", "with"}), frozenset({"new"}), frozenset({"based"}))


def phrases(text: str, stops: Stops = STOPS) -> list[str]:
    words = words_of(text)
    return [text[words[first].start : words[last].end] for first, last in candidates(words, stops)]


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("the graph parser", ["graph", "graph parser", "parser"], "every run of content words"),
        ("new parser", ["parser"], "a word that begins no phrase"),
        ("parser based", ["parser"], "a word that ends no phrase"),
        ("12 classes", ["classes"], "a number begins none"),
        ("YOLO 9000", ["YOLO", "YOLO 9000"], "but a number may follow"),
        ("trees, leaves", ["trees", "leaves"], "a mark parts two phrases"),
        ("", [], "no words"),
    ],
)
def test_candidates_are_runs_of_content_words(text: str, expected: list[str], reason: str) -> None:
    assert sorted(phrases(text)) == sorted(expected), reason


def test_a_phrase_has_six_words_at_most() -> None:
    assert max(len(phrase.split()) for phrase in phrases("one two three four five six seven eight")) == 6


def told(text: str, phrase: str, known: dict[Candidate, str] | None = None) -> set[str]:
    words = words_of(text)
    found = candidates(words, STOPS)
    rows = clues(text, words, found, known or {}, find_acronyms(text))
    at = [text[words[first].start : words[last].end] for first, last in found].index(phrase)
    return set(rows[at])


def test_clues_tell_of_the_phrase_and_of_what_stands_around_it() -> None:
    row = told("Quick parsing\nWe train tree parsers on the forest.", "tree parsers")
    assert {"term:tree parser", "head:parser", "first:tree", "inner:tree", "before:train", "after:on"} <= row
    assert {"shape:2 x+x", "head-after:parser on", "pair:tree parser"} <= row


@pytest.mark.parametrize(
    ("text", "phrase", "clue", "reason"),
    [
        ("Quick parsing\nWe parse.", "Quick parsing", "title:Xx+x", "the first line is the title"),
        ("Tree Bank Parser (TBP) is quick.", "TBP", "defined:short", "an acronym"),
        ("Tree Bank Parser (TBP) is quick.", "Tree Bank Parser", "defined:long", "its long form"),
        ("Elms grow. Elms fall. Elms burn.", "Elms", "often:3", "said three times"),
    ],
)
def test_clues_of_the_whole_text(text: str, phrase: str, clue: str, reason: str) -> None:
    assert any(given.startswith(clue) for given in told(text, phrase)), reason


def test_a_name_of_the_vocabulary_is_told_and_a_phrase_that_ends_in_one() -> None:
    known = {Candidate(3, 3): "Task"}
    assert "known:Task" in told("We study tree parsing", "parsing", known)
    assert "known-end:Task" in told("We study tree parsing", "tree parsing", known)


@given(st.text(st.sampled_from("aB3.-+_ \n\u00a0é$"), max_size=40))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    words = words_of(text)
    assert [text[word.start : word.end] for word in words] == [word.text for word in words]
    bounds = [0, *(offset for word in words for offset in (word.start, word.end)), len(text)]
    gaps = [text[a:b] for a, b in zip(bounds[::2], bounds[1::2], strict=True)]
    assert "".join(gaps).strip() == "", "nothing but white space between words, each at its own place"


TABLE = [
    "stop\tthe",
    "stop\ton",
    "term\telm\t\t\t2\t\t",
    "term\toak\t\t1\t1\t\t",
    "before\tthe\t\t\t\t\t-1.5",
    "# remark",
    "",
]


def test_probabilities_are_those_of_the_sum_of_the_weights() -> None:
    [(start, end, label, probability)] = find_names("elm", parse_table(TABLE))
    assert (start, end, label) == (0, 3, "Method")
    # Five types and none, each of weight 0 but the one.
    assert probability == pytest.approx(math.exp(2) / (math.exp(2) + 5))


def test_a_table_reads_the_clues_that_it_was_fitted_on() -> None:
    text = "Oak Tree Parser (OTP)\nThe OTP is a tree parser. On the oak tree corpus the OTP parses."
    words, definitions = words_of(text), find_acronyms(text)
    found, known = candidates(words, STOPS), {Candidate(1, 2): "Task"}
    in_words = clues(text, words, found, known, definitions)
    rows = {clue: row for row, clue in enumerate(sorted({clue for told in in_words for clue in told})[::2], start=1)}
    expected = [[rows.get(clue, 0) for clue in told] for told in in_words]
    table = Table(STOPS, rows, parse_table([]).weights)
    assert table.clues.read(text, words, found, known, definitions) == expected


def test_the_threshold_parts_names_from_none() -> None:
    assert find_names("the oak", parse_table(TABLE, threshold=0.3)) != []
    assert find_names("the oak", parse_table(TABLE, threshold=0.5)) == []


def test_a_name_is_not_taken_from_a_url() -> None:
    assert find_names("elm", parse_table(TABLE), closed=[(0, 3)]) == []


@pytest.mark.parametrize("row", ["term\telm\tMethod\t0.9", "term\telm\t\t\tx\t\t", "term"])
def test_a_row_that_is_none_is_refused(row: str) -> None:
    with pytest.raises(ValueError):
        parse_table([row])


TERMS = Terms({"elm": ((2, 1), {("elm", "tree"): "Task", ("elm",): "Metric"})}, frozenset({("elm",)}))


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("ELM", ["Metric"], "as it is spelled"),
        ("ELMs", ["Metric"], "in the plural"),
        ("elm", [], "a short name in capitals is a common word where it is small"),
        ("elm trees", ["Task"], "a longer name has no such doubt"),
        ("Elm-Tree", ["Task"], "hyphens are set aside"),
    ],
)
def test_names_of_the_vocabulary(text: str, expected: list[str], reason: str) -> None:
    assert list(known_names(words_of(text), TERMS).values()) == expected, reason


places = st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda p: (p[0], p[0] + p[1]))
judged = st.tuples(st.sampled_from(["Method", "Task"]), st.floats(0, 1))


@given(st.dictionaries(places, judged, max_size=12))
def test_of_overlapping_names_of_a_type_the_likeliest_is_kept(found: dict[tuple[int, int], tuple[str, float]]) -> None:
    kept = best_of_overlapping(found)
    for place, (label, chance) in found.items():
        rivals = [p for p in kept if p != place and kept[p][0] == label and p[0] < place[1] and place[0] < p[1]]
        if place in kept:
            assert not rivals
        else:
            assert any(kept[p][1] >= chance for p in rivals)


def test_an_empty_text_and_an_empty_table() -> None:
    assert find_names("", parse_table(TABLE)) == []
    assert find_names("elm", Table(STOPS, {}, parse_table([]).weights)) == []
