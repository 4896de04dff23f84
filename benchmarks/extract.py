"""Measure extraction beside spaCy's `en_core_web_sm` and beside the bare encoder, on the same abstracts.

    python benchmarks/extract.py ABSTRACTS.jsonl[.gz] [--texts 2000] [--rounds 3] [--json FILE]
        [--spacy PYTHON --model NAME] [--only NAMES] [--quick]

`--spacy` is a Python that has spaCy and the model (a package with `load()`), best in an environment of its own: the
model is no dependency of this project. Each contender has a process of its own that loads once. In every round each
reads all texts, one contender at a time, the order turned about from round to round; the first round is preceded by a
small warming one. A ratio is the median over the rounds of the ratio within a round, so that a neighbour who comes and
goes weighs little; `cpu` is the same of CPU time, which counts the work and not the cores.

`--quick` reads the few texts of `examples/` once: it shows that the benchmark runs, its figures mean nothing.
"""

import argparse
import gzip
import importlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

#: What is measured: its name → pipeline and the components left out. The encoder and spaCy are made apart.
OURS = {
    "learned": ("learned", ()),
    "learned, mentions alone": ("learned", ("kg_facts",)),
    "rules": ("rules", ()),
    "rules, mentions alone": ("rules", ("kg_facts",)),
}
ENCODER, SPACY = "bare encoder", "en_core_web_sm"
#: The ratios to print: of what, to what, and the least it should be.
RATIOS = (
    ("learned", SPACY, 1.0),
    ("learned, mentions alone", SPACY, 1.0),
    ("rules", SPACY, 10.0),
    ("rules, mentions alone", SPACY, 10.0),
    ("learned", "learned, mentions alone", 0.7),
    ("rules", "rules, mentions alone", 0.7),
    ("learned, mentions alone", ENCODER, None),
)
ROOT = Path(__file__).resolve().parent.parent


# --- one contender, in a process of its own -----------------------------------------------------------------------


def contender(
    name: str, model: str, texts: Sequence[str]
) -> tuple[Callable[[Sequence[str]], object], Callable[[Sequence[str]], Any]]:
    """Return what reads texts, and what tells how long each part of that takes (ms a text), for one contender."""
    if name == SPACY:
        nlp = importlib.import_module(model).load()
        return lambda texts: [len(doc) for doc in nlp.pipe(texts)], lambda texts: components(nlp, texts)
    if name == ENCODER:
        return encoder(texts), lambda texts: {}
    from kg.extract import Extractor

    pipeline, left_out = OURS[name]
    extractor = Extractor(pipeline)
    for component in left_out:
        extractor.nlp.disable_pipe(component)
    return lambda texts: list(extractor.extract(texts)), lambda texts: components(extractor.nlp, texts)


def encoder(texts: Sequence[str]) -> Callable[[Sequence[str]], object]:
    """Return the run of the ONNX graph alone over texts that are cut before, as many at once as the component reads."""
    from concurrent.futures import ThreadPoolExecutor

    from kg.extract.mentions.encode import Encoder
    from kg.extract.mentions.words import title_length
    from kg.resources import data_dir

    graph = Encoder.from_disk(data_dir("pipelines") / "learned")
    prepared = {text: graph.prepare(text, title_length(text)) for text in texts}

    def run(texts: Sequence[str]) -> object:
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            return [encoded.first.shape for encoded in pool.map(graph.run, [prepared[text] for text in texts])]

    return run


def components(nlp: Any, texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return for the tokenizer and each component the milliseconds a text takes, wall and CPU, one text at a time."""
    spent: dict[str, list[float]] = {}
    with nlp.memory_zone():
        for text in texts:
            doc: Any = text
            for name, step in (("tokenizer", nlp.make_doc), *nlp.pipeline):
                wall, cpu = time.perf_counter(), time.process_time()
                doc = step(doc)
                sums = spent.setdefault(name, [0.0, 0.0])
                sums[0] += time.perf_counter() - wall
                sums[1] += time.process_time() - cpu
    return {
        name: {"wall ms": round(1000 * wall / len(texts), 3), "cpu ms": round(1000 * cpu / len(texts), 3)}
        for name, (wall, cpu) in spent.items()
    }


def serve(name: str, model: str, source: Path) -> None:
    """Answer each line of standard input ("read N" or "parts N") with one line of JSON."""
    texts: list[str] = json.loads(source.read_text("utf-8"))
    read, parts = contender(name, model, texts)
    print("ready", flush=True)
    for line in sys.stdin:
        verb, count = line.split()
        chosen = texts[: int(count)]
        if verb == "parts":
            print(json.dumps(parts(chosen)), flush=True)
            continue
        wall, cpu = time.perf_counter(), time.process_time()
        read(chosen)
        took = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"wall": took[0], "cpu": took[1], "peak MB": round(peak / 1024)}), flush=True)


class Worker:
    """The process of one contender."""

    def __init__(self, name: str, source: Path, python: str, model: str) -> None:
        self.name = name
        command = [python, str(Path(__file__).resolve()), "--serve", name, "--model", model, str(source)]
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path}
        )

    def answer(self, request: str = "") -> str:
        """Send a request and return the line that answers it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if request:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name}: ended with {self.process.wait()}")
        return line

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


