"""Write shards: gzipped N-Quads in a folder, on this machine or in object storage, each whole or not there.

Beside them stands, until all are written, what was extracted: a build that ended early goes on with it.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from kg import iris
from kg.errors import StoreError
from kg.read.storage import is_address, storage, telling
from kg.shards.rows import Row

__all__ = ["FINISHED", "Folder"]

#: The file that is written last: what was made, by what, and the number of statements of each shard.
FINISHED = "shards.json"
_EXTRACTED = re.compile(r"extracted-[0-9a-f]{16}\.jsonl\.gz")
_OURS = re.compile(
    r"(?:(?:papers|entities|people)-\d{5,}\.nq\.gz|runs\.nq\.gz|(?:problems|failures)-\d{5,}\.jsonl\.gz"
    rf"|{_EXTRACTED.pattern})(?:\.[0-9a-f]{{32}}\.new)?"
)


class Folder:
    """A folder of files that are written once; all nodes must reach it under this path or address."""

    def __init__(self, place: str | Path) -> None:
        self.place = str(place).rstrip("/") if is_address(str(place)) else str(Path(place).absolute())

    def begin(self) -> list[str]:
        """Make the folder; return the names of the files of what an earlier build extracted that did not end.

        StoreError where the folder cannot be made, holds other things, or the shards of a build that ended.
        """
        if not is_address(self.place):
            with telling(self.place, StoreError):
                Path(self.place).mkdir(parents=True, exist_ok=True)
        names = self.names()
        if FINISHED in names or not all(map(_OURS.fullmatch, names)):
            raise StoreError("is not empty", path=self.place, hint="choose a new or an empty folder")
        kept = [name for name in names if _EXTRACTED.fullmatch(name)]
        self._remove(set(names) - set(kept))
        return kept

    def names(self) -> list[str]:
        """Return the names of its files; none where it is not there, as a folder of object storage without files."""
        with telling(self.place, StoreError):
            files, path = storage(self.place)
            try:
                return sorted(name.rpartition("/")[2] for name in files.ls(path, detail=False, refresh=True))
            except FileNotFoundError:
                return []

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole: object storage does, and here it gets its name when it is."""
        with telling(self.place, StoreError):
            if is_address(self.place):
                files, path = storage(self.place)
                files.pipe_file(f"{path}/{name}", data)
                return
            new = Path(self.place, f"{name}.{uuid4().hex}.new")
            new.write_bytes(data)
            new.replace(Path(self.place, name))

    def write_lines(self, name: str, parts: Iterable[str]) -> int:
        """Write lines, gzipped, in equal bytes for equal lines; return how many."""
        count = 0
        packed = BytesIO()
        with closing(gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=6, mtime=0)) as file:
            for part in parts:
                file.write(part.encode())
                count += part.count("\n")
        self.write(name, packed.getvalue())
        return count

    def keep(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Write rows that were extracted to a file that equal rows are written to again; yield its name."""
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        if lines:
            name = f"extracted-{iris.digest(*sorted(lines))}.jsonl.gz"
            self.write_lines(name, lines)
            yield "", name

    def kept(self, name: str) -> Iterator[Row]:
        """Yield the rows of such a file."""
        with telling(self.place, StoreError):
            files, path = storage(self.place)
            with files.open(f"{path}/{name}", "rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
                for line in lines:
                    key, body = json.loads(line)
                    yield key, body

    def finish(self, told: Mapping[str, Any], written: Iterable[str]) -> None:
        """Say that all that was `written` is there, and take out what was kept until then."""
        names = self.names()
        if missing := sorted(set(written) - set(names)):
            hint = "give each build a folder of its own"
            raise StoreError(f"{missing[0]} is gone: another build wrote here", path=self.place, hint=hint)
        self.write(FINISHED, (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())
        self._remove(name for name in names if _EXTRACTED.fullmatch(name))

    def _remove(self, names: Iterable[str]) -> None:
        with telling(self.place, StoreError):
            files, path = storage(self.place)
            for name in sorted(names):
                files.rm(f"{path}/{name}")
