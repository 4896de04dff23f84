"""Decide what a bare acronym stands for, from the long forms that papers give it.

1. Long forms that differ only in word endings and small words are one sense, led by the most frequent one.
2. A bare acronym joins its only sense, where the acronym is distinctive or papers enough use it so.
3. It joins the dominant one of several senses; otherwise each paper's co-mentioned entities decide, or nothing does.
"""

import json
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass, field

from kg.names import key

__all__ = ["Senses", "choose", "decide", "decide_all", "senses_from_json", "senses_to_json", "similar"]

_SMALL = frozenset({"a", "an", "the", "of", "for", "in", "on", "with", "from", "to", "and", "by", "via", "using"})
_DOMINANT = 8  # times as many papers as all other senses together
_ENOUGH = 4  # papers of a dominant sense
_BARE = 25  # papers with the bare acronym to one that gives the long form: beyond, the long form is a curiosity


@dataclass(frozen=True, slots=True)
class Senses:
    """`leader` maps each long form to the one that leads its sense; `join` is the sense of every bare acronym.

    Where `join` is None and `context` is true, each paper's context decides.
    """

    leader: Mapping[str, str] = field(default_factory=dict)
    join: str | None = None
    context: bool = False


def similar(first: str, second: str) -> bool:
    """Say whether two respelled long forms of one acronym differ only in endings and small words.

    >>> similar("graph attention network", "graph attention networking"), similar("self supervised", "semi supervised")
    (True, False)
    """
    if key(first) == key(second):
        return True
    left, right = _content(first), _content(second)
    return len(left) == len(right) and all(map(_alike, left, right))


def _content(long: str) -> list[str]:
    return [word for word in long.lower().split() if word not in _SMALL]


def _alike(first: str, second: str) -> bool:
    if first == second:
        return True
    shared = 0
    while shared < min(len(first), len(second)) and first[shared] == second[shared]:
        shared += 1
    return shared >= 5 and shared >= 0.6 * max(len(first), len(second))


def decide(short: str, longs: Mapping[str, int], bare: int) -> Senses:
    """Decide from the number of papers by long form, and the number of papers with the bare acronym."""
    if not longs:
        return Senses()
    leader: dict[str, str] = {}
    papers: Counter[str] = Counter()
    for long in sorted(longs, key=lambda long: (-longs[long], len(long), long)):
        lead = next((known for known in papers if similar(known, long)), long)
        leader[long] = lead
        papers[lead] += longs[long]
    (first, most), *others = sorted(papers.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(count for _, count in others)
    distinctive = len(short) > 4 or any(sign.isdigit() for sign in short)
    if not others:
        joins = (distinctive or most > 1) and bare <= _BARE * most
    else:
        joins = most >= _ENOUGH and most >= _DOMINANT * rest and bare <= _BARE * most
    return Senses(leader, first if joins else None, context=not joins)


def decide_all(short: str, longs: Mapping[str, Mapping[str, int]]) -> dict[str, Senses]:
    """Decide by family the senses of an acronym; none where no paper gives a long form.

    `longs` are the numbers of papers by family and long form, "" standing for the bare acronym.
    """
    found = {}
    for family, counts in longs.items():
        given = {long: count for long, count in counts.items() if long}
        if given:
            found[family] = decide(short, given, counts.get("", 0))
    return found


def senses_to_json(senses: Mapping[str, Senses]) -> str:
    """Write the senses of an acronym by family: equal ones in equal words."""
    return json.dumps({family: asdict(one) for family, one in senses.items()}, sort_keys=True)


def senses_from_json(body: str) -> dict[str, Senses]:
    """Read what `senses_to_json` wrote."""
    return {family: Senses(**told) for family, told in json.loads(body).items()}


def choose(context: Set[str], senses: Mapping[str, Set[str]]) -> tuple[str, tuple[str, ...]] | None:
    """Choose the sense whose papers share most with this paper's context, and what they share; None in doubt.

    `senses` gives by leading long form the keys that its papers mention beside it. The best sense must share two
    keys, or one that no other sense has, and twice as many as the next.
    """
    shared = {sense: sorted(context & found) for sense, found in senses.items()}
    ranked = sorted(shared, key=lambda sense: (-len(shared[sense]), sense))
    if not ranked or not shared[ranked[0]]:
        return None
    if len(ranked) > 1 and len(shared[ranked[0]]) < 2 * max(1, len(shared[ranked[1]])) and shared[ranked[1]]:
        return None
    return ranked[0], tuple(shared[ranked[0]])
