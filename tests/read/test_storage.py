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
        ("memory://bucket/none.jsonl", "memory://bucket/none.jsonl: no such file or folder"),
        ("memory://bucket/*.csv", "no such file or folder"),
        ("nowhere://bucket/a", "nowhere://bucket/a: the storage refuses"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(address: str, said: str) -> None:
    with pytest.raises(InputError, match="check the address") as error:
        list(read([address]))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_glob_of_folders_and_a_hidden_folder_that_is_named_are_read(files: Any) -> None:
    files.pipe_file("/bucket/.staging/c.jsonl", LINE.replace(b"00001", b"00003"))
    assert [id_ for id_, _ in ids("memory://bucket/.staging")] == ["arXiv:2101.00003"]
    assert len(ids("memory://bucket/pap*")) == 2


def test_what_cannot_be_read_in_a_folder_is_left_out(files: Any) -> None:
    files.pipe_file("/bucket/papers/broken.zip", b"PK\x03\x04 and no more")
    found = list(read(["memory://bucket/papers"]))
    assert [type(one).__name__ for one in found] == ["Abstract", "Abstract", "Problem"]


def test_one_path_in_two_storages_is_two_files(files: Any, tmp_path: Any) -> None:
    for number in (1, 2):
        with zipfile.ZipFile(tmp_path / f"{number}.zip", "w") as archive:
            archive.writestr("a.jsonl", LINE.replace(b"00001", f"0000{number}".encode()))
    both = [f"zip://a.jsonl::file://{tmp_path}/{number}.zip" for number in (1, 2)]
    assert len([one for one in read(both) if isinstance(one, Abstract)]) == 2


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
