"""Cut a text into words so finely that every name can be a span of whole tokens.

Words are runs of letters and digits; a dot or comma between digits stays inside ("2.0", "v1.1", "1,000"). A URL, a
LaTeX command and a scholarly abbreviation ("et al.", "e.g.") are one token each; every other character stands alone, so
that "BERT" in "BERT-based" and "BASE" in "BERT$\\rm_{BASE}$" can be marked. One pass of one regular expression whose
alternatives never overlap: linear in the length, whatever the text.
"""

import re
from collections.abc import Callable

from spacy.tokens import Doc
from spacy.vocab import Vocab

__all__ = ["WordTokenizer", "split_words"]

_TOKEN = re.compile(
    r"""(
    (?:https?://|www\.)[^\s<>"{}|\\^`]*[\w/]                       # a URL, without the sentence's own punctuation
  | (?:e\.g|i\.e|w\.r\.t|vs|cf|etc|al|Fig|Figs|Eq|Eqs|Sec|Tab|resp|approx)\.
  | [^\W_]+(?:(?<=\d)[.,](?=\d)[^\W_]+)*                           # words, numbers, versions
  | \\[A-Za-z]+ | \\[^\sA-Za-z]                                    # LaTeX commands and escapes
  | ['’]s\b
  | \s+
  | [\s\S]
    )([ ]?)""",
    re.VERBOSE,
)


def split_words(text: str) -> tuple[list[str], list[bool]]:
    """Return the words of the text and, for each, whether one space follows; together they spell the text again."""
    pairs = _TOKEN.findall(text)
    return [word for word, _ in pairs], [space == " " for _, space in pairs]


class WordTokenizer:
    """The tokenizer `kg.Tokenizer.v1` as spaCy wants it: text in, `Doc` out, and nothing to store."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return the tokenized document."""
        words, spaces = split_words(text)
        return Doc(self.vocab, words=words, spaces=spaces, user_data={"kg_text": text})

    def to_bytes(self, *, exclude: tuple[str, ...] = ()) -> bytes:
        """Return nothing: the rules are code."""
        return b""

    def from_bytes(self, data: bytes, *, exclude: tuple[str, ...] = ()) -> "WordTokenizer":
        """Accept what `to_bytes` gave."""
        return self

    def to_disk(self, path: object, *, exclude: tuple[str, ...] = ()) -> None:
        """Write nothing: the rules are code."""

    def from_disk(self, path: object, *, exclude: tuple[str, ...] = ()) -> "WordTokenizer":
        """Read nothing."""
        return self

    def __reduce__(self) -> tuple[Callable[[Vocab], "WordTokenizer"], tuple[Vocab]]:
        return WordTokenizer, (self.vocab,)
