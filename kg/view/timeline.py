"""Draw how far a metric on a dataset came over the years, as SVG or PNG (needs matplotlib, the extra `plots`)."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.view.sheet import number
from kg.view.text import plain

__all__ = ["timeline"]

#: The forms of a picture and what keeps the time out of each, so that equal rows give equal bytes.
_ENDINGS: dict[str, dict[str, None] | None] = {".svg": {"Date": None}, ".png": None, ".pdf": {"CreationDate": None}}


def timeline(
    rows: Iterable[Mapping[str, Any]],
    path: str | Path,
    *,
    title: str,
    metric: str | None = None,
    best: str | None = None,
) -> int:
    """Draw each score as a dot at its year and the best so far as a line; return how many dots there are.

    A bound ("≤ 5") is no score.

    Rows are those of a leaderboard; of several metrics the one with the most dated scores is drawn, unless `metric`
    names another. `best` is "max" or "min", by the ranks where it is not given. The
    file's ending chooses the format; equal rows give equal bytes.
    Raises KgError where matplotlib is missing, no score has a year, or the file cannot be written.
    """
    path = Path(path)
    ending = path.suffix.casefold()
    if ending not in _ENDINGS:
        raise KgError(
            "pictures are SVG, PNG or PDF", path=path, hint="name the file with the ending .svg, .png or .pdf"
        )
    if not path.parent.is_dir():
        raise KgError(f"there is no folder {path.parent}", path=path, hint="make it first, or choose another")
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise KgError("pictures need matplotlib", hint='install it with: pip install "paperkg[plots]"') from error
    dated = [r for r in rows if r.get("kind") == "Absolute" and _has_numbers(r)]
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in dated:
        if metric is None or str(row["metric"]).casefold() == metric.casefold():
            groups.setdefault((str(row["metric"]), str(row["unit"])), []).append(row)
    if not groups:
        raise KgError("no score with a year to draw", hint="papers need a date, and results a value")
    (name, unit), chosen = max(groups.items(), key=lambda item: (len(item[1]), item[0]))
    if best is None:
        top = min(chosen, key=lambda r: int(r.get("rank") or 1))
        best = "min" if number(str(top["value"])) < max(number(str(r["value"])) for r in chosen) else "max"
    points = sorted((int(str(r["year"])[:4]), number(str(r["value"])), plain(str(r["method"]))) for r in chosen)
    with matplotlib.rc_context({"svg.hashsalt": "paperkg", "font.size": 9, "svg.fonttype": "path"}):
        figure = Figure(figsize=(7.2, 4.0), layout="constrained")
        axes = figure.add_subplot()
        axes.scatter([p[0] for p in points], [p[1] for p in points], color="#0072b2", alpha=0.55, s=26, linewidths=0)
        front = _front(points, best)
        steps = [*front, (points[-1][0], front[-1][1], "")]  # the record stands until the last year drawn
        axes.step([p[0] for p in steps], [p[1] for p in steps], where="post", color="#d55e00", linewidth=1.6)
        middle = (points[0][0] + points[-1][0]) / 2
        for year, value, method in front:
            place, side = ((-5, 4), "right") if year > middle else ((5, 4), "left")
            text = method.replace("$", r"\$")
            axes.annotate(text, (year, value), xytext=place, textcoords="offset points", fontsize=8, ha=side)
        axes.set_xticks(range(points[0][0], points[-1][0] + 1))
        axes.set_ylabel(plain(f"{name} ({unit})" if unit else name or "value").replace("$", r"\$"))
        axes.set_title(plain(title).replace("$", r"\$"), loc="left", fontweight="bold")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        try:
            figure.savefig(path, dpi=160, metadata=_ENDINGS[ending])
        except OSError as error:
            raise KgError(f"cannot be written ({error.strerror})", path=path) from error
    return len(points)


def _has_numbers(row: Mapping[str, Any]) -> bool:
    """Tell whether there is a year and a value that is no bound; a graph made elsewhere may have words there."""
    value = str(row.get("value") or "")
    return str(row.get("year") or "")[:4].isdecimal() and any(map(str.isdecimal, value)) and value[:1] not in "≥≤"


def _front(points: list[tuple[int, float, str]], best: str) -> list[tuple[int, float, str]]:
    """The records: the best of each year that is better than all before."""
    sign = -1.0 if best == "min" else 1.0
    front: list[tuple[int, float, str]] = []
    for year in sorted({p[0] for p in points}):
        top = max((p for p in points if p[0] == year), key=lambda p: sign * p[1])
        if not front or sign * top[1] > sign * front[-1][1]:
            front.append(top)
    return front
