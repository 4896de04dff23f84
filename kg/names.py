"""Compare names: the folded form under which two spellings of one name meet, and what sets two names apart.

`fold` is stricter than a search engine's: "+", "*", digits and decimal points stay, since they tell things apart.

1. Unicode NFKC, accents and letter case set aside; Greek letters spelled out; LaTeX font commands and braces dropped.
2. An inner "(ACRONYM)", articles, hyphens, spaces, slashes and quotes dropped.
3. Versions in one form: "VQA 2.0", "VQA v2.0", "VQA-v2" and "VQAv2" are "vqav2"; "SQuAD 1.1" is "squadv1.1".
4. The plural of the last word. Two numbers side by side stay two.
"""

import re
import unicodedata
from functools import lru_cache

from kg.model import EntityType

__all__ = ["family", "fold", "initials", "is_acronym", "stands_for", "stem"]

#: An aside such as "(GNNs)"; not the brackets of a formula.
_PARENTHESIS = re.compile(r"\s+\((?=[^()]*[^\W\d_])[^()=+*<>^]*\)\s*|\((?=[^()]*[A-Z]{2})[\w\s\-]*\)\s*")
_FONT = re.compile(
    r"\\(?:rm|bf|it|sc|tt|sf|em|emph|cal|small|large|mbox|hbox|xspace|ensuremath|boldsymbol|bm|operatorname"
    r"|(?:text|math)[a-z]*)(?![a-zA-Z])"
)
_COMMAND = re.compile(r"\\([a-zA-Z]+)")
_SEPARATOR = re.compile(r"[\s\-‐-―−_/\\:;,|~·'’‘`´\"“”{}$^\[\]()!?]+")
#: Where a number follows a number ("Llama 2 7B" is not "Llama 27B"); three digits alone are thousands ("10,000").
_TWO_NUMBERS = re.compile(r"(?<=\d) (?=\d)(?!\d{3}(?:\s|$))")
_LOOSE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_VERSION = re.compile(r"(?<=[a-z])v?(\d+(?:\.\d+)+)(?![\d.])")
_ARTICLES = frozenset({"the", "a", "an"})
_BREAK = re.compile(r"[\s\-‐-―−_/]+")
#: Spellings of one word, applied in this order to each word in lower case.
_SPELLINGS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"(?<=[a-z]{3})is(ation|ing|ed|er|e)$", r"iz\1"),
        (r"(label|model|signal|travel|cancel)l(ing|ed|er)$", r"\1\2"),
        (r"(col|behavi|neighb|flav|fav|tum)our", r"\1or"),
        (r"^(.*)centre$", r"\1center"),
        (r"artefact", "artifact"),
        (r"^adaption$", "adaptation"),
        (r"^convolutional$", "convolution"),
        (r"^net$", "network"),
        (r"^grey", "gray"),
    )
)
_RIGHT = frozenset({"noise", "precise", "exercise", "supervise", "supervised", "unsupervised", "revised", "raised"})
_HEADS = {
    "method": re.compile(r"\s+(?:models?|architectures?|algorithm)$", re.I),
    "data": re.compile(
        r"\s+(?:data\s?sets?|datasets?|benchmarks?|corpus|corpora|databases?|leaderboards?|benchmark datasets?"
        r"|(?:test|training|train|validation|val|dev|development)[\s-](?:sets?|splits?|data))$",
        re.I,
    ),
    "metric": re.compile(r"[\s-]+(?:scores?|metrics?|values?)$", re.I),
    "task": re.compile(r"\s+(?:tasks?|problems?)$", re.I),
}


@lru_cache(maxsize=1 << 15)
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
    joined = _LOOSE_DOT.sub("", _plain(_TWO_NUMBERS.sub("_", " ".join(words)).replace(" ", "")))
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
    """Drop the plural of a word: "networks", "GANs", "losses", "analyses"; never the S of an acronym in capitals."""
    if not word.endswith("s") or len(word) < 3:
        return word
    body = word[:-1]
    if body.isupper() or (body[-1].isupper() and len(body) > 1):
        return body
    if len(word) < 4 or word.endswith(("ss", "us", "is", "ias")):
        return word
    if word.endswith(("yses", "theses")):
        return word[:-2] + "is"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "iases")):
        return word[:-2]
    return body


