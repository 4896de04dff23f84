"""Numbers, results, roles and relations of sentences written for this purpose; each row says why it is there."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import Extractor
from kg.extract.facts.component import FactsReader
from kg.extract.facts.decide import Facts, _result, read_facts
from kg.extract.facts.metrics import find_metric, load_metrics
from kg.extract.facts.reading import lay_out
from kg.extract.facts.results import NONE, SLOTS, slot_candidates
from kg.extract.facts.values import find_values
from kg.extract.facts.wording import direction_of, setting_of, split_of
from kg.extract.sentences import sentence_spans
from kg.model import EntityType, Kind, LocalEntity, Mention, RelationType, Role, Span
from kg.query.ranking import shown

TYPES = {"M": EntityType.METHOD, "D": EntityType.DATASET, "A": EntityType.METRIC, "T": EntityType.TASK}


@pytest.fixture(scope="module")
def reader() -> FactsReader:
    return FactsReader()


def parsed(marked: str) -> tuple[str, list[LocalEntity], list[Span]]:
    """Read a text in which names are written `[M:FooNet]`; equal names of one type are one entity."""
    text, spans, at = "", {}, 0
    for mark in re.finditer(r"\[([MDAT]):([^\]]+)\]", marked):
        text += marked[at : mark.start()]
        spans.setdefault((mark[1], mark[2]), []).append(Mention(len(text), len(text) + len(mark[2])))
        text += mark[2]
        at = mark.end()
    text += marked[at:]
    entities = [LocalEntity(TYPES[t], name, (name,), tuple(found)) for (t, name), found in spans.items()]
    return text, entities, [Span(a, b) for a, b in sentence_spans(text)]


def facts_of(reader: FactsReader, marked: str, **told: float) -> tuple[Facts, str]:
    """Return the facts of a marked text, and the text; `told` are thresholds other than the reader's."""
    text, entities, sentences = parsed(marked)
    return read_facts(text, sentences, entities, reader.heads, replace(reader.thresholds, **told)), text


VALUES = [
    ("an accuracy of 77.64% on it", [("77.64", None, None, "%")], "a percentage"),
    (r"an accuracy of 77.6\% here", [("77.6", None, None, "%")], "LaTeX escapes the percent sign"),
    (r"is 6.9$\times$ smaller", [("6.9", None, None, "x")], "LaTeX times"),
    ("is 4.4x faster and 3-fold cheaper", [("4.4", None, None, "x"), ("3", None, None, "x")], "two ways to say times"),
    ("drops by 0.1-0.3% only", [(None, "0.1", "0.3", "%")], "a range is one value"),
    (
        "from 42.2% to 67.6% accuracy",
        [("42.2", None, None, "%"), ("67.6", None, None, "%")],
        "before and after are two",
    ),
    ("reaches 85.3/74.5 F1", [("85.3", None, None, ""), ("74.5", None, None, "")], "a slash parts two values"),
    ("ViT-X/14 reaches 88.5%", [("88.5", None, None, "%")], "a patch size belongs to the name before the slash"),
    ("takes 1,024 hours", [("1024", None, None, "hours")], "a thousands separator is no decimal point"),
    ("gains 12 percent", [("12", None, None, "%")], "the percent sign spelled out"),
    ("ResNet-50, wav2vec2, R@1, SQuAD v1.1 and GPT-4", [], "digits glued to a name measure nothing"),
    ("we ask Gemini 2.5 and Claude 3 again", [], "a version set apart by a space is still part of the name"),
    ("it helps (p < 0.05, n = 40)", [], "levels and sizes stand behind their symbols"),
    ("with 1% of the labels and 10% of training data", [], "portions of the data are how it was done"),
    ("see arXiv:2106.04632 and doi:10.1000/182.7, 10.5281/zenodo.1", [], "identifiers of papers and deposits"),
    ("solves 80% of the instances", [("80", None, None, "%")], "a share that was solved is a measurement"),
    ("a gain of R = 0.71", [("0.71", None, None, "")], "a correlation is a measurement"),
    ("by 3.5 percentage points", [("3.5", None, None, "points")], "points are not percent"),
]


