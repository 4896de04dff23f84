"""Inputs at addresses that fsspec knows, in the place of paths."""

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from kg.errors import InputError
from kg.model import Abstract
from kg.read import read

fsspec = pytest.importorskip("fsspec")

LINE = json.dumps({"id": "arXiv:2101.00001", "title": "A net", "abstract": "We train a net on ImageNet."}).encode()


@pytest.fixture
def files() -> Iterator[Any]:
    storage = fsspec.filesystem("memory")
    storage.pipe_file("/bucket/papers/b.jsonl", LINE.replace(b"00001", b"00002"))
    storage.pipe_file("/bucket/papers/a.jsonl.gz", gzip.compress(LINE))
    storage.pipe_file("/bucket/papers/.hidden.jsonl", LINE)
    yield storage
    storage.rm("/bucket", recursive=True)


def ids(address: str) -> list[tuple[str, str]]:
    return [(one.ids[0], one.source) for one in read([address]) if isinstance(one, Abstract)]


@pytest.mark.usefixtures("files")
def test_a_file_a_folder_and_a_glob_are_read() -> None:
    both = [("arXiv:2101.00001", "a.jsonl.gz"), ("arXiv:2101.00002", "b.jsonl")]
    assert ids("memory://bucket/papers") == both
    assert ids("memory://bucket/papers/*.jsonl*") == both
    assert ids("memory://bucket/papers/b.jsonl") == both[1:]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("memory://bucket/none.jsonl", "memory://bucket/none.jsonl"),
        ("memory://bucket/*.csv", "no such file or folder"),
        ("nowhere://bucket/a", "no such kind of storage"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(address: str, said: str) -> None:
    with pytest.raises(InputError, match=r"check the address|no such kind") as error:
        list(read([address]))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_zip_archive_in_storage_is_read(files: Any) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner/a.jsonl", LINE)
    files.pipe_file("/bucket/all.zip", packed.getvalue())
    assert [id_ for id_, _ in ids("memory://bucket/all.zip")] == ["arXiv:2101.00001"]


def test_a_path_with_a_colon_is_a_path(tmp_path: Any) -> None:
    path = tmp_path / "a:b.jsonl"
    path.write_bytes(LINE)
    assert len(ids(str(path))) == 1
