"""Markup of formats to readable text: HTML and JATS tags, character entities, BibTeX braces and accents.

Mathematics stays as it stands (`$\\alpha$`), for the stages behind read it so in every format.
"""

import html
import re
import unicodedata

from kg.read.text import squeeze

__all__ = ["has_markup", "plain_bibtex", "plain_latex", "plain_markup"]

_TAG_NAMES = (
    "a abstract abstracttext b bold br div em font fixed-case h1 h2 h3 h4 h5 h6 i inline-formula italic label li list "
    "list-item mark math mi mn mo monospace mrow msub msup mtext named-content ol p sc scp sec section small span "
    "strong sub sup tex-math title tt u ul underline xref"
).replace(" ", "|")
_TAG = re.compile(rf"</?(?:[a-z]+:)?(?:{_TAG_NAMES})(?:\s[^<>]*)?/?>", re.I)
_BLOCK = re.compile(r"</?(?:[a-z]+:)?(?:p|div|br|li|list-item|sec|section|title|label|h\d|abstracttext)\b[^<>]*>", re.I)
#: A tag whose signs are set as mathematics: "$<$i$>$" (Mendeley), "$\\less$i$\\greater$" (Crossref).
_TYPESET = re.compile(
    r"\{?\$\s*(?:<|\\less|\\lt)\s*\$\}?(/?[A-Za-z][\w:.-]*(?:\s[^$<>{}]{0,200})?/?)\{?\$\s*(?:>|\\greater|\\gt)\s*\$\}?"
)
_WRITTEN = re.compile(r"</[a-z][\w:.-]*>|<(?:br|p|jats:\w+)[\s/>]|&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[\da-f]+);", re.I)
_HEADING = re.compile(r"^\s*<(?:[a-z]+:)?title>\s*(?:Abstract|Summary)\s*</(?:[a-z]+:)?title>", re.I)

_COMBINING = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
}
_ACCENT = re.compile(
    r"""\{?\\(?:(?P<mark>[`'^~=."])\s*|(?P<letter>[uvHcdbkr])(?=[\s{\\])\s*)"""
    r"""(?:\{\s*(?P<braced>\\?[A-Za-z])\s*\}|(?P<bare>\\[ij](?![A-Za-z])|[A-Za-z]))\}?"""
)
_SYMBOLS = {
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "th": "þ",
    "dj": "đ",
    "textendash": "–",
    "textemdash": "—",
    "textquoteright": "’",
    "textquoteleft": "‘",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "textquotesingle": "'",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textbackslash": "\\",
    "textbar": "|",
    "textless": "<",
    "textgreater": ">",
    "textdegree": "°",
    "textregistered": "®",
    "texttrademark": "™",
    "textellipsis": "…",
    "textunderscore": "_",
    "ldots": "…",
    "dots": "…",
    "slash": "/",
    "copyright": "©",
    "pounds": "£",
    "S": "§",
}
_SYMBOL = re.compile(
    rf"\\({'|'.join(sorted(_SYMBOLS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}}|[ \t]+(?=[A-Za-z]))?"
)
_STYLE = re.compile(
    r"\\(?:emph|textbf|textit|texttt|textsc|textrm|textsf|text|mbox|underline|textsubscript|textsuperscript)\s*(?=\{)"
)
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_URL_COMMAND = re.compile(r"\\url\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_MATH = re.compile(r"(?<!\\)\$[^$]{1,400}(?<!\\)\$|\\\([^()]{1,400}\\\)")
_BACKSLASH = re.compile(r"\{\\textbackslash\s*\}|\\textbackslash(?![A-Za-z])(?:\{\}|\s)?")
_KEPT = "\ue000{}\ue001"


def plain_markup(text: str) -> str:
    """Take HTML and JATS tags off and resolve entities; a "<" that begins no such tag stays.

    >>> plain_markup("<jats:p>Gains of &gt;2% for <i>p</i> < 0.05 &amp; more</jats:p>")
    'Gains of >2% for p < 0.05 & more'
    """
    if "<" in text:
        text = _TAG.sub("", _BLOCK.sub(" ", _HEADING.sub("", text)))
    if "&" in text:
        text = html.unescape(text)
        if "&lt;" in text or "&amp;" in text or "&#" in text:  # escaped twice, as OpenAlex and Crossref often are
            text = html.unescape(text)
        if "<" in text:
            text = _TAG.sub("", _BLOCK.sub(" ", text))
    return squeeze(text)


def has_markup(text: str) -> bool:
    """Say whether a text that may be plain or not was written as HTML or JATS: it closes a tag or has an entity.

    >>> has_markup("<p>Lamps</p>"), has_markup("R&amp;D"), has_markup("R&D where a < b and c > d")
    (True, True, False)
    """
    return _WRITTEN.search(text) is not None


def plain_bibtex(text: str) -> str:
    r"""Take LaTeX and the HTML in it off a field of BibTeX, however the exporter wrote the tags' signs.

    >>> plain_bibtex("{\\textless}p{\\textgreater}Lamps in $\\less$i$\\greater$vivo$\\less$/i$\\greater$ &amp; $a$")
    'Lamps in vivo & $a$'
    """

    def tag(match: re.Match[str]) -> str:
        found = f"<{match[1]}>"
        return found if _TAG.fullmatch(found) else match[0]

    return plain_markup(plain_latex(plain_markup(_TYPESET.sub(tag, text))))


def plain_latex(text: str) -> str:
    r"""Take BibTeX's braces off and turn accents and escapes to characters; math and `\url` keep their own.

    >>> plain_latex("{P}oincar{\\'e} {E}mbeddings: 71.4{\\%} with $\\alpha_{1}$")
    'Poincaré Embeddings: 71.4% with $\\alpha_{1}$'
    """
    if "\\" not in text and "{" not in text and "~" not in text and "--" not in text:
        return squeeze(text)
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return _KEPT.format(len(kept) - 1)

    def link(match: re.Match[str]) -> str:
        kept.append(match[1] or (f"{match[3]} ({match[2]})" if match[3] != match[2] else match[2]))
        return _KEPT.format(len(kept) - 1)

    text = re.sub("[\ue000-\ue002]", "", text)
    text = re.sub(r"\\vphantom\{\\[{}]\}", "", text)  # by which Zotero balances a brace of the text
    text = _BACKSLASH.sub("\ue002", text)  # a character of the text: what follows it is no command
    text = _MATH.sub(keep, _URL_COMMAND.sub(link, text))
    text = _ACCENT.sub(_accented, text)
    text = re.sub(r"(?<!\\)~", " ", text)
    text = _SYMBOL.sub(lambda match: _SYMBOLS[match[1]], text)
    text = _STYLE.sub("", text)
    text = re.sub(r"\\([&%$#_])", r"\1", text).replace("\\\\", " ")
    text = re.sub(r"(?<!\\)[{}]", "", text)
    text = _ESCAPED.sub(r"\1", text)
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    text = re.sub("\ue000(\\d+)\ue001", lambda match: kept[int(match[1])] if int(match[1]) < len(kept) else "", text)
    return squeeze(text.replace("\ue002", "\\"))


def _accented(match: re.Match[str]) -> str:
    letter = (match["braced"] or match["bare"]).lstrip("\\")
    mark = _COMBINING[match["mark"] or match["letter"]]
    return unicodedata.normalize("NFC", letter + mark)