@pytest.mark.parametrize(("text", "expected", "reason"), VALUES, ids=[v[2] for v in VALUES])
def test_values(text: str, expected: list[tuple[str, ...]], reason: str) -> None:
    assert [(v.value, v.low, v.high, v.unit) for v in find_values(text)] == expected, reason


RESULTS = [
    (
        "We propose [M:FooNet]. [M:FooNet] achieves an [A:accuracy] of 81.3% on [D:BarSet].",
        [("81.3", Kind.ABSOLUTE, "FooNet", "BarSet", "accuracy")],
        "the plain sentence",
    ),
    (
        "We propose [M:FooNet]. [M:FooNet] outperforms [M:OldNet] by 2.4% in [A:accuracy] on [D:BarSet].",
        [("2.4", Kind.GAIN, "FooNet", "BarSet", "accuracy")],
        "a difference is a gain",
    ),
    (
        "We propose [M:FooNet]. It reaches 71.2% [A:mIoU] on [D:BarSet] and 64.5% [A:mIoU] on [D:BazSet].",
        [("71.2", Kind.ABSOLUTE, "FooNet", "BarSet", "mIoU"), ("64.5", Kind.ABSOLUTE, "FooNet", "BazSet", "mIoU")],
        "two clauses, two datasets",
    ),
]


@pytest.mark.parametrize(("marked", "expected", "reason"), RESULTS, ids=[r[2] for r in RESULTS])
def test_results(reader: FactsReader, marked: str, expected: list[tuple[object, ...]], reason: str) -> None:
    facts, _ = facts_of(reader, marked)

    def name(index: int | None) -> str | None:
        return None if index is None else facts.entities[index].name

    found = [(r.value, r.kind, name(r.method), name(r.dataset), name(r.metric)) for r in facts.results]
    assert found == expected, reason


BOUNDS = [
    ("gains of up to 5.5% on it", ["≤ 5.5"], "the plain words"),
    ("gains of up to an average of $+$5.5 points", ["≤ 5.5"], "a few words and a sign between"),
    ("It is at least 3x faster and loses less than about 1%.", ["≥ 3", "≤ 1"], "a lower and an upper bound"),
    ("It costs no more than $20 and no less than 10 hours.", ["≤ 20", "≥ 10"], "a negated comparison is the other"),
    ("gains of up to 5.5% and reaches 81.3% there", ["≤ 5.5", "81.3"], "not across another number"),
    ("With inputs of up to some length, 81.3% is reached.", ["81.3"], "not across the border of a clause"),
    ("81.3% is reached, up to an error", ["81.3"], "what stands after the number bounds another"),
    ("Models up to date reach 81.3% on it.", ["81.3"], "no bound at all"),
    ("It has 20% more than 71.5% of them.", ["20", "71.5"], "a comparison with what stands before"),
    ("gains of up to 2-3% on it", ["2–3"], "a range says its ends itself"),
]


@pytest.mark.parametrize(("text", "expected", "reason"), BOUNDS, ids=[b[2] for b in BOUNDS])
def test_a_bound_is_that_of_the_number_right_after_it(text: str, expected: list[str], reason: str) -> None:
    reading = lay_out(text, [Span(a, b) for a, b in sentence_spans(text)], [])
    results = [_result(reading, number, Kind.GAIN, dict.fromkeys(SLOTS, NONE), 1.0)
               for number in range(len(reading.values))]  # fmt: skip
    assert [shown(r.value or "", r.low or "", r.high or "") for r in results] == expected, reason
    assert [r.value for r in results] == [v.value for v in reading.values]
    assert all(r.setting is None for r in results)


REGIMES = [
    ("Zero-shot, it reaches 81.3%.", ["Zero-shot"], "before the number"),
    ("It reaches 81.3% with a ResNet-50 and 79.9% with a ResNet-18.",
     ["with a ResNet-50", "with a ResNet-18"], "the nearest"),
    ("It gains 6.2 points on average; on the Lamp Corpus it reaches 71.3%.",
     ["on average", None], "not across a semicolon"),
    ("It reaches 81.3%. On average it gains 2%.", [None, "On average"], "not across the end of a sentence"),
    ("It has 7.2% WER without a language model and 5.8% with shallow fusion.",
     ["without a language model", "with shallow fusion"], "what was used stands behind"),
    ("It has 7.2% without any fine-tuning, and 5.8% if tuned.", ["without any fine-tuning", None], "a clause long"),
    ("Without extra data it has 7.2% there and 5.8% here.", ["Without extra data"] * 2, "or opens the sentence"),
]  # fmt: skip


