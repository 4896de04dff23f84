"""Identifiers as people write them to one form, `scheme:value`, and that form to a paper's local name.

Forms of one thing are folded: an arXiv DOI (10.48550/arXiv.…) is the arXiv id, the address of a page the id that it
holds; an ACL DOI (10.18653/v1/…) implies the ACL id. An arXiv version is given apart.
"""

import re
from collections.abc import Iterable
from urllib.parse import unquote

from kg.iris import digest

__all__ = ["SCHEMES", "arxiv", "identifier", "implied", "key_of", "orcid", "ordered"]

#: Schemes from the most to the least telling; the first that a paper has names it.
SCHEMES = ("arXiv", "acl", "doi", "openalex", "pmid", "pmcid", "s2")

_ARXIV_NEW = r"\d{4}\.\d{4,5}"
_ARXIV_OLD = r"[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/\d{7}"
_ARXIV = re.compile(
    rf"(?:(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|e-print|format)/|oai:arxiv\.org:|arxiv:|arxiv\.)?\s*"
    rf"({_ARXIV_NEW}|{_ARXIV_OLD})(?:v(\d{{1,3}}))?(?:\.pdf)?/?(?:[?#]\S*)?(?:\s*\[[\w., -]+\])?$",
    re.I,
)
_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|(?:info:)?doi[:/\s])?\s*(10\.\d{4,9}(?:/|%2F)\S+)$", re.I)
_ACL_NEW = r"\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+"
_ACL_OLD = r"[a-z]\d{2}-\d{4,5}"
_ACL = re.compile(
    rf"(?:(?:https?://)?(?:www\.)?(?:aclanthology\.org|aclweb\.org/anthology(?:/papers)?|aclanthology\.info/papers)/"
    rf"|acl(?:anthology)?:|anthology:)?({_ACL_NEW}|{_ACL_OLD})(?:v\d+)?(?:\.pdf|\.bib)?/?$",
    re.I,
)
_ACL_DOI = re.compile(r"doi:10\.(?:18653|3115)/v1/(\S+)$")
_OPENALEX = re.compile(r"(?:https?://(?:api\.|explore\.)?openalex\.org/(?:works/)?|openalex:)?(W\d{4,})$", re.I)
_PMID = re.compile(
    r"(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|https?://www\.ncbi\.nlm\.nih\.gov/pubmed/|pmid:?)\s*(\d{1,9})/?$", re.I
)
_PMCID = re.compile(
    r"(?:https?://(?:\S+/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/|pmc(?:id)?:?\s*)?(PMC\d{3,9})/?$", re.I
)
_S2 = re.compile(
    r"(?:https?://www\.semanticscholar\.org/paper/(?:[^/\s]+/)?|s2:|corpusid:)([0-9a-f]{40}|\d{4,12})$", re.I
)
_OLD_CLASS = re.compile(r"([a-z-]+)\.[a-z]{2}/", re.I)
_ORCID = re.compile(r"(?<!\d)(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])(?![\dX])", re.I)


def arxiv(text: str) -> tuple[str, int | None] | None:
    """Read an arXiv id and its version.

    >>> arxiv("https://arxiv.org/abs/2106.04632v3"), arxiv("cs.CL/0306050"), arxiv("12")
    (('2106.04632', 3), ('cs/0306050', None), None)
    """
    match = _ARXIV.match(text.strip())
    if not match:
        return None
    return _OLD_CLASS.sub(r"\1/", match[1].lower()), int(match[2]) if match[2] else None


