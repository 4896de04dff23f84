"""Measure all: reading, building, resolving and asking, and write the figures and a page of them.

    python benchmarks ABSTRACTS.jsonl[.gz] -o FOLDER [--sizes 1000,10000] [--pipeline rules]
        [--spacy PYTHON --model NAME] [--quick]

FOLDER gets `extract.json`, `scale.json`, `resolve.json`, `load.json`, `query.json` and a page of all, `results.md`.
Each part is a script of its own and can be run alone. `--quick` does all of it on next to nothing (the examples): it
shows that the benchmarks run, its figures mean nothing.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent / "examples" / "language.jsonl"
LIBRARIES = ("numpy", "onnxruntime", "pyoxigraph", "rdflib", "spacy")
TITLES = {
    "extract": "Reading texts, one process each, beside each other",
    "scale": "Building graphs",
    "resolve": "Resolving names",
    "load": "Making a synthetic graph",
    "query": "Asking a synthetic graph",
}


def run(name: str, *arguments: object) -> None:
    """Run one script of this folder; its words go to the screen."""
    print(f"--- {name} {' '.join(map(str, arguments))}", flush=True)
    path = os.pathsep.join(filter(None, (str(HERE.parent), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, str(HERE / f"{name}.py"), *map(str, arguments)]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path})
    if done.returncode:
        sys.exit(f"benchmarks: {name} ended with {done.returncode}")


def table(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return rows as a Markdown table; what a row does not tell stays empty."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[("" if row.get(name) is None else f"{row[name]:,}" if isinstance(row[name], int) else str(row[name]))
              for name in columns] for row in rows]  # fmt: skip
    return [f"| {' | '.join(line)} |" for line in (columns, ["---"] * len(columns), *cells)]


def read_rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what each reader of texts came to, out of `extract.json`."""
    rows = []
    for name, row in found["found"].items():
        wall, cpu = (min(run[key] for run in row["runs"]) for key in ("wall", "cpu"))
        speed = {
            "abstracts a second": round(found["texts"] / wall, 1),
            "tokens a second": round(found["tokens"] / wall),
        }
        peak = max(run["peak MB"] for run in row["runs"])
        rows.append({"reader": name} | speed | {"ms CPU": round(1000 * cpu / found["texts"], 2), "peak MB": peak})
    return rows


def page(folder: Path) -> str:
    """Return the page of all figures that lie in a folder."""
    lines = ["# Results", ""]
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    lines += [f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; {libraries}."]
    for name, title in TITLES.items():
        found = json.loads((folder / f"{name}.json").read_text("utf-8"))
        lines += ["", f"## {title}", ""]
        if name == "extract":
            lines += [f"{found['texts']:,} abstracts, {found['tokens']:,} tokens.", "", *table(read_rows(found)), ""]
        if name == "query":
            lines += [f"{found['quads']:,} statements.", ""]
        lines += table(found["ratios" if name == "extract" else "rows"])
    return "\n".join(lines) + "\n"


def growth(built: Path) -> tuple[str, ...]:
    """Return what the resolver is to be measured on: the sizes that were built, half of the largest, all of it."""
    sizes = sorted({row["papers"] for row in json.loads(built.read_text("utf-8"))["rows"]})
    more = max(1, min(100, sizes[-1] // 6))
    largest = sizes[-1] - more
    chosen = sorted({*(size for size in sizes if size < largest), largest // 2, largest})
    return "--sizes", ",".join(map(str, chosen)), "--more", str(more)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("abstracts", type=Path, nargs="?", default=EXAMPLES)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--texts", default="1000")
    parser.add_argument("--triples", default="2000000")
    parser.add_argument("--pipeline", default="rules")
    parser.add_argument("--spacy", default="")
    parser.add_argument("--model", default="en_core_web_sm")
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    if not args.abstracts.is_file():
        parser.error(f"{args.abstracts}: no such file; name one with a JSON object of title and abstract a line")
    args.output.mkdir(parents=True, exist_ok=True)
    if args.quick:
        args.abstracts, args.triples, args.sizes = EXAMPLES, "20000", "12"

    def to(name: str) -> tuple[str, Path]:
        return "--json", args.output / f"{name}.json"

    with tempfile.TemporaryDirectory() as folder:
        built, made = Path(folder) / "built", Path(folder) / "made"
        spacy = ("--spacy", args.spacy, "--model", args.model) if args.spacy else ()
        texts = ("--quick",) if args.quick else ("--texts", args.texts)
        run("extract", args.abstracts, *texts, *spacy, *to("extract"))
        run("scale", args.abstracts, "--sizes", args.sizes, "--pipeline", args.pipeline, "--keep", built, *to("scale"))
        run("resolve", built, *growth(args.output / "scale.json"), "--rounds", 1 if args.quick else 3, *to("resolve"))
        run("synthetic", made, "--triples", args.triples, *to("load"))
        parts = ("named",) if args.quick else ("queries", "named")
        run("query", made, "--only", *parts, *to("query"))
    (args.output / "results.md").write_text(page(args.output), "utf-8")
    print(args.output / "results.md")


if __name__ == "__main__":
    main()
