"""Arrays of weights in a file: float16 on disk, float32 in memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from kg.errors import PipelineError

__all__ = ["Array", "read_arrays", "stored_arrays", "unreadable", "write_arrays"]

Array = npt.NDArray[np.float32]


def read_arrays(path: Path, names: Sequence[str]) -> dict[str, Array]:
    """Read the named arrays as float32; raises as `stored_arrays`."""
    return {name: array.astype(np.float32) for name, array in stored_arrays(path, names).items()}


def stored_arrays(path: Path, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """Read the named arrays; PipelineError where the file or an array is missing or the file is not whole."""
    if not path.is_file():
        raise PipelineError("missing weights", path=path, hint="train the pipeline, or use 'rules'")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            missing = [name for name in names if name not in arrays]
            if missing:
                raise PipelineError(f"no array {missing[0]!r}", path=path, hint="train the pipeline again")
            return {name: arrays[name] for name in names}
    except (ValueError, EOFError, BadZipFile) as error:
        raise unreadable(path, "not a whole file of arrays", error) from error


def unreadable(path: Path, what: str, error: Exception) -> PipelineError:
    """Return the error for a file of weights that is cut short or is something else."""
    reason = next(iter(str(error).splitlines()), "").rpartition(" : ")[2].rstrip(".") or type(error).__name__
    return PipelineError(f"{what} ({reason})", path=path, hint="copy the file again, or train the pipeline anew")


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays as `read_arrays` reads them."""
    np.savez(path, allow_pickle=False, **{name: array.astype(np.float16) for name, array in arrays.items()})
