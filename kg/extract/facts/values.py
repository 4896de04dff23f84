r"""Find the numbers of a text that may be measurements, with unit, range and sign; whether they are is decided later.

A number glued to a name is none ("ResNet-50", "v2.0", "R@1", "3D", "AP50"). A range is one value ("0.1-0.3%",
"$2.8\%\text{-}4.8\%$", "5x to 9x"), a slash two ("85.3/74.5 F1"), LaTeX is read as what it prints ("6.9$\times$").
"""

import re
from dataclasses import dataclass

__all__ = ["Value", "find_values"]

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_TIMES = r"(?:\$?\s?\\times\b\$?|×|[xX]\b(?!\s*\d)|[- ]?folds?\b|[- ]?times\b)"
_PERCENT = r"(?:\$?\\?%|\$?\s\\?%|\s?percent\b(?!age)|\s?per cent\b)"
_POINTS = r"(?:\s?percentage[- ]points?\b|\s?points?\b|\s?pp\b|\s?p\.p\.)"
_MEASURE = (
    r"(?:\s?(?:dB|ms|FPS|fps|GB|MB|KB|TB|kWh|px|mm|cm|km|GFLOPs?|TFLOPs?|MFLOPs?|FLOPs?|MACs|GMACs|Hz|kHz|MHz|mAh|mJ|"
    r"seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|pixels?|meters?|frames per second|million|billion|trillion)\b"
    r"|\s?(?:s|h|m|K|k|M|B|G|T|W|J)(?![\w-])(?!\s*=)|°)"
)
_UNIT = rf"(?:{_PERCENT}|{_TIMES}|{_POINTS}|{_MEASURE})"
_SIGN = r"(?:[+\-−–±~∼≈]|\\sim|\\approx|\\pm)?\s?"
_DASH = r"(?:\s?(?:-{1,3}|–|—|~|∼|\\sim|\$?\\text\{-\}\$?|\$\s?-\s?\$|\$-|-\$|\$?\\sim\$?)\s?|\s+to\s+|\s?–\s?|\s?—\s?)"
_VALUE = re.compile(
    rf"(?<![\w@.,^\\])(?<![A-Za-z]-)(?<![A-Za-z]–)(?<!\d[-–/])(?<![A-Za-z]/)"
    rf"(?P<sign>[+\-−]\s?)?(?P<a>{_NUMBER})(?P<ua>{_UNIT})?"
    rf"(?:\$?(?P<dash>{_DASH})\$?(?P<signb>[+\-−])?(?P<b>{_NUMBER})(?P<ub>{_UNIT})?)?"
    r"(?![\w@^]|[.,]\d|-[A-Za-z]|\{)"
)
_SINGLE = re.compile(
    rf"(?<![\w@.,^\\])(?<![A-Za-z]-)(?<![A-Za-z]–)(?P<sign>[+\-−]\s?)?(?P<a>{_NUMBER})(?P<ua>{_UNIT})?"
    r"(?![\w@^]|[.,]\d|-[A-Za-z]|\{)"
)
_FIRST_OF_SLASH = re.compile(rf"(?<![\w@.,^\\/])(?P<sign>[+\-−])?(?P<a>{_NUMBER})(?P<ua>{_UNIT})?(?=\s?/\s?\d)")
_AFTER_SLASH = re.compile(rf"\s?/\s?(?P<sign>[+\-−])?(?P<a>{_NUMBER})(?P<ua>{_UNIT})?(?![\w@^]|[.,]\d|-[A-Za-z])")
#: "Gemini 2.5", "Claude 3": a small number after a capitalised word is the version in a name.
_SMALL = re.compile(r"[1-9](?:\.\d)?")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b(?:[A-Z][a-z]{2,}[A-Za-z]*|GPT|LLaMA)[ ~]$")

