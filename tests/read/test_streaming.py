"""Reading is a generator all the way: nothing waits for the end of the input, and nothing is kept."""

import io
import sys
import tracemalloc
from itertools import islice
from pathlib import Path

import pytest

from kg.model import Abstract
from kg.read import read


class Endless(io.RawIOBase):
    """JSON lines without end."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        part = (b'{"abstract": "A lamp that never goes out."}\n' * (len(view) // 44 + 1))[: len(view) // 44 * 44]
        view[: len(part)] = part
        return len(part)


def test_the_first_records_come_before_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Endless(), 44_000)))
    items = read(["-"])
    assert all(isinstance(item, Abstract) for item in islice(items, 2000))


FORMS = {
    "a.jsonl": ("", '{"id": "%d", "abstract": "A lamp of some size shines."}\n', ""),
    "a.json": ("[\n", '{"id": "%d", "abstract": "A lamp of some size shines."},\n', '{"abstract": "The last."}]'),
    "a.xml": ("<feed>", "<entry><id>%d</id><title>T</title><summary>A lamp shines.</summary></entry>\n", "</feed>"),
    "a.ris": ("", "TY  - JOUR\nTI  - Lamp %d\nAB  - A lamp shines.\nER  - \n\n", ""),
    "a.csv": ("id,title,abstract\n", "%d,Lamp,A lamp shines.\n", ""),
    "a.txt": ("", "Abstract: Lamp %d of some size shines.\n", ""),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
def test_memory_does_not_grow_with_the_input(tmp_path: Path, name: str) -> None:
    before, record, after = FORMS[name]

    def peak(count: int) -> int:
        path = tmp_path / name
        path.write_text(before + "".join(record % i for i in range(count)) + after)
        tracemalloc.start()
        found = sum(isinstance(item, Abstract) for item in read([path]))
        _, high = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found >= count
        return high

    peak(100)  # caches fill
    assert peak(4_000) < peak(2_000) + 400_000
