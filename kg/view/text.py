"""Make text of unknown origin harmless to show: visible control characters, web links alone, JSON inside HTML."""

import json
from typing import Any
from urllib.parse import urlsplit

__all__ = ["embed", "plain", "web_link"]

# Marks that reorder what is read (Unicode "bidi" controls) are shown as a replacement character, so that no name can
# disguise itself; other control characters become spaces. One for one: offsets keep their meaning.
_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = {**dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), " "), **{ord(c): "\ufffd" for c in _BIDI}}
_CONTROLS |= dict.fromkeys(range(55296, 57344), "�")  # lone surrogates cannot be written as UTF-8


def plain(text: str) -> str:
    """Replace control characters, one for one.

    >>> plain("safe\\u202egnp.exe\\n")
    'safe�gnp.exe '
    """
    return text.translate(_CONTROLS)


def web_link(url: str) -> str:
    """Return a URL that leads to the web, "" for any other (`javascript:`, `data:`, `file:`).

    >>> web_link("https://github.com/a/b"), web_link(" JavaScript:alert(1)")
    ('https://github.com/a/b', '')
    """
    url = plain(url).strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme.casefold() in ("http", "https") and parts.netloc else ""


def embed(data: Any) -> str:
    """Write JSON that may stand inside a script element: no character that HTML or old JavaScript could act on.

    >>> embed({"a": "</script>"})
    '{"a":"\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