#: "p < 0.05", "n = 40", "k=5": a level of significance, a size, a setting.
_SYMBOL = re.compile(r"(?<![A-Za-z])\$?(?:[pP]s?|[nNkKmM])\$?\s?(?:=|<|>|≤|≥|\\leq?|\\geq?)\s?\$?$")
#: "arXiv:2106.04632", "doi 10.18653/v1": the number of a paper or a deposit.
_IDENTIFIER = re.compile(r"(?<![A-Za-z])(?:arxiv|doi)[:.]?\s?\d\S*|(?<!\d)10\.\d{4,9}/\S+", re.IGNORECASE)
#: "1% of the labels", "30 percent of the training data": how much was used, not how well it did.
_PORTION = re.compile(
    r"\s+of\s+(?:(?:the|its|all|our|full|available|original|total|labell?ed|annotated|training|target|source)\s+)*"
    r"(?:labels?|data|annotations?|samples|examples|supervision)\b"
)


@dataclass(frozen=True, slots=True)
class Value:
    """A number that may be a measurement; `text[start:end]` is it as printed, with its unit.

    `value` is set for a single number, `low` and `high` for a range, all decimal digits without sign.
    """

    start: int
    end: int
    value: str | None
    low: str | None = None
    high: str | None = None
    unit: str = ""
    sign: str = ""

    @property
    def number(self) -> float:
        """The number itself, for a range its upper end."""
        return float(self.value or self.high or 0)


def unit_of(printed: str | None) -> str:
    """Return the unit that a printed ending stands for: "%", "x", the measure's own name, or nothing."""
    if not printed:
        return ""
    if re.fullmatch(_PERCENT, printed):
        return "%"
    if re.fullmatch(_TIMES, printed):
        return "x"
    if re.fullmatch(_POINTS, printed):
        return "points" if "point" in printed else "pp"
    return printed.strip()


def _digits(number: str) -> str:
    number = number.replace(",", "")
    return "0" + number if number.startswith(".") else number


def _is_range(match: re.Match[str], before: str) -> bool:
    """Tell "5 to 9" (a range) from "from 5 to 9" (two values) and "7 - 3" written in a formula."""
    dash = match["dash"].strip("$ \n\t")
    if re.search(r"\bfrom\b[^.;,]{0,40}$", before) and dash == "to" and "range" not in before:
        return False
    low, high = float(_digits(match["a"])), float(_digits(match["b"]))
    return low < high or bool(match["sign"])


def find_values(text: str) -> list[Value]:
    """Return every number of the text that could be a measurement, in order, none overlapping another."""
    found: list[Value] = []
    at = 0
    # Neither is searched again before it is passed: most texts have none, and each search would go to their end.
    slash, identifier = _FIRST_OF_SLASH.search(text), _IDENTIFIER.search(text)
    while True:
        match = _VALUE.search(text, at)
        if slash and slash.start() < at:
            slash = _FIRST_OF_SLASH.search(text, at)
        if slash and (match is None or slash.start() <= match.start()):
            match = slash
        if match is None:
            return found
        while identifier and identifier.end() <= match.start():
            identifier = _IDENTIFIER.search(text, identifier.end())
        if identifier and identifier.start() <= match.start():
            at = identifier.end()
            continue
        if match.groupdict().get("b") and not _is_range(match, text[max(0, match.start() - 60) : match.start()]):
            single = _SINGLE.match(text, match.start())
            if single is None:
                at = match.end("a")
                continue
            match = single
        value = _value_of(match)
        at = match.end()
        if not _no_measure(text, value):
            found.append(value)
        while (more := _AFTER_SLASH.match(text, at)) is not None:
            found.append(_value_of(more))
            at = more.end()


def _no_measure(text: str, value: Value) -> bool:
    """Tell whether its neighbours make a number a version in a name, what a symbol stands for, or a portion of data."""
    if value.unit == "%" and _PORTION.match(text, value.end):
        return True
    if _SYMBOL.search(text[max(0, value.start - 12) : value.start]):
        return True
    small = not value.unit and _SMALL.fullmatch(value.value or "")
    return bool(small and _NAME.search(text, max(0, value.start - 25), value.start))


def _value_of(match: re.Match[str]) -> Value:
    groups = match.groupdict()
    sign = (groups.get("sign") or "").strip()
    if groups.get("b"):
        low, high = _digits(groups["a"]), _digits(groups["b"])
        return Value(match.start("a"), match.end(), None, low, high, unit_of(groups["ub"] or groups["ua"]), sign)
    return Value(match.start("a"), match.end(), _digits(groups["a"]), unit=unit_of(groups["ua"]), sign=sign)
