"""Boosted regression trees as arrays: they run in numpy, and are data on disk, never code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["PARTS", "Trees"]

#: The arrays of a forest, as they are stored.
PARTS = ("feature", "threshold", "left", "right", "value")


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted regression trees as flat arrays (trees x nodes); a leaf points at itself. `predict` gives log-odds."""

    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float64]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    value: npt.NDArray[np.float64]
    depth: int
    base: float

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]], plan: Mapping[str, Any], prefix: str = "") -> "Trees":
        """Put a forest together from its arrays and its `plan` ("depth", "base")."""
        parts = {part: arrays[prefix + part] for part in PARTS}
        return cls(**parts, depth=int(plan["depth"]), base=float(plan["base"]))

    def to_arrays(self, prefix: str = "") -> tuple[dict[str, npt.NDArray[Any]], dict[str, float]]:
        """Return the arrays and the plan."""
        return {prefix + part: getattr(self, part) for part in PARTS}, {"depth": self.depth, "base": self.base}

    def predict(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the log-odds of each row (rows x features)."""
        # Node `n` of tree `t` stands at t * nodes + n of the flat arrays.
        root = np.arange(0, self.feature.size, self.feature.shape[1], dtype=np.int32)
        feature, threshold = self.feature.ravel(), self.threshold.ravel()
        left, right = (np.add(side, root[:, None], dtype=np.int32).ravel() for side in (self.left, self.right))
        values = np.ascontiguousarray(rows).ravel()
        begin = np.arange(0, rows.size, rows.shape[1], dtype=np.int32)[:, None]
        node = np.broadcast_to(root, (len(rows), len(root)))
        for _ in range(self.depth):
            low = values.take(feature.take(node) + begin) <= threshold.take(node)
            node = np.where(low, left.take(node), right.take(node))
        return np.asarray(self.base + self.value.ravel().take(node).sum(1), dtype=np.float64)
