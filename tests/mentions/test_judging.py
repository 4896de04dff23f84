"""The recipe of the judge on a training set that is too small for it."""

import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

RECIPE = Path(__file__).parents[2] / "pipelines" / "learned"  # not in the wheel


def gold(surface: str) -> dict:
    return {"entities": [{"type": "Method", "surfaces": [surface], "core": True, "key": "m1"}]}


class SplitOff:
    """Stands for scikit-learn's `GroupKFold`, which need not be there: it holds out one paper after the other."""

    def __init__(self, n_splits: int) -> None:
        self.n_splits = n_splits

    def split(self, _: object, right: object, paper: list[int]) -> list[tuple[object, object]]:
        return [(paper != part, paper == part) for part in range(self.n_splits)]


@pytest.mark.parametrize(
    ("abstracts", "found"),
    [(8, 0), (3, 2), (8, 1)],
    ids=["nothing is found", "fewer abstracts than parts", "whatever is found is right"],
)
def test_too_little_to_fit_is_one_line(monkeypatch: pytest.MonkeyPatch, abstracts: int, found: int) -> None:
    monkeypatch.syspath_prepend(str(RECIPE))
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", SimpleNamespace(GradientBoostingClassifier=None))
    monkeypatch.setitem(sys.modules, "sklearn.model_selection", SimpleNamespace(GroupKFold=SplitOff))
    fit_judge = runpy.run_path(str(RECIPE / "judging.py"))["fit_judge"]
    things = [SimpleNamespace(features=[0.5], surface=name, type=0) for name in ("foonet", "barnet")][:found]
    with pytest.raises(SystemExit, match=r"^too little to fit the judge: \d+ names found in \d abstracts[^\n]*$"):
        fit_judge([gold("FooNet")] * abstracts, [things] * abstracts)
