"""Find every URL of an abstract, repair it and say what stands behind it.

1. Find: with a scheme (also with stray spaces, "https: //github. com/a/b"), or bare where the host tells ("www.…",
   "github.com/a/b", "x.github.io"). A LaTeX wrapper (`\\url{…}`, `\\href{…}{text}`) ends at its brace.
2. Repair: take spaces and LaTeX escapes out; drop the sentence's punctuation, open brackets, `.git`, a last slash.
3. Classify: by the words of the clause around it first, then by the host.

Pure functions; offsets are those of the URL as printed, without wrapper and punctuation.
"""

import re
from collections.abc import Iterator

from kg.model import Link, LinkKind

__all__ = ["classify_url", "find_urls", "repair_url"]

_BODY = r"""(?:[^\s<>"{}|\\^`“”]|\\[_%\#&~\-/])"""
_SCHEME = re.compile(rf"""h(?:tt|xx)ps?[ ]?:[ ]?/[ ]?/[ ]?(?={_BODY})""", re.IGNORECASE)
_TLD = (
    r"(?:com|org|net|io|edu|gov|ai|co|dev|app|info|me|cn|de|uk|fr|ch|jp|kr|in|it|nl|eu|ca|au|us|es|se|at|be|cz|pl|ru"
    r"|br|sg|hk|tw|il|science|tech|site|xyz|page|cloud|id)"
)
_BARE = re.compile(
    rf"""(?<![\w@./\\-])(?:
        www\.[\w-]+(?:\.[\w-]+)*
      | [\w-]+\.(?:github|gitlab|gitee)\.io\b
      | (?:[\w-]+\.)*(?:github|gitlab|bitbucket|huggingface|zenodo|kaggle|hf|4open|doi|codeberg)\.
            (?:com|org|co|science)(?=[ ]?/)
      | (?:[A-Za-z0-9][\w-]*\.)+{_TLD}(?=/[\w~])
    )""",
    re.VERBOSE,
)
# What every bare URL has: found in a fraction of the time.
_BARE_HINT = re.compile(r"www\.|\.io\b|\.[a-z]{2,7} ?/")
_REST = re.compile(rf"{_BODY}{{0,2000}}")
_FORGE = re.compile(r"(?:github|gitlab|bitbucket|huggingface|codeberg|gitee)\.?\s?(?:com|org|co)\b", re.IGNORECASE)
_SPLIT_HOST = re.compile(r"""[ ]?\.?[ ]?(?:com|org|io|net|co|edu|ai)(?=/|[ ]/)""")
_SPLIT_DOT = re.compile(r"[ ](?:com|org|io|net|co)(?=[ ]?/)")
_SEGMENT = re.compile(r"[ ]/?(?=[\w.-])[^\s<>\"{}|\\^`“”]+")
_TRAILING = ".,;:!?'\"’”*…"
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
_ESCAPE = re.compile(r"\\([_%#&~\-/])")


def find_urls(text: str) -> list[Link]:
    """Return each distinct URL once, at its first place, with the kinds of all its places; in order of appearance."""
    if "/" not in text and "www." not in text and ".io" not in text:
        return []
    spans = list(_spans(text))
    found: dict[str, Link] = {}
    for i, (start, end) in enumerate(spans):
        url = repair_url(text[start:end])
        before = spans[i - 1][1] if i else 0
        after = spans[i + 1][0] if i + 1 < len(spans) else len(text)
        kinds = classify_url(url, *_around(text, start, end, before, after))
        known = found.get(url.lower())
        if known is not None:
            kinds = known.kinds + tuple(kind for kind in kinds if kind not in known.kinds)
            found[url.lower()] = Link(known.url, known.start, known.end, _without_other(kinds))
        else:
            found[url.lower()] = Link(url, start, end, kinds)
    return list(found.values())


def _without_other(kinds: tuple[LinkKind, ...]) -> tuple[LinkKind, ...]:
    return tuple(k for k in kinds if k is not LinkKind.OTHER) or (LinkKind.OTHER,)


