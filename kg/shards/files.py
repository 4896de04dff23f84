"""Write shards: gzipped N-Quads in a folder, on this machine or in object storage, each whole or not there.

Beside them stands, until all are written, what was extracted: a build that ended early goes on with it.
"""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

from kg import iris
from kg.errors import StoreError
from kg.shards.rows import Row

__all__ = ["FINISHED", "Folder"]

#: The file that is written last: what was made, by what, and the number of statements of each shard.
FINISHED = "shards.json"
_OURS = re.compile(r"(?:(?:papers|entities|people|runs).*\.nq\.gz|extracted-.*\.jsonl\.gz|problems\.jsonl)(?:\.new)?")
_EXTRACTED = "extracted-"


class Folder:
    """A folder of files that are written once; an address as "s3://bucket/graph" needs fsspec and its part for it."""

    def __init__(self, place: str) -> None:
        self.place = place.rstrip("/")

    def begin(self) -> list[str]:
        """Make the folder; return the names of the files of what an earlier build extracted that did not end.

        StoreError where the folder cannot be made, holds other things, or the shards of a build that ended.
        """
        files, path = self._files()
        try:
            files.makedirs(path, exist_ok=True)
            names = sorted(name.rpartition("/")[2] for name in files.ls(path, detail=False))
            if FINISHED in names or not all(map(_OURS.fullmatch, names)):
                raise StoreError("is not empty", path=self.place, hint="choose a new or an empty folder")
            kept = [name for name in names if name.startswith(_EXTRACTED) and not name.endswith(".new")]
            self._remove(set(names) - set(kept))
        except OSError as error:
            raise StoreError(f"cannot be made ({error})", path=self.place) from error
        return kept

    def keep(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Write rows that were extracted to a file that equal rows are written to again; yield its name."""
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
        if lines:
            name = f"{_EXTRACTED}{iris.digest(*sorted(lines))}.jsonl.gz"
            self.write_lines(name, lines)
            yield "", name

    def kept(self, name: str) -> Iterator[Row]:
        """Yield the rows of such a file."""
        files, path = self._files()
        with files.open(f"{path}/{name}", "rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as lines:
            for line in lines:
                key, body = json.loads(line)
                yield key, body

    def write(self, name: str, data: bytes) -> None:
        """Write a file under another name, and give it its own when it is whole."""
        files, path = self._files()
        new = f"{path}/{name}.new"
        files.pipe_file(new, data)
        files.mv(new, f"{path}/{name}")

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

    def finish(self, told: dict[str, Any]) -> None:
        """Say that all is there, and take out what was kept until then."""
        files, path = self._files()
        names = {name.rpartition("/")[2] for name in files.ls(path, detail=False)}
        self._remove(name for name in names if name.startswith(_EXTRACTED))
        self.write(FINISHED, (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode())

    def _remove(self, names: Iterable[str]) -> None:
        files, path = self._files()
        for name in sorted(names):
            files.rm(f"{path}/{name}")

    def _files(self) -> tuple[Any, str]:
        from fsspec.core import url_to_fs

        try:
            files, path = url_to_fs(self.place if "://" in self.place else str(Path(self.place).absolute()))
        except (ImportError, ValueError) as error:
            raise StoreError(f"no such kind of storage ({error})", path=self.place) from error
        return files, path
