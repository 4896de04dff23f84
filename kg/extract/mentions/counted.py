"""Collections of data that are counted and not named: "four benchmarks" is none, of "two QA datasets" the rest may be;
"test-clean" is a part of one.

A count is a determiner, and those are no part of a name (the curators' guidelines). What has a name of its own ("50
Salads", "20 Newsgroups") ends in no such plain plural.
"""

import re
from collections.abc import Container, Iterable
from dataclasses import replace

from kg.extract.mentions.things import Found, fold_surface

__all__ = ["without_counts"]

_COUNT = re.compile(
    r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|several|various|multiple|many|numerous)"
    r"\s+(?:of\s+)?(?:the\s+)?",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:data\s?sets|benchmarks|corpora|test\s?sets|test\s?beds|data\s?bases|suites|tasks)$", re.I)
_SPLIT = re.compile(r"(?:train|dev|val|test)-(?:clean|other|std|standard|dev|challenge)(?:\s+(?:set|split)s?)?", re.I)
#: Words that tell one collection from no other.
# fmt: off
_EMPTY = frozenset((
    "additional", "available", "benchmark", "benchmarking", "challenging", "common", "commonly", "current",
    "data", "dataset", "datasets", "different", "distinct", "diverse", "downstream", "established",
    "evaluation", "existing", "experimental", "external", "famous", "further", "general", "independent",
    "international", "known", "large", "large-scale", "latest", "main", "major", "more", "most", "new", "often",
    "open", "open-source", "open-access", "other", "popular", "prominent", "public", "publicly", "real",
    "real-life", "real-world", "recent", "recognized", "related", "relevant", "representative", "same",
    "separate", "similar", "standard", "state-of-the-art", "task", "tasks", "test", "typical", "used",
    "various", "well", "well-established", "well-known", "widely", "widely-adopted", "widely-used",
))
# fmt: on
_COLLECTIONS = frozenset({"Dataset", "Benchmark"})


def without_counts(text: str, mentions: Iterable[Found], known: Container[str] = ()) -> list[Found]:
    """Take counts off the mentions of datasets and benchmarks, and drop splits and those of which no name is
    left.

    What a vocabulary holds (`known`, folded) is a name as it stands. Of two that become one the surer stays; one that
    is not tentative is surer than any that is.
    """
    best: dict[tuple[int, int, str], Found] = {}
    for mention in mentions:
        named = _named(text, mention, known)
        if named is not None:
            key = (named.start, named.end, named.type)
            other = best.get(key)
            if other is None or (other.tentative, -other.score) > (named.tentative, -named.score):
                best[key] = named
    return [best[key] for key in sorted(best)]


def _named(text: str, mention: Found, known: Container[str]) -> Found | None:
    if mention.type not in _COLLECTIONS:
        return mention
    surface = text[mention.start : mention.end]
    if _SPLIT.fullmatch(surface):
        return None
    plural = _PLURAL.search(surface)
    if plural is None or fold_surface(surface) in known:
        return mention
    count = _COUNT.match(surface)
    start = count.end() if count else 0
    if all(word in _EMPTY for word in re.split(r"[\s,]+|\band\b", surface[start : plural.start()].lower()) if word):
        return None
    return replace(mention, start=mention.start + start)
