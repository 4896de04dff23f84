"""Features by name and by number: one and the same to a head, in the same order."""

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kg.extract.facts.heads import Head, Heads
from kg.extract.facts.reading import lay_out
from kg.extract.facts.relations import FAMILIES, pair_features, pairs
from kg.extract.facts.results import SLOTS, kind_features, link_features, slot_candidates
from kg.extract.facts.roles import role_features
from kg.extract.facts.spelling import BY_NAME, Key, Numbers, Spelling
from kg.model import EntityType, LocalEntity, Mention, Span

TEXT = "FooNet: a net. FooNet reaches 91.2% accuracy on BarSet, 3 points more than OldNet on BarSet."
NAMED = (("FooNet", "Method"), ("BarSet", "Dataset"), ("OldNet", "Method"), ("accuracy", "Metric"))
PARTS = st.text("ab|=", max_size=3)


def entity(name: str, type_: str) -> LocalEntity:
    places = [at for at in range(len(TEXT)) if TEXT.startswith(name, at)]
    return LocalEntity(EntityType(type_), name, (name,), tuple(Mention(at, at + len(name), 1.0) for at in places))


def features_of_all(spell: Spelling[Key]) -> list[dict[Key, float]]:
    reading = lay_out(TEXT, [Span(0, 14), Span(15, len(TEXT))], [entity(*named) for named in NAMED])
    roles = [{"main": 0.75, "uses": 0.25}] * len(NAMED)
    found = [*role_features(reading, spell), *(kind_features(reading, n, spell) for n in range(len(reading.values)))]
    for slot in SLOTS:
        candidates = slot_candidates(reading, slot, 1)
        found += link_features(reading, 1, slot, candidates, "gain", roles, [0], {"method": 0}, spell)
    for family in FAMILIES:
        found += pair_features(reading, family, pairs(reading, family), roles, spell)
    return [dict(item) for item in found]


def head_of(names: list[str]) -> Head[str]:
    random = np.random.default_rng(7)
    wide, deep, out = (
        random.normal(size=shape).astype(np.float32) for shape in ((len(names), 2), (len(names), 3), (3, 2))
    )
    index = {name: row for row, name in enumerate(names)}
    return Head(("a", "b"), index, wide, deep, np.zeros(3, np.float32), out, np.zeros(2, np.float32))


@given(st.lists(st.builds("".join, st.tuples(PARTS, PARTS)), unique=True), PARTS, PARTS, PARTS)
def test_a_number_is_that_of_the_whole_name(names: list[str], over: str, beginning: str, rest: str) -> None:
    known = sorted(names)
    whole = over + beginning + rest
    number = known.index(whole) + 1 if whole in known else 0
    under = Numbers(known).under(over)
    assert under(beginning, rest) == number
    assert under.each(beginning, [rest, rest]) == [number, number]
    assert BY_NAME.under(over)(beginning, rest) == whole


def test_heads_score_numbers_as_they_score_names() -> None:
    named = features_of_all(BY_NAME)
    names = sorted({name for item in named for name in item})
    for known in (names, names[::2], names[:1]):  # all of them, half of them, next to none
        head = head_of(known)
        heads = Heads({"one": head, "other": head_of(["no feature of these"])})
        numbered = features_of_all(heads.spell)
        assert np.array_equal(heads["one"].score(numbered), head.score(named))


def test_numbered_heads_survive_the_way_to_another_process() -> None:
    heads = Heads({"one": head_of(["a=b", "a=c"])})
    assert heads.spell("a=", "c") == 2
    there = pickle.loads(pickle.dumps(heads))  # noqa: S301 - our own bytes
    assert there.spell("a=", "b") == 1
    assert np.array_equal(there["one"].score([{2: 1.0}]), heads["one"].score([{2: 1.0}]))
