"""Cut an abstract into sentences: a pure function over the text.

A full stop ends a sentence when white space and a sentence-like beginning follow, unless it closes an abbreviation
("et al.", "e.g.", "Fig.", "vs."), an initial ("J. Smith"), or stands within brackets or a URL. The line after a title
begins a sentence, and so does a paragraph; a line break within a paragraph does not.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

__all__ = ["sentence_spans"]

_END = re.compile(r"""[.!?…]['"”’)\]}$]*(\s+)(?=[^\W_]|["“‘'(\[\\$#+\-~<*`])""")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PARAGRAPH = re.compile(r"\n\s*\n\s*")
_ABBREVIATION = re.compile(
    r"""(?:^|[\s(\[{~,;\\])(?:
        e\.g | i\.e | et\ al | al | etc | vs | v\.s | cf | ca | c\.f | viz | resp | approx | w\.r\.t | s\.t | a\.k\.a
      | incl       | figs? | eqs? | eqn | secs? | tabs? | refs? | thm | def | no | nos | vol
      | pp | ch | ed | eds | dr | prof | mr | mrs | ms
      | st | jan | feb | mar | apr | jun | jul | aug | sept? | oct | nov | dec | inc | ltd | u\.s | ph\.d
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
#: Abbreviations that end a sentence when a capital follows.
_MAY_END = re.compile(r"(?:etc|al|inc|ltd|u\.s|no|ed|def|ms|ch|st|mar|dec|tabs?)$", re.IGNORECASE)
_NEVER_END = re.compile(r"(?:et al|e\.g|i\.e|vs|cf|figs?|eqs?|secs?|resp|approx)$", re.IGNORECASE)
_INITIAL = re.compile(r"(?:^|[\s(~])[A-Z]$")
_WINDOW = 12  # longer than any abbreviation


def sentence_spans(text: str, protected: Iterable[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return the sentences as (start, end), without the white space between them, in order.

    `protected` are stretches (URLs) inside which nothing ends. Linear in the length of the text.
    """
    closed = sorted([*protected, *((m.start(), m.end()) for m in _BRACKETS.finditer(text))])
    cuts = {m.end(1) for m in _END.finditer(text) if _ends(text, m.start(), m.end())}
    cuts = {cut for cut in cuts if text[cut - 1].isspace()}
    kept = _outside(sorted(cuts), closed)
    breaks = {*kept, *(m.end() for m in _PARAGRAPH.finditer(text)), *_title_break(text)}
    bounds = [0, *sorted(b for b in breaks if 0 < b < len(text)), len(text)]
    return [span for a, b in pairwise(bounds) if (span := _strip(text, a, b)) is not None]


def _ends(text: str, stop: int, begin: int) -> bool:
    """Whether the mark at `stop` closes a sentence when the next one would begin at `begin`."""
    if text[stop] != ".":
        return True
    before = text[max(0, stop - _WINDOW) : stop]
    following = text[begin]
    if _NEVER_END.search(before) and _ABBREVIATION.search(before):
        return False
    if _ABBREVIATION.search(before):
        return following.isupper() and bool(_MAY_END.search(before))
    if _INITIAL.search(before):
        # "J. Smith" is an initial, "in the class A. We" is not: a short word after it tells a sentence.
        return bool(re.match(r"(?:We|In|The|This|Our|It|For|To|On|A|An|However|These)\b", text[begin : begin + 10]))
    return not following.islower()


def _outside(cuts: Sequence[int], closed: Sequence[tuple[int, int]]) -> list[int]:
    """Drop the cuts that lie strictly inside one of the stretches (both sorted)."""
    kept: list[int] = []
    i, reach = 0, 0
    for cut in cuts:
        while i < len(closed) and closed[i][0] < cut:
            reach = max(reach, closed[i][1])
            i += 1
        if cut >= reach:
            kept.append(cut)
    return kept


def _title_break(text: str) -> list[int]:
    """Return where the line after the title begins, if the first line is a title.

    It is one when it is the only line, or when the next line begins a sentence and the first has no mark at its end.
    """
    line = text.find("\n")
    if line < 1 or line + 1 >= len(text):
        return []
    only = text.find("\n", line + 1) < 0
    following = text[line + 1]
    return [line + 1] if only or (following.isupper() and text[line - 1] not in ",;:-–(") else []


def _strip(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    body = piece.strip()
    if not body:
        return None
    start += len(piece) - len(piece.lstrip())
    return start, start + len(body)