SPLITS = [
    ("On [D:LeafBank] test-dev it has 81.3%, and on [D:NutBank] val 71.2%.", [0, 1], ["test-dev", "val"], "its own"),
    ("It has 81.3% on the [D:LeafBank] test set and 71.2% on [D:NutBank].", [0, 1], ["test", None], "not another's"),
    ("On [D:LeafBank], it is 4.1% on test-clean and 5.2% on test-other.", [0, 0], ["test-clean", "test-other"], "near"),
    ("On [D:LeafBank], it is 4.1% WER on test-clean, and 1.9% with labels.", [0, 0], ["test-clean", None], "taken"),
    ("It has 81.3% on the dev-other set of [D:LeafBank].", [0], ["dev-other"], "before the name"),
    ("It has 81.3% on the validation set, not on [D:LeafBank].", [None], ["validation"], "of data without a name"),
]


@pytest.mark.parametrize(("marked", "datasets", "expected", "reason"), SPLITS, ids=[s[3] for s in SPLITS])
def test_a_split_is_that_of_the_dataset(
    marked: str, datasets: list[int | None], expected: list[str | None], reason: str
) -> None:
    text, entities, sentences = parsed(marked)
    reading = lay_out(text, sentences, entities)
    assert [split_of(reading, n, dataset) for n, dataset in enumerate(datasets)] == expected, reason


@pytest.mark.parametrize(("text", "expected", "reason"), REGIMES, ids=[r[2] for r in REGIMES])
def test_a_setting_is_the_nearest_of_its_clause(text: str, expected: list[str | None], reason: str) -> None:
    reading = lay_out(text, [Span(a, b) for a, b in sentence_spans(text)], [])
    assert [setting_of(reading, number) for number in range(len(reading.values))] == expected, reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It reduces memory by more than 40%.", "down"),
        ("It improves accuracy by no less than 3%.", "up"),
        ("It needs 40% more than others.", "up"),
        ("It needs 40% less than others.", "down"),
        ("It lowers the error by up to 19% relative.", "down"),
        ("It reduces the cost by over 80%.", "down"),
        ("It improves accuracy by an average of 4% and reduces cost.", "up"),
        ("It gains 4% over the others.", "up"),
        ("It is beaten by others, 4% lower.", "down"),
    ],
)
def test_what_bounds_a_number_is_not_its_direction(text: str, expected: str) -> None:
    reading = lay_out(text, [Span(0, len(text))], [])
    assert direction_of(reading, 0, Kind.GAIN) == expected


def test_the_name_of_a_metric_may_tell_the_direction() -> None:
    text, entities, sentences = parsed("It has a [A:token reduction] of 40%.")
    assert direction_of(lay_out(text, sentences, entities), 0, Kind.GAIN) == "down"


NO_RESULTS = [
    ("We introduce [D:BarSet], which contains 107,439 questions over 1,200 images.", "the size of a dataset"),
    ("Since 2019, [M:FooNet] has been used for [T:machine translation].", "a year"),
    ("[M:FooNet] has 12 layers and 8 attention heads.", "an architecture's own numbers"),
    ("[D:BarSet] covers 80 categories in 5 languages.", "counts of classes"),
]


@pytest.mark.parametrize(("marked", "reason"), NO_RESULTS, ids=[r[1] for r in NO_RESULTS])
def test_not_results(reader: FactsReader, marked: str, reason: str) -> None:
    assert facts_of(reader, marked)[0].results == (), reason


