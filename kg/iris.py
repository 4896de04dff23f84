"""Mint IRIs: the only place where one is made, always from content, so that equal input gives equal IRIs.

Every resource has a local name (`paper/arxiv-2106.04632`, `method/filip`) that is appended to the base IRI. Local
names are built of unreserved characters alone (RFC 3987), so no text of a paper can break out of an IRI.
"""

import hashlib
import re
import unicodedata

from kg.model import EntityType, Span

__all__ = [
    "claim",
    "digest",
    "entity",
    "entity_type",
    "mention",
    "paper",
    "person",
    "result",
    "run",
    "sentence",
    "slug",
]


def digest(*parts: str) -> str:
    """Hash strings to 16 hexadecimal digits; the separator keeps ("ab", "c") and ("a", "bc") apart.

    >>> digest("a", "b")
    'f04cdced9736a69d'
    """
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def slug(text: str) -> str:
    """Turn a name into the readable part of an IRI: folded case, words joined by hyphens, "+" spelled.

    Injective enough to read, not to identify: two names may share a slug, and whoever mints tells them apart.

    >>> slug("DS-Net++"), slug("VQA v2.0"), slug("BERT$_{BASE}$")
    ('ds-net-plus-plus', 'vqa-v2.0', 'bert-base')
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"\\[a-z]+", " ", text).replace("+", " plus ")
    return re.sub(r"(?:[^\w.]|_)+", "-", text).strip("-.")[:80].strip("-.")


def paper(key: str) -> str:
    """Return the local name of a paper from its key."""
    return f"paper/{key}"


def entity(type_: EntityType, name: str) -> str:
    """Return the local name of an entity; a name without a letter or digit is named by its hash."""
    return f"{type_.lower()}/{slug(name) or digest(name)}"


def entity_type(local_name: str) -> EntityType:
    """Return the type that the local name of an entity says.

    >>> entity_type("dataset/imagenet").value
    'Dataset'
    """
    return EntityType(local_name.partition("/")[0].capitalize())


def person(key: str) -> str:
    """Return the local name of a person from the key that `read` gives (an ORCID, a source's id, or paper and name)."""
    return f"person/{key}"


def mention(paper_key: str, start: int, end: int, type_: EntityType) -> str:
    """Return the local name of a mention: one a paper, span and type."""
    return f"mention/{paper_key}/{start}-{end}-{type_.lower()}"


def sentence(paper_key: str, span: Span) -> str:
    """Return the local name of a sentence."""
    return f"sentence/{paper_key}/{span.start}-{span.end}"


def result(paper_key: str, start: int, end: int, nth: int) -> str:
    """Return the local name of a result by where its number stands; `nth` counts the results on one number."""
    return f"result/{paper_key}/{start}-{end}" + (f"-{nth}" if nth else "")


def claim(paper_key: str, head: str, type_: str, tail: str) -> str:
    """Return the local name of a claim by the local names of its ends."""
    return f"claim/{paper_key}/{digest(head, type_, tail)}"


def run(*versions: str) -> str:
    """Return the local name of a run by the versions of software and model: it says with what, not when."""
    return f"run/{digest(*versions)}"
