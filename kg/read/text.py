"""Text as formats write it to text as a reader reads it: newlines folded, markup off, names in natural order."""

import re
import unicodedata
from datetime import date

__all__ = [
    "URL",
    "cut_suffix",
    "fold",
    "is_missing",
    "iso_date",
    "natural_name",
    "one_line",
    "split_names",
    "squeeze",
    "year_of",
]

URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.I)
_MONTHS = {name: i for i, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)}
_ISO = re.compile(r"((?:1[89]|20)\d\d)(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?!\d))?)?(?!\d)")
_DAY_MONTH_YEAR = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3})[a-z]*\.?,?[ -]((?:1[89]|20)\d\d)\b")
_MONTH_DAY_YEAR = re.compile(r"\b([A-Za-z]{3})[a-z]*\.? +(\d{1,2})(?:st|nd|rd|th)?,? +((?:1[89]|20)\d\d)\b")
_YEAR_MONTH = re.compile(r"\b((?:1[89]|20)\d\d) +([A-Za-z]{3})[a-z]*\b\.?(?: +(\d{1,2})\b)?")
_MONTH_YEAR = re.compile(r"\b([A-Za-z]{3})[a-z]*\.?,? +((?:1[89]|20)\d\d)\b")
_YEAR = re.compile(r"(?<!\d)((?:1[89]|20)\d\d)(?!\d)")
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "2nd", "3rd", "4th"})
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?){1,4}")
_MISSING = frozenset({"noabstractavailable", "abstractnotavailable", "noabstract", "na", "nan", "none", "null"})


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
    >>> natural_name("King, Martin L., Jr."), natural_name("King, Martin L Jr")
    ('Martin L. King Jr.', 'Martin L King Jr')
    """
    parts = [squeeze(part) for part in name.split(",")]
    parts = [part for part in parts if part]
    if len(parts) == 2 and parts[1].lower() not in _SUFFIXES:
        given, suffix = cut_suffix(parts[1])
        return f"{given} {parts[0]} {suffix}".rstrip()
    if len(parts) == 3 and parts[1].lower() in _SUFFIXES:  # as BibTeX writes it
        return f"{parts[2]} {parts[0]} {parts[1]}"
    if len(parts) == 3 and parts[2].lower() in _SUFFIXES:  # as RIS does
        return f"{parts[1]} {parts[0]} {parts[2]}"
    return " ".join(parts)


def cut_suffix(name: str) -> tuple[str, str]:
    """Part "Jr", "III" … from what stands before it; "" where there is none.

    >>> cut_suffix("Martin L Jr"), cut_suffix("Ada")
    (('Martin L', 'Jr'), ('Ada', ''))
    """
    rest, _, last = name.rpartition(" ")
    return (rest, last) if rest and last.lower() in _SUFFIXES else (name, "")


def split_names(text: str) -> list[str]:
    """Split the authors of one field: by ";", by " and ", else by commas unless they part family from given names.

    >>> split_names("van der Berg, Ada and Hopper, Grace"), split_names("Lovelace, A., Hopper, G. M.")
    (['Ada van der Berg', 'Grace Hopper'], ['A. Lovelace', 'G. M. Hopper'])
    >>> split_names("Lovelace, Ada; Hopper, Grace"), split_names("Ada Lovelace, Grace Hopper and Mary Shaw")
    (['Ada Lovelace', 'Grace Hopper'], ['Ada Lovelace', 'Grace Hopper', 'Mary Shaw'])
    """
    text = squeeze(text)
    if ";" in text or "|" in text:
        parts = [re.sub(r"^\s*(?:and|&) ", "", part) for part in re.split(r"[;|]", text)]
        return [name for part in parts if (name := natural_name(part))]
    parts = re.split(r",? (?:and|&) ", text)
    if all(part.count(",") == 1 for part in parts) and any(map(_inverted, parts)):
        return [natural_name(part) for part in parts]
    names = [name for part in parts for name in map(squeeze, part.split(",")) if name]
    if len(names) > 1 and len(names) % 2 == 0 and all(map(_INITIALS.fullmatch, names[1::2])):
        return [f"{given} {family}" for family, given in zip(names[::2], names[1::2], strict=True)]
    found: list[str] = []
    for name in names:
        if name.lower() in _SUFFIXES and found:
            found[-1] += f" {name}"
        elif name.lower() not in _SUFFIXES:
            found.append(name)
    return found


def _inverted(part: str) -> bool:
    """Say whether a comma parts family from given names; in "Ada Lovelace, Grace Hopper" it parts two people."""
    family, given = (squeeze(side) for side in part.split(","))
    if not family or not given or given.lower() in _SUFFIXES:
        return False
    if " " not in family or " " not in given or family[0].islower():
        return True
    return not _INITIALS.fullmatch(family.split()[-1]) and bool(_INITIALS.fullmatch(given.split()[-1]))


def is_missing(abstract: str) -> bool:
    """Say whether what stands for an abstract only says that there is none, as Scopus and pandas write it.

    >>> is_missing("[No abstract available]"), is_missing("NaN"), is_missing("None of these lamps shines.")
    (True, True, False)
    """
    return len(abstract) < 40 and fold(abstract) in _MISSING


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