# --- finding ------------------------------------------------------------------------------------------------------


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where URLs stand, in order, never overlapping."""
    reach = 0
    patterns = (_SCHEME, _BARE) if _BARE_HINT.search(text) else (_SCHEME,)
    starts = sorted([(m.start(), m.end()) for pattern in patterns for m in pattern.finditer(text)])
    for start, host in starts:
        if start < reach:
            continue
        end = _end(text, start, host)
        if "." in text[start:end]:
            yield start, end
        reach = end


def _end(text: str, start: int, at: int) -> int:
    """Return the end of the URL that begins at `start` and whose host or rest begins at `at`."""
    end = _rest(text, at)
    lone = "/" not in text[at:end].rstrip("/")
    split = _SPLIT_HOST.match(text, end) if lone else None
    if split is None and text[at:end].endswith("."):
        split = _SPLIT_DOT.match(text, end)
    if split is not None:
        end = _rest(text, split.end())
    for _ in range(2):
        body = text[start:end]
        segment = _SEGMENT.match(text, end)
        if segment is None or not _FORGE.search(body) or not _continues(body, segment.group()):
            break
        end = _rest(text, segment.end())
    return _trim(text, start, end)


def _rest(text: str, at: int) -> int:
    matched = _REST.match(text, at)
    return matched.end() if matched else at


def _continues(body: str, segment: str) -> bool:
    """Whether a stray space has parted `segment` from the forge's URL: an owner or a repository is still missing."""
    path = re.sub(r"\s", "", re.split(r"\.\s?(?:com|org|co)\b", body, maxsplit=1)[-1])
    missing = len([part for part in path.split("/") if part]) < 2
    name = segment.strip().rstrip(_TRAILING + ")]")
    slash = segment.startswith(" /") or path.endswith("/") or (not path and "/" in name)
    looks = "/" in name or bool(re.search(r"[A-Z\d_-]", name)) or segment.rstrip() != name
    return missing and slash and bool(name) and looks


def _trim(text: str, start: int, end: int) -> int:
    """Take the sentence's punctuation and unbalanced closing brackets off the end."""
    counts = {mark: text.count(mark, start, end) for mark in "()[]"}
    while end > start:
        last = text[end - 1]
        if last in _TRAILING or last in "$~(" or last == "\\":
            pass
        elif last in ")]" and counts[last] > counts[_PAIRS[last]]:
            counts[last] -= 1
        else:
            break
        end -= 1
    return end


# --- repairing ----------------------------------------------------------------------------------------------------


def repair_url(surface: str) -> str:
    """Return the URL that was meant: no spaces, escapes or `.git`; https and no `www.` for the forges; no last slash.

    >>> repair_url("http: //www.github. com/a/b.git")
    'https://github.com/a/b'
    """
    url = _ESCAPE.sub(r"\1", re.sub(r"\s+", "", surface))
    url = re.sub(r"^hxxp", "http", url, flags=re.IGNORECASE)
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = "https", url
    host, slash, path = rest.partition("/")
    host = host.lower()
    forge = bool(_FORGE.search(host)) or host.endswith((".github.io", ".gitlab.io"))
    if forge:
        scheme, host = "https", host.removeprefix("www.")
        path = re.sub(r"(?:#readme|\?tab=[\w-]*)$", "", path, flags=re.IGNORECASE)
    path = re.sub(r"\.git$", "", path.rstrip("/"), flags=re.IGNORECASE)
    return f"{scheme.lower()}://{host}" + (slash + path if path else "")


# --- classifying --------------------------------------------------------------------------------------------------


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE | re.VERBOSE)


_CODE = _words(
    r"""codes? | codebase | implementations? | repositor(?:y|ies) | repo | software | toolkit | toolbox | package
      | github | librar(?:y|ies) | scripts? | open[ -]?sourced? | plug-?in | framework\ is\ (?:publicly\ )?available"""
)
_DATASET = _words(
    r"data(?:[ -]?sets?)? | corpus | corpora | benchmarks? | annotations? | test\ ?suite | leaderboard | database"
)
_SUITE = _words(r"benchmarks? | test\ ?suite | leaderboard")
_GIVEN = r"available|released|found|public|open|accessible|downloaded|at\b"
_MODEL = _words(
    rf"""(?:pre-?trained|trained|released|our)\s+(?:\w+\s+){{0,2}}(?:models?|weights|networks?|checkpoints?|adapters?)
      | weights | checkpoints?
      | (?:,|and|&)\s+(?:\w+\s+){{0,2}}models?(?=[^.]{{0,40}}(?:{_GIVEN}))
      | models?(?=(?:,|\ and|\ &)[^.]{{0,60}}(?:{_GIVEN}))
      | models?(?=\ (?:is|are|will\ be|can\ be)\ (?:\w+\ ){{0,2}}(?:{_GIVEN}))"""
)
_DEMO = _words(
    r"""demos? | demonstrations? | playground | live\ at | try\ it | interactive | videos?
      | online\ (?:version|system|tool|service) | web[ ]?(?:app|application|interface|service)"""
)
_PROJECT = _words(
    r"project | web[ ]?(?:site|page)s? | home[ ]?page | page | visit | more\ (?:details|results|information)"
)


def _hosts(*names: str) -> re.Pattern[str]:
    """Match these hosts and what stands under them."""
    return re.compile(rf"(?:^|\.)(?:{'|'.join(names)})$")


