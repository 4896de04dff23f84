"""Things: one judgement for one surface; what crosses a better one goes."""

import numpy as np
import pytest

from kg.errors import PipelineError
from kg.extract.mentions.heads import ROLES, TYPES, Candidates, Heads, sigmoid
from kg.extract.mentions.things import (
    FEATURES,
    Judge,
    Thing,
    acronym_pairs,
    agree,
    find_things,
    fold_surface,
    keep,
    known_types,
    spread,
    tentative,
)
from kg.extract.mentions.words import Encoded, cut_words
from kg.extract.trees import Trees
from kg.vocabulary import load_vocabulary

TEXT = "Tiny graph networks (TGN) beat trees. A tiny graph network learns."


def candidates(*rows: tuple[int, int, dict[str, float]]) -> Candidates:
    types = np.full((len(rows), len(TYPES)), -6.0, np.float32)
    for index, (_, _, logits) in enumerate(rows):
        for name, value in logits.items():
            types[index, TYPES.index(name)] = value
    first, last = (np.array([row[i] for row in rows], np.int64) for i in (0, 1))
    word = np.repeat(types[:, None], 3, axis=1)
    return Candidates(first, last, types, types.max(1), np.zeros((len(rows), len(ROLES)), np.float32), word)


def stump(feature: str, at: float) -> Trees:
    """One tree: sure where the feature is above `at`."""
    column = FEATURES.index(feature)
    return Trees(
        feature=np.array([[column, 0, 0]], np.int32),
        threshold=np.array([[at, 0.0, 0.0]]),
        left=np.array([[1, 1, 2]], np.int32),
        right=np.array([[2, 1, 2]], np.int32),
        value=np.array([[0.0, -3.0, 3.0]]),
        depth=1,
        base=0.0,
    )


KNOWN = known_types(load_vocabulary())
JUDGE = Judge(stump("best", 0.0), stump("core", 0.0), (0.5,) * len(TYPES), 0.0)


def test_surfaces_of_one_thing_are_judged_together() -> None:
    words = cut_words(TEXT)
    found = candidates((0, 2, {"Method": 3.0}), (4, 4, {"Method": 2.0, "Task": -1.0}), (10, 12, {"Method": -2.5}))
    things = find_things(TEXT, words, found, KNOWN)
    assert [(t.surface, TYPES[t.type], t.members) for t in things] == [
        ("tinygraphnetwork", "Method", (0, 2)),
        ("tgn", "Method", (1,)),
        ("tgn", "Task", (1,)),
    ]
    partner = FEATURES.index("partner")
    assert things[0].features[partner] == 2.0 and things[1].features[partner] == 3.0
    assert all(len(thing.features) == len(FEATURES) for thing in things)
    right, core = JUDGE.judge(things)
    kept = keep(things, right, core, JUDGE.thresholds, JUDGE.weight)
    mentions = spread(words, found, things, kept, right, core)
    assert [TEXT[m.start : m.end] for m in mentions] == ["Tiny graph networks", "TGN", "tiny graph network"]
    assert {m.type for m in mentions} == {"Method"}
    assert all(m.core <= m.score for m in mentions)


def test_acronym_and_long_form_agree() -> None:
    words = cut_words(TEXT)
    found = candidates((0, 2, {"Method": 3.0}), (1, 2, {"Method": 1.0}), (4, 4, {"Method": -1.0, "Task": 2.0}))
    pairs = acronym_pairs(TEXT, words, found)
    assert pairs == [(0, 2), (1, 2)]
    things = [
        Thing("long", 0, (0,), ()),
        Thing("less", 0, (1,), ()),
        Thing("short", 0, (2,), ()),
        Thing("short", 4, (2,), ()),
    ]
    assert agree(things, [0, 3], np.array([0.9, 0.3, 0.4, 0.6]), pairs) == [0, 2], "the surer one's type"
    assert agree(things, [0], np.array([0.9, 0.3, 0.2, 0.1]), pairs) == [0, 2], "one brings the other in"
    assert agree(things, [0], np.array([0.9, 0.3, 0.05, 0.1]), pairs) == [0], "unless it is absurd"
    assert agree(things, [], np.array([0.4, 0.3, 0.3, 0.1]), pairs) == []


def test_one_type_a_surface() -> None:
    things = [Thing("x", 0, (0,), ()), Thing("x", 4, (0,), ()), Thing("y", 1, (1,), ())]
    right, core = np.array([0.6, 0.8, 0.2]), np.zeros(3)
    assert keep(things, right, core, (0.5,) * 5, 0.0) == [1]


def test_what_crosses_a_better_one_goes_and_what_nests_stays() -> None:
    words = cut_words("image net classification task")
    found = candidates((0, 1, {"Dataset": 3.0}), (0, 2, {"Task": 3.0}), (1, 3, {"Task": 3.0}))
    things = [Thing(str(i), i, (i,), ()) for i in range(3)]
    score = np.array([0.9, 0.8, 0.7])
    kept = spread(words, found, things, [0, 1, 2], score, score)
    assert [(m.start, m.end) for m in kept] == [(0, 9), (0, 24)]


