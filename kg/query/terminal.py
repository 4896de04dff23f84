"""Lay tables out for a terminal: columns share its width, long cells are cropped, leaderboards have their sections."""

import re
import textwrap
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.query.leaderboard import Entry, Leaderboard

__all__ = ["WIDTH", "board_lines", "clean", "crop", "fit", "line"]

#: Columns of a leaderboard where the width of no terminal is known.
WIDTH = 100
_GAP = "  "
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_KINDS = {"Absolute": "Scores", "Gain": "Gains", "Ratio": "Ratios"}
_COLUMNS = ("rank", "method", "value", "over", "split", "setting", "paper", "year")


def clean(text: str) -> str:
    """Return a text as one line without control characters, which could move the cursor or colour the terminal.

    >>> clean("two  \\n words \\x1b[31m")
    'two words �[31m'
    """
    return _CONTROL.sub("\ufffd", " ".join(text.split()))


def crop(text: str, width: int) -> str:
    """Cut a text to so many columns of a terminal, the last showing that something is missing.

    >>> crop("EfficientNet", 6), crop("ViT", 6)
    ('Effic…', 'ViT')
    """
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= width else set_cell_size(text, max(width - 1, 0)).rstrip() + "…"


def fit(
    header: Sequence[str], rows: Sequence[Sequence[str]], width: int | None, whole: Collection[str] = ()
) -> list[int]:
    """Return the width of each column: what its cells need, the widest giving way until the line fits `width`.

    Columns of the names in `whole` give way last: half a number misleads.
    """
    from rich.cells import cell_len

    widths = [max(cell_len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    if width is None or not widths:
        return widths
    excess = sum(widths) - max(width - len(_GAP) * (len(widths) - 1), len(widths))
    yielding = [i for i, name in enumerate(header) if name not in whole]
    while excess > 0:
        if all(widths[i] <= 1 for i in yielding):
            yielding = list(range(len(header)))
        # The last of the widest, one column of the terminal at a time.
        widest = max(yielding, key=lambda i: (widths[i], i))
        widths[widest] -= 1
        excess -= 1
    return widths


def line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return one line of a table, each cell cropped or padded to its column."""
    from rich.cells import cell_len

    cropped = [crop(cell, width) for cell, width in zip(cells, widths, strict=True)]
    padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(cropped, widths, strict=True))
    return _GAP.join(padded).rstrip()


def board_lines(board: "Leaderboard", *, base: str, width: int = WIDTH, sentences: bool = False) -> Iterator[str]:
    """Yield the lines of a leaderboard for people: a section for each kind, metric and unit, no line over `width`.

    `sentences` puts beneath each row the sentence that says it and the local name of the result.
    """
    cells = [_cells(entry, base) for entry in board.entries]
    shown = [i for i, name in enumerate(_COLUMNS) if name in _COLUMNS[:3] or any(row[i] for row in cells)]
    header = [_COLUMNS[i] for i in shown]
    rows = [[row[i] for i in shown] for row in cells]
    widths = fit(header, rows, width, ("rank", "value", "year"))
    if board.entries:
        yield crop(line(header, widths), width)
        yield "─" * min(width, sum(widths) + len(_GAP) * (len(widths) - 1))
    numbered = enumerate(board.entries)
    for place, (section, group) in enumerate(groupby(numbered, lambda one: _section(one[1]))):
        if place:
            yield ""
        yield crop(section, width)
        for i, entry in group:
            yield crop(line(rows[i], widths), width)
            if sentences:
                yield from textwrap.wrap(
                    clean(entry.sentence), max(width, 20), initial_indent=" " * 6, subsequent_indent=" " * 6
                )
                yield f"      {entry.result.removeprefix(base)}"


def _section(entry: "Entry") -> str:
    metric = clean(entry.metric) or "metric not stated"
    return f"{_KINDS.get(entry.kind, entry.kind)}: {metric}" + (f", {clean(entry.unit)}" if entry.unit else "")


def _cells(entry: "Entry", base: str) -> list[str]:
    paper = entry.title or entry.identifier or entry.paper.removeprefix(f"{base}paper/")
    value = " ".join(filter(None, (entry.value, entry.unit, entry.direction)))
    cells = (str(entry.rank), entry.method, value, entry.baseline)
    return [clean(cell) for cell in (*cells, entry.split, entry.setting, paper, entry.year)]
