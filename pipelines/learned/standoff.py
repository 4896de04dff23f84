#!/usr/bin/env python3
"""Keep annotations apart from the texts that they speak of, and bring the two together again.

    python pipelines/learned/standoff.py take GOLD.jsonl -o ANNOTATIONS.jsonl.gz
    python pipelines/learned/standoff.py give ANNOTATIONS.jsonl.gz ABSTRACTS.jsonl.gz [MORE...] -o GOLD.jsonl

`take` leaves out title and abstract: names become pairs of code-point offsets into the title, a newline and the
abstract, a result's quote likewise. `give` finds the texts by id in files of `{"id", "title", "abstract"}` lines and
writes gold form; a text that is missing or has changed since (its SHA-256 differs) is left out and counted on stderr.
"""

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from gold import text_of


def lines_of(path: Path) -> Iterator[dict]:
    """Yield the rows of a file of JSON lines, gzipped or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def digest_of(row: dict) -> str:
    """Return the first 16 hex digits of the SHA-256 of the text."""
    return hashlib.sha256(text_of(row).encode()).hexdigest()[:16]


def take(row: dict) -> dict:
    """Return the annotations of a gold row without its text."""
    text = text_of(row)
    spans: dict[str, list[list[int]]] = {}
    for span in row["spans"]:
        spans.setdefault(span["key"], []).append([span["start"], span["end"]])
    entities = [
        {name: value for name, value in entity.items() if name != "surfaces"} | {"spans": spans[entity["key"]]}
        for entity in row["entities"]
        if entity["key"] in spans
    ]
    results = [result | {"quote": _place(text, result["quote"])} for result in row["results"]]
    urls = [url | {"surface": _place(text, url["surface"])} for url in row["urls"]]
    return {
        "id": row["id"], "text": digest_of(row), "entities": entities, "urls": urls, "results": results,
        "relations": row["relations"], **_partial(row),
    }  # fmt: skip


def _partial(row: dict) -> dict:
    """Return the mark of a row of which the results alone were annotated, over names as they were found."""
    return {"partial": True} if row.get("partial") else {}


def _place(text: str, part: str) -> list[int]:
    start = text.index(part)
    return [start, start + len(part)]


def give(told: dict, row: dict) -> dict:
    """Return the gold row of annotations and the text they speak of."""
    text = text_of(row)
    cut = lambda place: text[slice(*place)]  # noqa: E731
    entities, spans = [], []
    for entity in told["entities"]:
        rest = {name: value for name, value in entity.items() if name != "spans"}
        entities.append(rest | {"surfaces": list(dict.fromkeys(cut(place) for place in entity["spans"]))})
        spans += [{"start": a, "end": b, "key": entity["key"], "label": entity["type"]} for a, b in entity["spans"]]
    return {
        "id": row["id"], "title": row.get("title"), "abstract": row["abstract"], "year": row.get("year"),
        "entities": entities, "urls": [url | {"surface": cut(url["surface"])} for url in told["urls"]],
        "results": [result | {"quote": cut(result["quote"])} for result in told["results"]],
        "relations": told["relations"], **_partial(told),
        "spans": sorted(spans, key=lambda span: (span["start"], -span["end"], span["key"])),
    }  # fmt: skip


def main() -> None:
    """Take or give."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["take", "give"])
    parser.add_argument("annotations", type=Path, help="gold form for `take`, annotations for `give`")
    parser.add_argument("texts", type=Path, nargs="*")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    if args.what == "take":
        rows = [take(row) for row in lines_of(args.annotations)]
    else:
        told = {row["id"]: row for row in lines_of(args.annotations)}
        found = {row["id"]: row for path in args.texts for row in lines_of(path) if row["id"] in told}
        same = [name for name in told if name in found and digest_of(found[name]) == told[name]["text"]]
        rows = [give(told[name], found[name]) for name in same]
        print(f"{len(rows)} of {len(told)} abstracts; the others are missing or have changed", file=sys.stderr)
    whole = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()
    # No time in the header: the same annotations make the same file.
    args.output.write_bytes(gzip.compress(whole, mtime=0) if args.output.suffix == ".gz" else whole)


if __name__ == "__main__":
    main()
