"""Build graphs of growing size from an abstracts file and print time, memory and size, with ratios between them.

    python benchmarks/scale.py ABSTRACTS.jsonl[.gz] [--sizes 1000,10000] [--jobs 1,2] [--pipeline rules] [--rounds 1]
        [--keep FOLDER] [--json FILE]

Each build runs in a process of its own; memory is the peak of the resident sets of that process and its workers
together, sampled every 100 ms. Of several rounds the quickest counts. `--keep` leaves the last graph of the largest
size in a folder, for `resolve.py`.
"""

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from itertools import islice
from pathlib import Path

import psutil


def peak_memory(process: subprocess.Popen[str], found: list[int]) -> None:
    parent = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            family = [parent, *parent.children(recursive=True)]
            found.append(sum(member.memory_info().rss for member in family))
        except psutil.Error:
            pass
        time.sleep(0.1)


def build(source: Path, graph: Path, pipeline: str, jobs: int) -> dict[str, float]:
    command = [sys.executable, "-m", "kg", "build", str(source), "-o", str(graph)]
    start = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--pipeline", pipeline, "--jobs", str(jobs)], stderr=subprocess.PIPE, text=True
    )
    sizes: list[int] = []
    watch = threading.Thread(target=peak_memory, args=(process, sizes))
    watch.start()
    _, said = process.communicate()
    watch.join()
    seconds = time.perf_counter() - start
    if process.returncode:
        sys.exit(said)
    done = subprocess.run(
        [sys.executable, "-m", "kg", "info", str(graph), "--json"], capture_output=True, text=True, check=True
    )
    info = json.loads(done.stdout)
    disk = sum(path.stat().st_size for path in graph.rglob("*") if path.is_file())
    return {
        "papers": info["Paper"],
        "jobs": jobs,
        "seconds": round(seconds, 1),
        "papers a second": round(info["Paper"] / seconds, 1),
        "peak MB": round(max(sizes) / 2**20),
        "disk MB": round(disk / 2**20),
        "statements a paper": round(info["Statement"] / info["Paper"], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("abstracts", type=Path)
    parser.add_argument("--sizes", default="1000,5000")
    parser.add_argument("--jobs", default="1,2")
    parser.add_argument("--pipeline", default="rules")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    rows: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in map(int, args.sizes.split(",")):
            source = Path(folder) / f"{size}.jsonl"
            opener = gzip.open if args.abstracts.suffix == ".gz" else open
            with opener(args.abstracts, "rt", encoding="utf-8") as lines:
                source.write_text("".join(islice(lines, size)), "utf-8")
            for jobs in map(int, args.jobs.split(",")):
                runs = []
                for turn in range(args.rounds):
                    graph = Path(folder) / f"g{size}-{jobs}-{turn}"
                    runs.append(build(source, graph, args.pipeline, jobs))
                row = min(runs, key=lambda run: run["seconds"])
                one = next((done for done in rows if done["papers"] == row["papers"]), row)
                rows.append(row | {"speedup": round(row["papers a second"] / one["papers a second"], 2)})
                print("  ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
        if args.keep:
            shutil.move(graph, args.keep)
    if args.json:
        args.json.write_text(json.dumps({"pipeline": args.pipeline, "rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
