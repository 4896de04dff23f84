r"""Find where a text defines a short name by its long form.

The algorithm of Schwartz and Hearst ("A simple algorithm for identifying abbreviation definitions in biomedical
text", PSB 2003): the characters of the short form are looked for in the words before it, from the right; the first one
must begin a word. Beside "long form (SF)" it is asked of "SF (long form)", of titles ("SF: long form") and of the
appositions by which papers name their methods ("SF, a long form …", "a long form, called SF").
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Definition", "find_acronyms", "long_form"]


class Definition(NamedTuple):
    """Where the short and the long form stand."""

    short_start: int
    short_end: int
    long_start: int
    long_end: int


_BRACKETS = re.compile(r"\(([^()]{2,200})\)")
_SHORT = re.compile(r"(?=[\w+\-$^{}\\/.]*[A-Z])[^\W_][\w+\-^{}$\\/.]{0,14}(?: [A-Z\d][\w\-]{0,6})?")
_WORD = re.compile(r"[^\s()\[\],;:.\"“”]+(?:\.\d+)?")
_INSIDE = re.compile(r"[;,]|\s[-–]\s| or ")
_BEFORE = re.compile(r"([^\s()\[\],;:]+)\s*$")
# Both ask for a capital first and only then for what stands before it: so the search leaps from capital to capital.
_HEADED = re.compile(r"([A-Z](?:(?<=^.)|(?<=[.!?\n] .)|(?<=\n.))[\w+\-]{1,14}):\s+(?=[A-Z])")
_APPOSED = re.compile(
    r"([A-Z](?<!\w.)[\w+\-]{1,14}), (?:an?|the) ((?:new|novel|simple|efficient|unified|general|large) )?(?=\S)"
)
_CALLED = re.compile(
    r",? (?:\(?(?:which|that) we (?:call|name|term|dub|refer to as)|called|named|dubbed|termed|coined|denoted"
    r"|abbreviated(?: as)?|denoted as|or|i\.e\.,?) ([A-Z][\w+\-]{1,14})\b"
)
_STOP = frozenset(
    ["a", "an", "the", "of", "for", "and", "in", "on", "with", "to", "by", "from", "we", "is", "our", "via"]
)
_BREAK = re.compile(r"\n|[.;:!?()](?:\s|$)")


def find_acronyms(text: str) -> list[Definition]:
    """Return the definitions of a text in order of appearance; the first definition of a short form wins."""
    found: dict[str, Definition] = {}
    for definition in sorted(_definitions(text), key=lambda d: (min(d.short_start, d.long_start), d)):
        found.setdefault(text[definition.short_start : definition.short_end], definition)
    return list(found.values())


def _definitions(text: str) -> Iterator[Definition]:
    for match in _BRACKETS.finditer(text):
        yield from _in_brackets(text, match.start(1), match.end(1))
    for match in _HEADED.finditer(text):
        yield from _after(text, match.start(1), match.end(1), match.end())
    for match in _APPOSED.finditer(text):
        yield from _after(text, match.start(1), match.end(1), match.end())
    for match in _CALLED.finditer(text):
        yield from _before(text, match.start(1), match.end(1), match.start())


def _in_brackets(text: str, start: int, end: int) -> Iterator[Definition]:
    """Read "long (SHORT)" and "SHORT (long)"."""
    inside = _INSIDE.split(text[start:end], maxsplit=1)[0].rstrip()
    opening = start - 1
    if is_short(inside):
        yield from _before(text, start, start + len(inside), opening)
        return
    head = _BEFORE.search(text, max(0, opening - 24), opening)
    if head is not None and is_short(head[1]):
        yield from _after(text, head.start(1), head.end(1), start, until=end)


def is_short(form: str) -> bool:
    """Whether it can be a short form: 2 to 15 characters, at most two words, with a capital, and no plain word."""
    if not _SHORT.fullmatch(form) or len(form) < 2:
        return False
    letters = re.sub(r"[^A-Za-z]", "", form)
    return len(letters) > 1 and (sum(c.isupper() for c in letters) > 1 or not form.isalpha())


def _before(text: str, start: int, end: int, stop: int) -> Iterator[Definition]:
    """Look for the long form in the words before `stop`."""
    short = text[start:end]
    window = max(0, stop - 200)
    words = list(_WORD.finditer(text, window, stop))[-_most_words(short) :]
    # A long form does not reach over the end of a sentence or a bracket.
    for i in range(len(words) - 1, 0, -1):
        gap = text[words[i - 1].end() : words[i].start()]
        if gap != " " and _BREAK.search(gap + " "):
            words = words[i:]
            break
    if not words or text[words[-1].end() : stop].strip(" ,~"):
        return
    found = long_form(short, text[words[0].start() : words[-1].end()])
    if found is not None:
        yield Definition(start, end, words[0].start() + found, words[-1].end())


def _after(text: str, start: int, end: int, begin: int, *, until: int | None = None) -> Iterator[Definition]:
    """Look for the long form in the words from `begin` on; it must begin there."""
    short = text[start:end]
    if not is_short(short):
        return
    limit = min(until if until is not None else len(text), begin + 200)
    words: list[re.Match[str]] = []
    for word in _WORD.finditer(text, begin, limit):
        if words and re.search(r"[.;:!?()\n,]", text[words[-1].end() : word.start()]):
            break
        words.append(word)
        if len(words) == _most_words(short):
            break
    for count in range(len(words), 0, -1):
        reach = words[count - 1].end()
        phrase = text[begin:reach]
        if long_form(short, phrase) == 0 and _initials(short, phrase) and (until == reach or _closes(short, phrase)):
            yield Definition(start, end, begin, reach)
            return


def _closes(short: str, phrase: str) -> bool:
    """Whether the last word gives the last capital of the short form: "METER, … TransformER", not "… framework"."""
    last = phrase.split()[-1]
    final = next((c for c in reversed(short) if c.isupper()), "")
    return last.lower() not in _STOP and (final in last or final.lower() in [p[:1] for p in re.split("[-–/]", last)])


def _most_words(short: str) -> int:
    letters = len(re.sub(r"[\W_]", "", short))
    return min(letters + 5, letters * 2)


def _initials(short: str, phrase: str) -> bool:
    """Whether most capitals of the short form begin a word of the phrase, or are capitals in it, in order."""
    capitals = [c.lower() for c in short if c.isupper()]
    parts = [part for part in re.split(r"[\s\-–/]+", phrase) if part]
    letters = "".join(c for part in parts for i, c in enumerate(part) if i == 0 or c.isupper()).lower()
    at = hits = 0
    for capital in capitals:
        found = letters.find(capital, at)
        if found >= 0:
            at = found + 1
            hits += 1
    return hits * 3 >= len(capitals) * 2 and hits >= 2


def long_form(short: str, phrase: str) -> int | None:
    """Return where in `phrase` the long form of `short` begins, or None (Schwartz and Hearst, findBestLongForm).

    >>> long_form("HMM", "we use a hidden Markov model")
    9
    """
    letters = short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short
    at = len(phrase)
    first = next((i for i, c in enumerate(letters) if c.isalnum()), 0)
    for i in range(len(letters) - 1, first - 1, -1):
        wanted = letters[i].lower()
        if not wanted.isalnum():
            continue
        at -= 1
        while at >= 0 and (phrase[at].lower() != wanted or (i == first and at > 0 and phrase[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
    begin = at
    while begin > 0 and phrase[begin - 1] in "-$\\{" and not phrase[begin - 1].isspace():
        begin -= 1
    begin = max(phrase.rfind(" ", 0, at) + 1, 0)
    candidate = phrase[begin:]
    if len(candidate) <= len(short) or short.lower() in candidate.lower().split():
        return None
    if begin != at and phrase[at - 1] != "-" and phrase[at - 1].isalnum():
        return None
    return begin