def test_roles_and_relations_of_a_plain_abstract(reader: FactsReader) -> None:
    facts, text = facts_of(
        reader,
        "[M:FooNet]: a Network for [T:semantic segmentation]\nWe address [T:semantic segmentation]. We propose "
        "[M:FooNet], a new network based on [M:OldNet]. Experiments on [D:BarSet] show that [M:FooNet] outperforms "
        "[M:RivalNet] by 1.2 [A:mIoU].",
    )
    roles = {e.name: e.roles for e in facts.entities}
    assert Role.PROPOSES in roles["FooNet"]
    assert Role.ADDRESSES in roles["semantic segmentation"]
    assert Role.EVALUATES in roles["BarSet"]
    assert Role.COMPARES in roles["RivalNet"]
    assert roles["mIoU"] == (Role.REPORTS,)
    said = {(facts.entities[r.head].name, r.type, facts.entities[r.tail].name): r for r in facts.relations}
    assert ("FooNet", RelationType.APPLIED_TO, "semantic segmentation") in said
    assert ("FooNet", RelationType.EVALUATED_ON, "BarSet") in said
    won = said["FooNet", RelationType.OUTPERFORMS, "RivalNet"]
    assert "outperforms" in won.sentence.of(text)
    assert ("RivalNet", RelationType.OUTPERFORMS, "FooNet") not in said


PIECES = st.sampled_from(
    [
        "[M:FooNet] ",
        "[D:BarSet] ",
        "[A:accuracy] ",
        "[T:parsing] ",
        "reaches ",
        "on ",
        "by ",
        "from ",
        "to ",
        "and ",
        ", ",
        "81.3% ",
        "2.4x ",
        "1-2 ",
        "3/4 ",
        r"5\% ",
        "1,000 ",
        "+7 ",
        ". We ",
        "\n",
        "$",
        "∼3 ",
        "́",
        "0{.}99 ",
        "1e5 ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_every_number_stands_in_its_sentence(reader: FactsReader, pieces: list[str]) -> None:
    facts, text = facts_of(reader, "".join(pieces))
    for result in facts.results:
        assert result.raw == text[result.start : result.end]
        assert result.sentence.start <= result.start and result.end <= result.sentence.end
        for number in (result.value, result.low, result.high):
            assert number is None or number.lstrip("0") in result.raw.replace(",", "")
        assert 0 <= result.score <= 1
    for relation in facts.relations:
        assert relation.head != relation.tail
        assert 0 <= relation.sentence.start < relation.sentence.end <= len(text)


@given(st.text(max_size=300))
def test_values_are_where_they_say(text: str) -> None:
    end = 0
    for value in find_values(text):
        assert end <= value.start < value.end <= len(text)
        end = value.end


def test_one_metric_under_its_names() -> None:
    names = ("top-1", "Top-1 accuracy", "top-1 acc.")
    assert len({find_metric(name) for name in names} - {None}) == 1
    assert find_metric("no such metric") is None
    entry = find_metric("word error rate")
    assert entry is not None and entry.higher_is_better is False
    assert len({e.iri for e in load_metrics()}) == len(load_metrics())


def test_the_pipeline_of_rules_reads_facts() -> None:
    text = "FooNet: Fast Parsing\nWe propose FooNet. FooNet achieves an accuracy of 81.3% on ImageNet."
    [extraction] = Extractor("rules").extract([text])
    assert [r.raw for r in extraction.results] == ["81.3%"]


def test_a_number_is_weighed_against_the_names_near_it_alone() -> None:
    text = " ".join(f"Net{i:02} reaches 71.5%." for i in range(90))
    entities = [
        LocalEntity(EntityType.METHOD, m[0], (m[0],), (Mention(*m.span()),)) for m in re.finditer(r"Net\d+", text)
    ]
    reading = lay_out(text, [Span(a, b) for a, b in sentence_spans(text)], entities)
    candidates = slot_candidates(reading, "method", 45)
    assert candidates[-1] == NONE
    assert len(candidates) == 33
    assert {44, 45, 46} <= set(candidates)
    assert not {0, 89} & set(candidates)


def test_a_result_is_said_where_its_parts_are_likely_together(reader: FactsReader) -> None:
    marked = "[M:TinyNet] reaches 91.2% [A:accuracy] on [D:ImageNet]."
    [result] = facts_of(reader, marked, whole=0.0)[0].results
    assert facts_of(reader, marked, whole=result.score - 0.01)[0].results == (result,)
    assert facts_of(reader, marked, whole=result.score + 0.01)[0].results == ()
