"""Object storage ("s3://bucket/papers/*.jsonl.gz"), through fsspec, which knows dozens of kinds of it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from kg.errors import InputError, KgError

__all__ = ["StoredFile", "is_address", "storage", "stored", "telling"]

_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*(?:::[A-Za-z][\w+.-]*)*://\S")  # "simplecache::s3://bucket" too
_MAGIC = re.compile(r"[*?\[]")
_AHEAD = 1 << 20  # bytes: some storages read 50 MB ahead, of which a file that is only recognised needs none


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
        """Open it; InputError where it cannot be read."""
        with telling(self.path, InputError):
            return cast(BinaryIO, self.files.open(self.path, "rb", block_size=_AHEAD))


def is_address(given: str) -> bool:
    """Tell an address from a path."""
    return bool(_ADDRESS.match(given))


def stored(address: str) -> Iterator[StoredFile]:
    """Yield the file at an address, or by name those of a folder or a glob; InputError where there is none."""
    with telling(address, InputError):
        files, path = storage(address)
        magic = _MAGIC.search(path)
        given = _shown(files.glob(path), path[: magic.start()].rpartition("/")[0]) if magic else [path]
        found = [file for one in given for file in _files(files, one)]
    if not found:
        raise InputError("no such file or folder", path=address, hint="check the address")
    yield from found


def storage(address: str) -> tuple[Any, str]:
    """Return the file system of an address or of a path on this machine, and the path in it."""
    from fsspec.core import url_to_fs

    files, path = url_to_fs(address)
    return files, str(path)


@contextmanager
def telling(address: str, kind: type[KgError]) -> Iterator[None]:
    """Say in one line what a storage raises, which may be anything: each has errors of its own."""
    try:
        yield
    except KgError:
        raise
    except ImportError as error:
        hint = "pip install 'paperkg[storage]', and the package that fsspec names"
        raise kind(f"not installed ({error})", path=address, hint=hint) from None
    except FileNotFoundError:
        raise kind("no such file or folder", path=address, hint="check the address") from None
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise kind(f"the storage refuses ({said})", path=address, hint="check the address and who may use it") from None


def _files(files: Any, path: str) -> Iterator[StoredFile]:
    """Yield a file, or what is in a folder."""
    if not files.isdir(path):
        yield StoredFile(files, path, int(files.size(path) or 0), found=False)
        return
    for name in _shown(files.find(path), path):
        yield StoredFile(files, name, int(files.size(name) or 0), found=True)


def _shown(paths: Iterable[str], root: str) -> list[str]:
    """Return paths by name, those that are hidden below the folder `root` set aside."""
    return sorted(path for path in paths if "/." not in path[len(root) :])
