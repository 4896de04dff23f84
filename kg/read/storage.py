"""Inputs in object storage ("s3://bucket/papers/*.jsonl.gz"), through fsspec, which knows dozens of kinds of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from kg.errors import InputError

__all__ = ["StoredFile", "is_address", "stored"]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a storage; `found` where the user named the folder alone."""

    files: Any
    path: str
    size: int
    found: bool

    @property
    def name(self) -> str:
        """Its name alone."""
        return self.path.rpartition("/")[2]

    def open(self) -> BinaryIO:
        """Open it; OSError where it cannot be read."""
        return cast(BinaryIO, self.files.open(self.path, "rb"))


def is_address(given: str) -> bool:
    """Tell an address from a path."""
    scheme, colon, rest = given.partition("://")
    return bool(colon and rest and scheme.isidentifier())


def stored(address: str) -> Iterator[StoredFile]:
    """Yield the file at an address, or by name those of a folder or a glob; InputError where there is none."""
    try:
        from fsspec.core import url_to_fs

        files, path = url_to_fs(address)
        if files.isdir(path):
            paths, found = _shown(files.find(path)), True
        else:
            paths, found = _shown(files.glob(path)) if set("*?[") & set(path) else [path], False
        sized = [StoredFile(files, name, int(files.size(name) or 0), found) for name in paths if not files.isdir(name)]
    except ImportError as error:
        raise InputError(f"not installed ({error})", path=address, hint="pip install 'paperkg[storage]'") from None
    except ValueError as error:
        raise InputError(f"no such kind of storage ({error})", path=address) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error}", path=address, hint="check the address") from None
    if not sized:
        raise InputError("no such file or folder", path=address, hint="check the address")
    yield from sized


def _shown(paths: Iterable[str]) -> list[str]:
    """Return paths by name, those in hidden folders set aside."""
    return sorted(path for path in paths if "/." not in path)
