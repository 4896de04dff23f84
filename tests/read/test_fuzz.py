"""Damaged files of every format end as records and problems: no traceback, no hang, nothing a store cannot hold.

`KG_FUZZ=100000` runs that many inputs a fixture (420 without it: more than 10,000 in all).
"""

import io
import os
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.model import Abstract, Problem
from kg.read.document import Document
from kg.read.files import Source
from kg.read.formats import FORMATS
from kg.read.reading import InputFile, items, sniff

DATA = Path(__file__).parents[1] / "data" / "read"
FIXTURES = sorted(path.name for path in DATA.iterdir())
EXAMPLES = int(os.environ.get("KG_FUZZ", "420"))

#: What breaks parsers: quotes, brackets, markup, escapes, ends of records, bytes that are no UTF-8, control characters.
SHARDS = st.one_of(
    st.sampled_from(
        [b'"', b"{", b"}", b"[", b"]", b"<", b">", b"&", b"&amp;", b"&x;", b"\\", b"$", b",", b"\t", b"null"]
    ),
    st.sampled_from([b"\\u0000", b"\\ud800", b"\n", b"\r", b"\n\n", b"\0", b"\xff\xfe", b"\xe9", b"\xf0\x9f", b"\x85"]),
    st.sampled_from([b"ER  - \n", b"TY  - X\n", b"PMID- 1\n", b"@article{", b"@string{", b"<!ENTITY a 'b'>", b"-->"]),
    st.sampled_from(
        [b"</entry>", b"<![CDATA[", b"Abstract:", b"arXiv:1", b"Created: 99", b"preprint2022arXiv\n", b"1e999"]
    ),
    st.sampled_from(
        [b"[" * 3000, b"{" * 300 + b'"a":', b"\\href{", b"\\'{", b"\xe2\x80\xa8", b"9999-99-99", b"{}" * 50]
    ),
    st.binary(max_size=12),
)


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Cut, repeat, overwrite and insert at a few places."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["cut", "drop", "insert", "overwrite", "repeat", "swap"])):
            case "cut":
                data = data[:at]
            case "drop":
                data = data[:at] + data[at + draw(st.integers(1, 60)) :]
            case "insert":
                data = data[:at] + draw(SHARDS) + data[at:]
            case "overwrite":
                shard = draw(SHARDS)
                data = data[:at] + shard + data[at + len(shard) :]
            case "repeat":
                data = data[:at] + data[at : at + 200] * 2 + data[at:]
            case _:
                end = draw(st.integers(0, len(data)))
                data = data[min(at, end) : max(at, end)] + data[: min(at, end)]
    return data


def read_bytes(name: str, data: bytes, format_: str | None) -> list[Abstract | Problem]:
    source = Source(name, name, Path(name).suffix, lambda count: cast(BinaryIO, io.BytesIO(data)), len(data))
    document = Document.open(name, name, cast(BinaryIO, io.BytesIO(data)), source.suffix)
    found = FORMATS[format_] if format_ else sniff(document.head)
    return list(items(InputFile(source, found))) if found else []


@pytest.mark.parametrize("name", FIXTURES)
def test_damaged_files(name: str) -> None:
    whole = (DATA / name).read_bytes()

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(damaged(whole), st.sampled_from([None, None, *sorted(FORMATS)]))
    def check(data: bytes, format_: str | None) -> None:
        try:
            found = read_bytes(name, data, format_)
        except InputError as error:
            assert "\n" not in str(error)
            return
        for item in found:
            if isinstance(item, Abstract):
                assert item.abstract.strip() and item.source == name
                item.text.encode()
                for person in item.authors:
                    assert person.name
            else:
                assert item.message and "\n" not in item.message
                item.excerpt.encode()

    check()


@pytest.mark.parametrize("name", FIXTURES)
def test_files_cut_off_anywhere_lose_only_what_is_cut(name: str) -> None:
    whole = (DATA / name).read_bytes()
    full = read_bytes(name, whole, None)
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        try:
            found = read_bytes(name, whole[:at], None)
        except InputError:
            continue
        assert sum(isinstance(item, Abstract) for item in found) <= sum(isinstance(item, Abstract) for item in full)