def test_what_falls_short_by_less_than_half_is_tentative() -> None:
    text = "sure near far A and B \\emph{cut"
    words = cut_words(text)
    found = candidates(*((a, b, {}) for a, b in ((0, 0), (1, 1), (2, 2), (3, 5), (6, len(words) - 1))))
    rows = (
        ("sure", 0, 0),
        ("near", 1, 1),
        ("far", 1, 2),
        ("sure", 1, 0),
        ("near", 3, 1),
        ("aandb", 1, 3),
        ("cut", 1, 4),
    )
    things = [Thing(surface, kind, (member,), ()) for surface, kind, member in rows]
    right, core = np.array([0.9, 0.4, 0.1, 0.4, 0.3, 0.4, 0.4]), np.zeros(7)
    kept = keep(things, right, core, JUDGE.thresholds, JUDGE.weight)
    assert kept == [0]
    assert tentative(text, words, found, things, kept, right, core, JUDGE, 1.0) == []
    # Not the far one, nothing of a surface that is kept, one type a surface, no list, nothing cut out of LaTeX.
    assert tentative(text, words, found, things, kept, right, core, JUDGE, 0.5) == [1]
    # What the user gives a name is its only type, here too.
    given = {"near": frozenset({TYPES.index("Metric")})}
    assert tentative(text, words, found, things, kept, right, core, JUDGE, 0.5, given) == [4]


def test_a_tentative_mention_does_not_push_out_a_kept_one() -> None:
    words = cut_words("image net classification task")
    found = candidates((0, 1, {"Dataset": 3.0}), (1, 3, {"Dataset": 3.0}), (3, 3, {"Metric": 3.0}))
    things = [Thing(str(i), i, (i,), ()) for i in range(3)]
    score = np.array([0.6, 0.9, 0.8])
    found_ones = spread(words, found, things, [0], score, score, [1, 2])
    assert [(m.start, m.end, m.tentative) for m in found_ones] == [(0, 9, False), (25, 29, True)]


def test_folding() -> None:
    assert fold_surface("the Vision-Transformers (ViTs)") == fold_surface("vision transformer")


def test_judge_on_disk(tmp_path) -> None:
    JUDGE.to_disk(tmp_path)
    again = Judge.from_disk(tmp_path)
    rows = np.random.default_rng(0).normal(size=(9, len(FEATURES)))
    assert np.array_equal(again.right.predict(rows), JUDGE.right.predict(rows))
    assert again.thresholds == JUDGE.thresholds
    with pytest.raises(PipelineError):
        Judge.from_disk(tmp_path / "absent")


def random_heads(width: int = 4, size: int = 6, hidden: int = 5) -> Heads:
    chance = np.random.default_rng(3)
    count = len(TYPES)
    shapes = {
        "start_inside": (size, 2 * count), "start_inside_bias": (2 * count,), "end": (size, count),
        "end_bias": (count,), "from_start": (size, hidden), "from_start_bias": (hidden,), "from_end": (size, hidden),
        "from_mean": (size, hidden), "widths": (width, hidden), "out": (hidden, count + 1 + len(ROLES)),
        "out_bias": (count + 1 + len(ROLES),),
    }  # fmt: skip
    return Heads(
        {name: chance.normal(size=shape).astype(np.float16).astype(np.float32) for name, shape in shapes.items()}
    )


def test_heads_propose_within_sentence_and_width_and_survive_the_disk(tmp_path) -> None:
    text = "one two three four five. six seven eight nine ten"
    words = cut_words(text)
    chance = np.random.default_rng(1)
    vectors = chance.normal(size=(2, len(words), 6)).astype(np.float32)
    encoded = Encoded(words, vectors[0], vectors[1])
    heads = random_heads()
    found = heads.candidates(encoded)
    assert len(found) and ((found.last - found.first) < 4).all()
    assert (words.sentences[found.first] == words.sentences[found.last]).all()
    heads.to_disk(tmp_path / "heads.npz")
    again = Heads.from_disk(tmp_path / "heads.npz").candidates(encoded)
    assert np.array_equal(found.types, again.types) and np.array_equal(found.roles, again.roles)


def test_nothing_to_read() -> None:
    words = cut_words(" ")
    empty = np.zeros((0, 0), np.float32)
    found = random_heads().candidates(Encoded(words, empty, empty))
    assert len(found) == 0 and find_things(" ", words, found, KNOWN) == [] and len(JUDGE.judge([])[0]) == 0


def test_sigmoid_does_not_overflow() -> None:
    assert sigmoid(np.array([-1e4, 0.0, 1e4], np.float32)).tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("name", ["heads.npz"])
def test_missing_weights_are_named(tmp_path, name: str) -> None:
    with pytest.raises(PipelineError, match=name):
        Heads.from_disk(tmp_path / name)


def test_a_cut_through_a_bracket_is_no_thing() -> None:
    words = cut_words(TEXT)
    names = [TEXT[s:e] for s, e in zip(words.starts, words.ends, strict=True)]
    opened = names.index("(")
    found = candidates((0, opened + 1, {"Method": 3.0}), (opened + 1, opened + 2, {"Method": 3.0}))
    assert find_things(TEXT, words, found, KNOWN) == []