def family(type_: EntityType) -> str:
    """Return the family within which names are compared: a benchmark is a kind of dataset, all else stands alone."""
    return "data" if type_ in (EntityType.DATASET, EntityType.BENCHMARK) else type_.lower()


@lru_cache(maxsize=1 << 16)
def is_acronym(text: str) -> bool:
    """Say whether a name is written like an acronym or code name: one word of 2 to 12 signs with two capitals.

    >>> [is_acronym(name) for name in ("ViT", "mAP", "BERT", "Transformer", "vision transformer")]
    [True, True, True, False, False]
    """
    word = text.strip()
    if not 2 <= len(word) <= 12 or " " in word:
        return False
    return sum(letter.isupper() for letter in word) >= 2


def is_code_name(text: str) -> bool:
    """Say whether the last word is written like a name made up: two capitals, an inner capital, or letter and digit.

    >>> [is_code_name(name) for name in ("BERT", "XGBoost", "GPT-3", "Swin Transformer", "Vision-Language")]
    [True, True, True, False, False]
    """
    word = text.split()[-1] if text.split() else ""
    inner = any(letter.isupper() for part in re.split(r"[-‐-―/]", word) for letter in part[1:])
    return inner or (any(map(str.isalpha, word)) and any(map(str.isdigit, word)))


def bare(text: str, family_: str) -> str:
    """Drop a generic head that is no part of the name: "BERT model", "ImageNet dataset", "BLEU score", "NER task".

    >>> bare("Cora dataset", "data"), bare("BERT model", "method"), bare("hidden Markov model", "method")
    ('Cora', 'BERT', 'hidden Markov model')
    """
    rest = _HEADS[family_].sub("", text.strip())
    if rest == text.strip() or len(rest) < 2:
        return text
    proper = any(letter.isupper() or letter.isdigit() for letter in rest)
    keeps = {"method": is_code_name(rest), "data": proper, "metric": proper, "task": len(rest) > 2}
    return rest if keeps[family_] else text


@lru_cache(maxsize=1 << 15)
def respelled(text: str) -> str:
    """Return a phrase with each word in the singular, in one spelling and lower case; code names as they stand.

    >>> respelled("Graphs Convolutional Nets"), respelled("modelling of neighbours"), respelled("VQA v2.0")
    ('graph convolution network', 'modeling of neighbor', 'VQA v2.0')
    """
    text = _PARENTHESIS.sub(" ", text).strip() or text
    if "$" in text or "\\" in text or not _BREAK.search(text):
        return text
    tokens = text.split()
    if len(tokens) > 2 and tokens[0].lower() in _ARTICLES:
        tokens = tokens[1:]
    return " ".join(part for token in tokens for part in _parts(token))


def _parts(token: str) -> list[str]:
    """Respell a word; of a hyphenated one the parts, unless it looks like a code name ("U-Net")."""
    parts = [part for part in _BREAK.split(token) if part]
    if token.islower() or (token.istitle() and all(len(part) > 3 for part in parts)):
        return [_respell(part.lower()) for part in parts]
    return parts


@lru_cache(maxsize=1 << 16)
def _respell(word: str) -> str:
    if word in _RIGHT or not word.isalpha():
        return word
    word = _singular(word)
    for pattern, to in _SPELLINGS:
        word = pattern.sub(to, word)
    return word


@lru_cache(maxsize=1 << 15)
def key(text: str) -> str:
    """Return the form under which the resolver compares names: `fold` of `respelled`."""
    return fold(respelled(text))


@lru_cache(maxsize=1 << 16)
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
    words = re.split(r"[\s\-‐-―/]+", text.strip())
    if len(letters) < 2 or len(words) < 2 or len(text) <= len(short) + 1:
        return False
    if any(len(part) > 1 and part in words for part in re.split(r"[\s\-‐-―/]+", short.lower())):
        return False  # "BLEU score" is not what BLEU is short for
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