_CODE_HOST = _hosts(
    r"github\.com", r"gitlab\.[\w.]+", r"bitbucket\.org", r"codeberg\.org", r"gitee\.com", r"sourceforge\.net",
    r"4open\.science", r"pypi\.org", r"code\.google\.com", r"codeocean\.com",
)  # fmt: skip
_PAGE_HOST = _hosts(
    r"github\.io", r"gitlab\.io", r"gitee\.io", r"sites\.google\.com", r"notion\.site", r"netlify\.app", r"vercel\.app"
)
_DATA_HOST = _hosts(
    r"zenodo\.org", r"figshare\.com", r"osf\.io", r"dataverse\.\w+", r"drive\.google\.com", r"physionet\.org"
)
_REFERENCE_HOST = _hosts(
    r"doi\.org", r"arxiv\.org", r"openreview\.net", r"aclanthology\.org", r"wikipedia\.org", r"creativecommons\.org"
)


def classify_url(url: str, before: str = "", after: str = "") -> tuple[LinkKind, ...]:
    """Return what the URL leads to, in a fixed order: by the words before and after it in its sentence, and its host.

    A project page that is said to hold the code is both. A forge holds code unless only data or a model is spoken of.
    """
    host, _, path = url.partition("://")[2].partition("/")
    host = host.lower().removeprefix("www.")
    words = f"{before} {after}"
    said = {
        LinkKind.CODE: bool(_CODE.search(words)),
        LinkKind.DATASET: bool(_DATASET.search(words)),
        LinkKind.MODEL: bool(_MODEL.search(words)),
        LinkKind.DEMO: bool(_DEMO.search(words)),
        LinkKind.PROJECT: bool(_PROJECT.search(words)),
    }
    kinds = {kind for kind, yes in said.items() if yes}
    return tuple(kind for kind in LinkKind if kind in _by_host(host, path.lower(), kinds, words)) or (LinkKind.OTHER,)


def _by_host(host: str, path: str, said: set[LinkKind], words: str) -> set[LinkKind]:
    """Weigh what was said by what the host can hold."""
    if host in {"huggingface.co", "hf.co"}:
        if path.startswith("datasets/"):
            return {LinkKind.DATASET}
        if path.startswith("spaces/"):
            return {LinkKind.DEMO}
        return {LinkKind.MODEL} | (said & {LinkKind.DATASET} if path.count("/") == 0 else set())
    if _CODE_HOST.search(host):
        kinds = said & {LinkKind.CODE, LinkKind.DATASET, LinkKind.MODEL}
        # a released benchmark comes with the programs that run it
        return kinds | {LinkKind.CODE} if not kinds or (_SUITE.search(words) and kinds == {LinkKind.DATASET}) else kinds
    if _PAGE_HOST.search(host):
        return (said & {LinkKind.CODE, LinkKind.DATASET, LinkKind.MODEL, LinkKind.DEMO}) | {LinkKind.PROJECT}
    if host in {"youtube.com", "youtu.be", "vimeo.com", "colab.research.google.com"}:
        return {LinkKind.DEMO} | (said & {LinkKind.CODE} if host.startswith("colab") else set())
    if _DATA_HOST.search(host) or (host == "kaggle.com" and path.startswith("datasets")):
        return (said & {LinkKind.CODE, LinkKind.MODEL, LinkKind.DATASET}) or {LinkKind.DATASET}
    if _REFERENCE_HOST.search(host):
        return said & {LinkKind.CODE, LinkKind.DATASET} if host == "doi.org" else set()
    return said or {LinkKind.PROJECT}


_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z])|\n")
_RIGHT_END = re.compile(r"[.!?](?:\s|$)|\n")
_OWN_BRACKETS = re.compile(r"\s*[()\[][^()\[\]]*[)\]]")
_REACH = 300  # characters looked at on either side


def _around(text: str, start: int, end: int, before: int, after: int) -> tuple[str, str]:
    """Return the words of the URL's own sentence on either side, up to the neighbouring URL.

    A beginning with a single word before the URL ("released. Code: https://…") still counts as a sentence.
    """
    left = text[max(before, start - _REACH) : start]
    begin = max((m.end() for m in _SENTENCE_END.finditer(left) if left[m.end() :].strip()), default=0)
    right = text[end : min(after, end + _REACH)]
    stop = _RIGHT_END.search(right)
    if stop is not None:
        return left[begin:], right[: stop.start()]
    if after == len(text):
        return left[begin:], right
    # What stands between two URLs of a sentence belongs to the second, but for brackets after the first.
    own = _OWN_BRACKETS.match(right)
    return left[begin:], own.group() if own else ""
