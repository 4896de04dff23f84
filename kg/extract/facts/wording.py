"""Read from the words beside a number what is said in so many words: direction, split, setting, unit."""

import re
from collections.abc import Sequence
from typing import Literal

from kg.extract.facts.reading import Reading
from kg.extract.mentions.trimming import SPLIT
from kg.model import Kind

__all__ = ["bound_of", "direction_of", "setting_of", "split_of", "unit_near"]

Bound = Literal["low", "high"]

_DOWN = re.compile(
    r"^(?:reduc\w*|lower\w*|smaller|less|fewer|drop\w*|decreas\w*|declin\w*|degrad\w*|sav\w+|cut\w*|shrink\w*|"
    r"diminish\w*|worse\w*|fall\w*|fell|loss|losing|compress\w*|below|minus|behind|underperform\w*)$"
)
_UP = re.compile(
    r"^(?:improv\w*|gain\w*|increas\w*|higher|better|faster|more|greater|larger|outperform\w*|surpass\w*|exceed\w*|"
    r"boost\w*|rais\w*|speedups?|speed|up|above|over|enhanc\w*|accelerat\w*|beat\w*|uplift)$"
)
#: What follows a split's name where it is one: "test accuracy", but not "test cases".
_OF_SPLIT = (
    r"(?=[- ](?:sets?|split|partition|server|data|dataset|corpus|benchmark|accuracy|error|perplexity|(?:un)?seen)\b)"
)
_SPLIT = re.compile(
    rf"\b(?:{SPLIT}\b|test-[PB]\b|"
    rf"(?:held-out )?test{_OF_SPLIT}|(?:val(?:idation)?|dev(?:elopment)?){_OF_SPLIT}|"
    r"val2017\b|minival\b|val[- ](?:un)?seen\b|\bval\b|(?<=\bthe )(?:dev|test)\b)",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"\b(?:zero|one|two|three|four|five|ten|few|many|full|\d+)[- ]?shots?\b|\bfully[- ]supervised\b|"
    r"\bsemi-supervised\b|"
    r"\bself-supervised\b|\bunsupervised\b|\bweakly[- ]supervised\b|"
    r"\bsupervised\b(?= setting| learning setting)|"
    r"\blinear (?:probe|probing|evaluation)\b|\bsingle-(?:model|scale|crop|view)\b|"
    r"\bcross-(?:dataset|domain|subject|view)\b|"
    r"\bfine-tun(?:ed|ing)(?= setting)\b|\bopen-(?:vocabulary|set|world)\b|\bwith(?: an?| the)? ResNet-\d+\b|"
    r"\b\d+ ?[kK] labels\b|\bon average\b",
    re.IGNORECASE,
)
#: What was used, or left out, for the numbers before it: "7.2% without a language model and 5.8% with shallow fusion".
_USING = re.compile(
    r"\bwith(?:out)?(?: (?:an?|any|the|extra|additional|external|further|test-time))* (?:language models?|LMs?|data|"
    r"training data|labels|knowledge|pre-?training|fine-?tuning|(?:data )?augmentations?|retrieval|distillation|"
    r"shallow fusion|ensembl(?:es?|ing)|beam search)\b",
    re.IGNORECASE,
)
#: "up to an average of +", "less than about $": what makes the number right after it a bound.
_BOUND = re.compile(
    r"\b(?:(?P<high>up to|at most|no more than|(?<!no )(?<![\d%] )(?:less|fewer) than)"
    r"|(?P<low>at least|no (?:less|fewer) than|(?<!no )(?<![\d%] )more than))"
    r"(?:\s+(?:an?|the|some|about|around|roughly|approximately|nearly|almost|additional|another|further|average|mean|"
    r"maximum|absolute|relative|improvements?|gains?|reductions?|increases?|speedups?|of)\b)*"
    r"(?:[\s$€£¥{~∼≈+−–±-]|\\sim|\\approx|\\textbf)*$",
    re.IGNORECASE,
)
_BEHIND_NUMBER = re.compile(r"\d[\d.,]*\s?\\?%?(?:\s\w+){0,2}\s(?:on|for)\s(?:the\s)?$")
_FAR = 110  # characters between a number and its split
_NEAR = _FAR + 30  # words at most within which that split's dataset is named
_BESIDE = 25  # characters at most between a split and the name of its dataset
_REACH = 16  # words; a cue further off speaks of something else
_BY = 5  # words from "by" to its number: "by an average of up to 4%"
#: With "than" before a number they bound it ("reduces by more than 40%"); behind one they tell: "40% more than".
_BOUNDING = frozenset({"more", "less", "fewer"})
#: So do these in "up to 40%", "by over 40%", "well above 40%".
_LIMITS = frozenset({"up", "over", "above", "below"})