def identifier(text: str, scheme: str | None = None) -> str | None:
    """Read an identifier to `scheme:value`; `scheme` says what a bare value is meant to be.

    >>> identifier("https://doi.org/10.48550/arXiv.1706.03762"), identifier("https://aclanthology.org/N19-1423/")
    ('arXiv:1706.03762', 'acl:N19-1423')
    >>> identifier("https://doi.org/10.1109/CVPR.2016.90"), identifier("31452104", "pmid"), identifier("row 7")
    ('doi:10.1109/cvpr.2016.90', 'pmid:31452104', None)
    """
    text = text.strip().strip("<>").rstrip(".,;").strip()
    if not text or len(text) > 400:
        return None
    if scheme in ("pmid", "s2", "openalex", "pmcid") and ":" not in text:
        text = f"{scheme}:{text}" if scheme != "pmcid" else text
    if match := _DOI.match(text):
        return _of_doi(match[1])
    if found := arxiv(text):
        return f"arXiv:{found[0]}"
    for pattern, name in ((_OPENALEX, "openalex"), (_PMID, "pmid"), (_PMCID, "pmcid"), (_S2, "s2")):
        if match := pattern.match(text):
            return f"{name}:{match[1].upper() if name != 's2' else match[1].lower()}"
    if match := _ACL.match(text):
        return f"acl:{_acl_case(match[1])}"
    return None


def _of_doi(value: str) -> str:
    value = unquote(value).lower().rstrip("/")  # "<" and "/" of a DOI are escaped in its address
    if found := arxiv(value.removeprefix("10.48550/")):
        return f"arXiv:{found[0]}"
    return f"doi:{value}"


def implied(ids: Iterable[str]) -> list[str]:
    """Return the ids with those that they imply: a DOI of the ACL is made of the ACL id.

    >>> implied(["doi:10.18653/v1/n19-1423"])
    ['acl:N19-1423', 'doi:10.18653/v1/n19-1423']
    """
    known = list(ids)
    for id_ in tuple(known):
        match = _ACL_DOI.match(id_)
        if match and (found := _ACL.match(match[1])):
            known.insert(0, f"acl:{_acl_case(found[1])}")
    return list(dict.fromkeys(known))


def _acl_case(value: str) -> str:
    return value.upper() if re.fullmatch(_ACL_OLD, value, re.I) else value.lower()


def ordered(ids: "set[str] | tuple[str, ...] | list[str]") -> tuple[str, ...]:
    """Sort identifiers by scheme, then value, each once."""
    rank = {scheme: i for i, scheme in enumerate(SCHEMES)}
    return tuple(sorted(set(ids), key=lambda id_: (rank.get(id_.partition(":")[0], len(rank)), id_)))


def key_of(id_: str) -> str:
    """Turn an identifier into a local name of unreserved characters, injectively.

    "/" becomes "_"; where anything else had to be folded (or the value has a "_" of its own) a digest tells it apart.

    >>> key_of("arXiv:2106.04632"), key_of("doi:10.1109/cvpr.2016.90"), key_of("doi:10.1/a_b(c)")
    ('arxiv-2106.04632', 'doi-10.1109_cvpr.2016.90', 'doi-10.1_a-b-c-0098596fe36aa985')
    """
    scheme, _, value = id_.partition(":")
    plain = re.sub(r"[^A-Za-z0-9./-]", "-", value).replace("/", "_")
    if re.search(r"[^A-Za-z0-9./-]", value) or value.endswith("."):
        plain = f"{plain[:80].strip('-.')}-{digest(id_)}"
    return f"{scheme.lower()}-{plain}"


def orcid(text: str | None) -> str | None:
    """Read an ORCID to its sixteen digits in groups; None where there is none or its check digit is wrong.

    >>> orcid("https://orcid.org/0000-0002-1825-0097"), orcid("0000-0002-1825-0098")
    ('0000-0002-1825-0097', None)
    """
    match = _ORCID.search(text or "")
    if not match:
        return None
    digits = "".join(match.groups()).upper()
    total = 0
    for digit in digits[:15]:  # ISO 7064 mod 11-2
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "-".join(digits[i : i + 4] for i in (0, 4, 8, 12)) if "0123456789X"[check] == digits[15] else None


def other_links(urls: "list[str] | tuple[str, ...]", ids: "list[str] | tuple[str, ...]") -> tuple[str, ...]:
    """Return the URLs, each once, that are not just an address of the paper itself.

    >>> other_links(["https://arxiv.org/abs/2106.04632", "https://github.com/a/b"], ["arXiv:2106.04632"])
    ('https://github.com/a/b',)
    """
    return tuple(url for url in dict.fromkeys(urls) if identifier(url) not in ids)
