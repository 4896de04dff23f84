"""Take off what is no part of a name: counts before collections of data, and half of a LaTeX command.

A count is a determiner, and those are no part of a name (the curators' guidelines): "four benchmarks" is none, of "two
QA datasets" the rest may be. What has a name of its own ("50 Salads", "20 Newsgroups") ends in no such plain plural.
"test-clean" is a part of a dataset; "\\emph{LeafNet" is LeafNet.
"""

import re
from collections.abc import Container, Iterable
from dataclasses import replace

from kg.extract.mentions.things import Found, fold_surface

__all__ = ["SPLIT", "trimmed"]

_COUNT = re.compile(
    r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|both|several|various|multiple|many|numerous)"
    r"\s+(?:of\s+)?(?:the\s+)?",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\b(?:data\s?sets|benchmarks|corpora|test\s?sets|test\s?beds|data\s?bases|suites|tasks)$", re.I)
#: The names of splits that are names by themselves, as a pattern.
SPLIT = r"(?:train|dev|val|test)-(?:clean|other|std|standard|dev|challenge)"
_SPLIT = re.compile(rf"{SPLIT}(?:\s+(?:set|split)s?)?", re.IGNORECASE)
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
_COMMAND = re.compile(r"\\[A-Za-z]+\s*\{\s*(?=\S)")


def trimmed(text: str, mentions: Iterable[Found], known: Container[str] = ()) -> list[Found]:
    """Take off half commands, and counts of datasets and benchmarks; drop splits and those of which no name is left.

    What a vocabulary holds (`known`, folded) is a name as it stands. Of two that become one the surer stays; one that
    is not tentative is surer than any that is.
    """
    best: dict[tuple[int, int, str], Found] = {}
    for mention in mentions:
        named = _named(text, _whole(text, mention), known)
        if named is not None:
            key = (named.start, named.end, named.type)
            other = best.get(key)
            if other is None or (other.tentative, -other.score) > (named.tentative, -named.score):
                best[key] = named
    return [best[key] for key in sorted(best)]


def _whole(text: str, mention: Found) -> Found:
    """Cut an unclosed command off the begin of a mention, or the brace of an unopened one off its end."""
    surface = text[mention.start : mention.end]
    more = surface.count("{") - surface.count("}")
    if more == 1 and (command := _COMMAND.match(surface)):
        return replace(mention, start=mention.start + command.end())
    if more == -1 and surface.endswith("}") and len(surface) > 1:
        return replace(mention, end=mention.end - 1)
    return mention


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