def direction_of(reading: Reading, number: int, kind: Kind) -> str | None:
    """Return "up" or "down" for a gain or a ratio, by its sign or the nearest word that tells; None for a score."""
    if kind is Kind.ABSOLUTE:
        return None
    sign = reading.values[number].sign
    if sign:
        return "up" if sign == "+" else "down"
    at = reading.value_units[number]
    unit = reading.units[at]
    start, end = reading.first[unit.sentence], reading.first[unit.sentence + 1]
    told_before = _follows_by(reading.keys(max(start, at - _BY), at))
    cues: list[tuple[bool, float, str]] = []
    for i in range(max(start, at - _REACH), min(end, at + _REACH + 1)):
        key = reading.units[i].key
        if i < at and (
            (key in _BOUNDING and reading.units[i + 1].key == "than")
            or (key in _LIMITS and reading.units[i + 1].key in {"to", "<#>"})
        ):
            continue
        word = _last_word(reading, i) if reading.units[i].entity >= 0 else key  # "token reduction" is a metric's name
        cue = "down" if _DOWN.match(word) else "up" if _UP.match(word) else None
        if cue:
            # Between a word before and one as far after, the one after is the number's own: "4% fewer", "2x faster".
            # "improves A by up to 4%" is told before, whatever comes after.
            cues.append((i > at and told_before, abs(i - at) + (0.5 if i < at else 0), cue))
    return min(cues)[2] if cues else "up"


def _follows_by(before: Sequence[str]) -> bool:
    """Tell whether "by" rules what comes after these words: "by an average of", not "by BERT, and"."""
    for word in reversed(before):
        if word == "by":
            return True
        if word in {",", ";"} or word.startswith("<"):
            return False
    return False


def _last_word(reading: Reading, unit: int) -> str:
    return re.split(r"\W+", reading.text[reading.units[unit].start : reading.units[unit].end].lower())[-1]


def _around(reading: Reading, number: int, before: int, after: int) -> tuple[str, int]:
    value = reading.values[number]
    sentence = reading.sentences[reading.units[reading.value_units[number]].sentence]
    start, end = max(sentence.start, value.start - before), min(sentence.end, value.end + after)
    return reading.text[start:end], value.start - start


def _closest(pattern: re.Pattern[str], text: str, at: int) -> str | None:
    found = [(abs(m.start() - at), m.start(), m.group()) for m in pattern.finditer(text)]
    return min(found)[2] if found else None


def split_of(reading: Reading, number: int, dataset: int | None) -> str | None:
    """Return the split of the data that the sentence names near the number ("test-std", "validation"), if any.

    One that stands beside the name of a dataset belongs to that one, not to another `dataset` of the result, and one
    right behind an earlier number ("4.3% on test-other, and 1.9% with one") to that number.
    """
    text, at = _around(reading, number, _FAR, _FAR)
    start = reading.values[number].start - at
    own, free = [], []
    for match in _SPLIT.finditer(text):
        if match.end() <= at and _BEHIND_NUMBER.search(text[: match.start()]):
            continue
        owner = _dataset_beside(reading, number, start + match.start(), start + match.end())
        near = (abs(match.start() - at), match.start(), match.group())
        if owner is not None and owner == dataset:
            own.append(near)
        elif owner is None or dataset is None:
            free.append(near)
    return min(own or free)[2] if own or free else None


def _dataset_beside(reading: Reading, number: int, start: int, end: int) -> int | None:
    """Return the dataset named nearest to start..end in the number's sentence, no number between them, if any."""
    at = reading.value_units[number]
    sentence = reading.units[at].sentence
    near = reading.units[max(reading.first[sentence], at - _NEAR) : min(reading.first[sentence + 1], at + _NEAR)]
    best: tuple[int, int] | None = None
    for unit in near:
        if unit.key != "<D>":
            continue
        low, high = (unit.end, start) if unit.end <= start else (end, unit.start)
        if high - low <= _BESIDE and not any(other.value >= 0 and low <= other.start < high for other in near):
            best = min(best or (high - low, unit.entity), (high - low, unit.entity))
    return None if best is None else best[1]


def setting_of(reading: Reading, number: int) -> str | None:
    """Return the regime that the sentence names near the number ("zero-shot", "with ResNet-50"), if any; else what was
    used or left out for it.

    A semicolon ends what a regime holds for.
    """
    text, at = _around(reading, number, 60, 60)
    before, after = text[:at].rpartition(";")[2], text[at:].partition(";")[0]
    return _closest(_SETTING, before + after, len(before)) or _used(reading, number)


def _used(reading: Reading, number: int) -> str | None:
    """Return what opens the sentence ("Without labels, it reaches ..."), or the next after the number in its clause."""
    text, at = _around(reading, number, 400, 60)
    if (opening := _USING.match(text)) and at < 400:
        return opening.group()
    match = _USING.search(re.split(r";|, (?:and|while|but|where)\b", text[at:])[0])
    return match.group() if match else None


def bound_of(reading: Reading, number: int) -> Bound | None:
    """Return "high" for a number that is an upper bound ("up to 5 %"), "low" for a lower one ("at least 3x").

    The words stand right before the number, but for a few such as "an average of".
    """
    text, at = _around(reading, number, 60, 0)
    match = _BOUND.search(text[:at])
    return None if match is None else "high" if match["high"] else "low"


def unit_near(reading: Reading, number: int, kind: Kind) -> str:
    """Return the unit that stands after a coordinated number ("3 and 5 points", "10 and 20 ms"), or nothing."""
    at = reading.value_units[number]
    value = reading.values[number]
    if (kind is Kind.ABSOLUTE and "." in (value.value or "")) or at + 2 >= len(reading.units):
        return ""
    joint, other = reading.units[at + 1], reading.units[at + 2]
    if joint.key in {"and", "to", "or"} and other.value >= 0 and joint.sentence == other.sentence:
        unit = reading.values[other.value].unit
        return "" if unit == "%" else unit
    return ""
