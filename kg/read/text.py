"""Text as formats write it to text as a reader reads it: newlines folded, markup off, names in natural order."""

import re
import unicodedata
from datetime import date

__all__ = ["URL", "fold", "iso_date", "natural_name", "one_line", "split_names", "squeeze", "year_of"]

URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.I)
_MONTHS = {name: i for i, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)}
_ISO = re.compile(r"((?:1[89]|20)\d\d)(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?!\d))?)?(?!\d)")
_DAY_MONTH_YEAR = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3})[a-z]*\.?,?[ -]((?:1[89]|20)\d\d)\b")
_MONTH_DAY_YEAR = re.compile(r"\b([A-Za-z]{3})[a-z]*\.? +(\d{1,2})(?:st|nd|rd|th)?,? +((?:1[89]|20)\d\d)\b")
_YEAR_MONTH = re.compile(r"\b((?:1[89]|20)\d\d) +([A-Za-z]{3})[a-z]*\b\.?(?: +(\d{1,2})\b)?")
_MONTH_YEAR = re.compile(r"\b([A-Za-z]{3})[a-z]*\.?,? +((?:1[89]|20)\d\d)\b")
_YEAR = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(?!\d)")
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})


def one_line(text: str) -> str:
    """Fold newlines with the blanks around them to one space and strip: all else stays as it stands.

    >>> one_line("  We train\\n  a model.  It works. ")
    'We train a model.  It works.'
    """
    lines = text.strip().splitlines()
    if len(lines) < 2:
        return lines[0] if lines else ""
    return " ".join([part for line in lines if (part := line.strip())])


def squeeze(text: str) -> str:
    """Fold every run of blanks to one space: for formats in which blanks mean nothing (XML, HTML, BibTeX)."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """Reduce a text to its letters and digits, case and accents off: what stays equal between two exports.

    >>> fold("Poincaré  Embeddings!") == fold("Poincar\\\\'e embeddings")
    True
    """
    if text.isascii():
        return re.sub(r"[^a-z0-9]+", "", text.lower())
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if c.isalnum())


def natural_name(name: str) -> str:
    """Write a person's name in natural order.

    >>> natural_name("Lovelace, Ada"), natural_name("King, Jr., Martin L."), natural_name("Ada  Lovelace")
    ('Ada Lovelace', 'Martin L. King Jr.', 'Ada Lovelace')
    """
    parts = [squeeze(part) for part in name.split(",")]
    parts = [part for part in parts if part]
    if len(parts) == 2 and parts[1].lower() not in _SUFFIXES:
        return f"{parts[1]} {parts[0]}"
    if len(parts) == 3 and parts[1].lower() in _SUFFIXES:
        return f"{parts[2]} {parts[0]} {parts[1]}"
    return " ".join(parts)


def split_names(text: str) -> list[str]:
    """Split the authors of one field: by ";", by " and ", else by commas unless it is one "Family, Given".

    >>> split_names("Lovelace, Ada; Hopper, Grace"), split_names("Ada Lovelace, Grace Hopper and Mary Shaw")
    (['Ada Lovelace', 'Grace Hopper'], ['Ada Lovelace', 'Grace Hopper', 'Mary Shaw'])
    """
    text = squeeze(text)
    if ";" in text or "|" in text:
        return [name for part in re.split(r"[;|]", text) if (name := natural_name(part))]
    parts = re.split(r",? (?:and|&) ", text)
    if len(parts) > 1 and all(part.count(",") == 1 and " " not in part.split(",")[0].strip() for part in parts):
        return [natural_name(part) for part in parts]
    names = [squeeze(name) for part in parts for name in part.split(",")]
    if len(parts) == 1 and len(names) == 2 and " " not in names[0]:
        return [natural_name(text)]
    return [name for name in names if name and name.lower() not in _SUFFIXES]


def iso_date(text: str | int | None) -> str | None:
    """Read a date as formats write it to ISO form with the precision it has; None where there is none.

    >>> iso_date("Mon, 2 Apr 2007 19:18:42 GMT"), iso_date("2021-6-08T10:00:00Z"), iso_date("June 2021"), iso_date(2019)
    ('2007-04-02', '2021-06-08', '2021-06', '2019')
    """
    if text is None:
        return None
    text = str(text).strip()
    if (match := _ISO.match(text)) and not (match[2] is None and _YEAR_MONTH.match(text)):
        return _iso(match[1], match[2], match[3])
    if match := _DAY_MONTH_YEAR.search(text):
        return _iso(match[3], _month(match[2]), match[1])
    if match := _MONTH_DAY_YEAR.search(text):
        return _iso(match[3], _month(match[1]), match[2])
    if match := _YEAR_MONTH.search(text):
        return _iso(match[1], _month(match[2]), match[3])
    if match := _MONTH_YEAR.search(text):
        return _iso(match[2], _month(match[1]), None)
    return year_of(text)


def year_of(text: str) -> str | None:
    """Return the first year of a text."""
    match = _YEAR.search(text)
    return match[1] if match else None


def _month(name: str) -> int | None:
    return _MONTHS.get(name[:3].lower())


def _iso(year: str | int, month: str | int | None, day: str | int | None) -> str:
    try:
        if month and day:
            return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return f"{int(year):04d}"
    return f"{int(year):04d}-{int(month):02d}" if month and 1 <= int(month) <= 12 else f"{int(year):04d}"
