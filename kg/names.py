"""Compare names: the folded form under which two spellings of one name meet, and what sets two names apart.

`fold` is stricter than a search engine's: "+", "*", digits and decimal points stay, since they tell things apart.

1. Unicode NFKC, accents and letter case set aside; Greek letters spelled out; LaTeX font commands and braces dropped.
2. An inner "(ACRONYM)", articles, hyphens, spaces, slashes and quotes dropped.
3. Versions in one form: "VQA 2.0", "VQA v2.0", "VQA-v2" and "VQAv2" are "vqav2"; "SQuAD 1.1" is "squadv1.1".
4. The plural of the last word.
"""

import re
import unicodedata
from functools import lru_cache

from kg.model import EntityType

__all__ = ["family", "fold", "initials", "is_acronym", "stands_for", "stem"]

_PARENTHESIS = re.compile(r"\s*\([^()]*\)\s*")
_FONT = re.compile(
    r"\\(?:rm|bf|it|sc|tt|sf|em|emph|cal|small|large|mbox|hbox|xspace|ensuremath|boldsymbol|bm|operatorname"
    r"|(?:text|math)[a-z]*)(?![a-zA-Z])"
)
_COMMAND = re.compile(r"\\([a-zA-Z]+)")
_SEPARATOR = re.compile(r"[\s\-‐-―−_/\\:;,|~·'’‘`´\"“”{}$^\[\]()!?]+")
_LOOSE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_VERSION = re.compile(r"(?<=[a-z])v?(\d+(?:\.\d+)+)(?![\d.])")
_ARTICLES = frozenset({"the", "a", "an"})


@lru_cache(maxsize=1 << 17)
def fold(text: str) -> str:
    """Return the form under which the spellings of one name are equal; "" for a name without letter or digit.

    >>> fold("VQA 2.0") == fold("VQAv2") == fold("VQA-v2.0"), fold("BERT$\\\\rm_{BASE}$") == fold("BERT-base")
    (True, True)
    >>> fold("the Graph Neural Networks (GNNs)"), fold("DS-Net++"), fold("DS-Net")
    ('graphneuralnetwork', 'dsnet++', 'dsnet')
    """
    text = unicodedata.normalize("NFKC", text)
    text = _PARENTHESIS.sub(" ", text).strip() or text
    text = _COMMAND.sub(r" \1 ", _FONT.sub(" ", text)).replace("&", " and ")
    words = [word for word in _SEPARATOR.split(text) if word]
    if len(words) > 1 and words[0].lower() in _ARTICLES:
        words = words[1:]
    if not words:
        return ""
    words[-1] = _singular(words[-1].rstrip("."))
    joined = _LOOSE_DOT.sub("", _plain("".join(words)))
    return _VERSION.sub(_version, joined)


def _plain(text: str) -> str:
    """Drop accents and case, and spell Greek letters."""
    if text.isascii():
        return text.lower()
    letters = []
    for letter in unicodedata.normalize("NFKD", text.casefold()):
        if unicodedata.combining(letter):
            continue
        name = unicodedata.name(letter, "")
        letters.append(name.rsplit(" ", 1)[-1].lower() if name.startswith("GREEK SMALL LETTER") else letter)
    return "".join(letters)


def _version(match: re.Match[str]) -> str:
    return "v" + re.sub(r"(?:\.0)+$", "", match[1])


def _singular(word: str) -> str:
    """Drop the plural of a word: "networks", "GANs", "losses", "studies"; never the S of an acronym in capitals."""
    if not word.endswith("s") or len(word) < 3:
        return word
    body = word[:-1]
    if body.isupper() or (body[-1].isupper() and len(body) > 1):
        return body
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return body


def family(type_: EntityType) -> str:
    """Return the family within which names are compared: a benchmark is a kind of dataset, all else stands alone."""
    return "data" if type_ in (EntityType.DATASET, EntityType.BENCHMARK) else type_.lower()


def is_acronym(text: str) -> bool:
    """Say whether a name is written like an acronym or code name: one word of 2 to 12 signs with two capitals.

    >>> [is_acronym(name) for name in ("ViT", "mAP", "BERT", "Transformer", "vision transformer")]
    [True, True, True, False, False]
    """
    word = text.strip()
    if not 2 <= len(word) <= 12 or " " in word:
        return False
    return sum(letter.isupper() for letter in word) >= 2


def initials(text: str) -> str:
    """Return the first letters of the words, parts of hyphenated words included, in lower case."""
    return "".join(word[0] for word in re.split(r"[\s\-‐-―/]+", text) if word).lower()


@lru_cache(maxsize=1 << 16)
def stands_for(short: str, long: str) -> bool:
    """Say whether `long` may be the long form of `short`: its letters occur in order, the first at a word's start.

    The backward scan of Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation definitions".

    >>> stands_for("ViT", "Vision Transformer"), stands_for("CNN", "graph attention network")
    (True, False)
    """
    letters = [letter for letter in short.lower() if letter.isalnum()]
    if letters and letters[-1] == "s" and short.endswith("s"):
        letters.pop()
    text = long.lower()
    if len(letters) < 2 or " " not in text.replace("-", " ").strip() or len(text) <= len(short) + 1:
        return False
    at = len(text)
    for nth in range(len(letters) - 1, -1, -1):
        at = text.rfind(letters[nth], 0, at)
        while nth == 0 and at > 0 and text[at - 1].isalnum():
            at = text.rfind(letters[nth], 0, at)
        if at < 0:
            return False
    return not text[:at].strip()


@lru_cache(maxsize=1 << 16)
def stem(form: str) -> tuple[str, str]:
    """Split a folded form into its name and the digits, version and "+" at its end that set variants apart.

    >>> stem("mobilenetv2"), stem("dsnet++"), stem("resnet50"), stem("swin")
    (('mobilenet', 'v2'), ('dsnet', '++'), ('resnet', '50'), ('swin', ''))
    """
    match = re.fullmatch(r"(.*?[a-z])(v?\d[\d.]*[a-z]?\+*|\++|\*+)", form)
    return (match[1], match[2]) if match else (form, "")