# --- the comparison -----------------------------------------------------------------------------------------------


def texts_of(path: Path, count: int) -> list[str]:
    """Return title and abstract of the first records of a JSON-lines file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in islice(lines, count)]
    return [f"{record['title']}\n{record['abstract']}" for record in records]


def load() -> float:
    """Return how many processes want a core, over the last minute, or NaN where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def measure(names: Sequence[str], texts: Sequence[str], rounds: int, spacy: str, model: str) -> dict[str, Any]:
    """Return for each contender its runs and the time of its parts."""
    found: dict[str, Any] = {name: {"runs": []} for name in names}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "texts.json"
        source.write_text(json.dumps(list(texts)), "utf-8")
        workers = [Worker(name, source, spacy if name == SPACY else sys.executable, model) for name in names]
        try:
            for worker in workers:
                worker.answer()
                worker.answer(f"read {min(20, len(texts))}")
            for turn in range(rounds):
                for worker in workers if turn % 2 == 0 else workers[::-1]:
                    run = json.loads(worker.answer(f"read {len(texts)}")) | {"load": load()}
                    found[worker.name]["runs"].append(run)
                    print(f"round {turn + 1}  {worker.name:26}", report(run, len(texts)), file=sys.stderr, flush=True)
            for worker in workers:
                found[worker.name]["parts"] = json.loads(worker.answer(f"parts {min(300, len(texts))}"))
        finally:
            for worker in workers:
                worker.close()
    return found


def report(run: dict[str, float], count: int) -> str:
    """Say one run in words."""
    return f"{count / run['wall']:8.1f}/s  {1000 * run['cpu'] / count:7.2f} ms CPU  {run['peak MB']:5.0f} MB"


def table(found: dict[str, Any], count: int, tokens: int) -> str:
    """Return the figures of all contenders, the ratios and the parts as lines."""
    lines = [f"{'':26}  abstracts/s  best  tokens/s  ms CPU  peak MB"]
    for name, row in found.items():
        walls = [run["wall"] for run in row["runs"]]
        middle = statistics.median(walls)
        cpu = 1000 * statistics.median(run["cpu"] for run in row["runs"]) / count
        peak = max(run["peak MB"] for run in row["runs"])
        speeds = f"{count / middle:11.1f} {count / min(walls):5.0f} {tokens / middle:9,.0f}"
        lines.append(f"{name:26}  {speeds} {cpu:7.2f} {peak:8.0f}")
    lines.append("")
    for row in ratios(found):
        bar = f"  at least {row['bar']}" if row["bar"] else ""
        lines.append(f"{row['of']} / {row['to']}: {row['speed']:.2f}x  (CPU {row['cpu']:.2f}x){bar}")
    for name, row in found.items():
        if row.get("parts"):
            lines += ["", f"{name}, one text at a time: ms wall, ms CPU"]
            lines += [f"  {part:24} {ms['wall ms']:8.2f} {ms['cpu ms']:8.2f}" for part, ms in row["parts"].items()]
    return "\n".join(lines)


def ratios(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the ratios of speed, by wall time and by CPU time, of those that were measured."""
    rows = []
    for of, to, bar in RATIOS:
        if of in found and to in found:
            pairs = list(zip(found[of]["runs"], found[to]["runs"], strict=True))
            speed, cpu = (statistics.median(b[key] / a[key] for a, b in pairs) for key in ("wall", "cpu"))
            rows.append({"of": of, "to": to, "speed": round(speed, 3), "cpu": round(cpu, 3), "bar": bar})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("abstracts", type=Path, nargs="?", default=ROOT / "examples" / "language.jsonl")
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--spacy", default="")
    parser.add_argument("--model", default="en_core_web_sm")
    parser.add_argument("--only", default="")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve, args.model, args.abstracts)
        return
    names = [ENCODER, *OURS, *([SPACY] if args.spacy else [])]
    if args.only:
        names = [name for name in names if name in args.only.split("; ")]
    texts = texts_of(args.abstracts, args.texts)
    tokens = sum(map(count_tokens, texts))
    machine = {"processor": processor(), "cores": os.cpu_count(), "python": platform.python_version()}
    began = load()
    found = measure(names, texts, 1 if args.quick else args.rounds, args.spacy, args.model)
    machine |= {"load before": round(began, 2), "load after": round(load(), 2)}
    print(f"{len(texts)} abstracts, {tokens} tokens; {machine}")
    print(table(found, len(texts), tokens))
    if args.json:
        whole = {"texts": len(texts), "tokens": tokens, "machine": machine, "found": found, "ratios": ratios(found)}
        args.json.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")


def count_tokens(text: str) -> int:
    """Return the number of tokens of a text, white space set aside; the same measure for all contenders."""
    from kg.extract.tokens import split_words

    return sum(not word.isspace() for word in split_words(text)[0])


def processor() -> str:
    """Return the name of the processor where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


if __name__ == "__main__":
    main()
