"""A copy of a graph that stays as it is while builds go on: Oxigraph's backup, which costs hard links, not bytes.

Reading a store that another process writes is undefined (`pyoxigraph.Store.read_only`); a backup is a store of its own.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store import GraphDirectory

__all__ = ["snapshot"]

_NAME = ".served-"


@contextmanager
def snapshot(path: Path) -> Iterator[Path]:
    """Make a copy of a graph directory inside it for the length of a block; yields where it is.

    A directory that may not be written is yielded itself: nobody else writes it either. Raises `StoreError` while a
    build writes the graph. What a killed process left behind is swept away by the next.
    """
    directory = GraphDirectory.open(path)
    if not directory.store.is_dir() or not os.access(path, os.W_OK):
        yield path
        return
    copy = path / f"{_NAME}{os.getpid()}"
    try:
        with directory.writing():
            _sweep(path)
            copy.mkdir()
            ox.Store.read_only(str(directory.store)).backup(str(copy / "store"))
            shutil.copy(path / "graph.json", copy / "graph.json")
    except OSError as error:
        shutil.rmtree(copy, ignore_errors=True)
        raise StoreError(f"the graph cannot be copied for serving ({error})", path=path) from error
    try:
        yield copy
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _sweep(path: Path) -> None:
    for left in path.glob(f"{_NAME}*"):
        pid = left.name.removeprefix(_NAME)
        if pid == str(os.getpid()) or not (pid.isdigit() and _alive(int(pid))):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's process
        return True
    return True
