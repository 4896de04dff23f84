#!/usr/bin/env python3
"""Train the learned pipeline: from curated abstracts to packaged weights, in one command.

    python pipelines/learned/train.py --gold gold/train.jsonl --encoder MODEL --out pipelines/learned

1. Fine-tune the encoder and its heads on four fifths of the abstracts: the first epoch with the auxiliary corpora
   beside them and the rate held, the others alone with the rate falling to nothing.
2. Fit the second reading and its arcs on the same four fifths; on the last fifth, which the network has not seen, the
   judge, its thresholds and its calibration, and how much coreference heeds the arcs.
3. Write encoder.onnx and marked.onnx (int8), heads.npz, arcs.npz, judge.npz, judge.json, coreference.json and .npz,
   ties.json, tokenizer.json, meta.json, reliability.svg and, where the folder has none, config.cfg: with what
   `train_facts.py` adds the folder is a pipeline.

The last fifth is not learnt afterwards: what was measured on it is what is written.

MODEL is the folder of a BERT-like encoder with `tokenizer.json`, best one that `pretrain.py` wrote. The same seed on
the same machine gives the same weights. `--checkpoint` keeps the network after each stage and takes up from there.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import torch
from fit import fit, network_of, tokenizer_of
from fit_arcs import fit_arcs
from fit_marked import fit_marked
from gold import AUXILIARY, TYPES, Example, examples_of, folds_of, parted, rows_of
from judging import bins_of, fit_judge, reliability_svg, things_of
from network import Network
from package import package, package_marked
from ties import fit_ties, ties_of, write_ties
from tokenizers import Tokenizer

from kg.extract.mentions.arcs import ARCS, Arcs
from kg.extract.mentions.encode import Encoder
from kg.extract.mentions.heads import Heads
from kg.extract.mentions.marked import MarkedReader

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "rules"))
from fit_coreference import fit as fit_names
from fit_coreference import names_of
from fit_coreference import write as write_names

FOLDS = 5


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, required=True, nargs="+", help="curated abstracts, JSON lines")
    parser.add_argument("--encoder", type=Path, required=True, help="folder of the encoder to start from")
    parser.add_argument("--corpora", type=Path, help="folder of scierc, scirex_abstracts and tdmsci")
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--checkpoint", type=Path, help="folder for the network after each stage")
    parser.add_argument("--epochs", type=int, default=4, help="epochs after those with the corpora")
    parser.add_argument("--corpora-epochs", type=int, default=1)
    parser.add_argument("--facts-epochs", type=int, default=3, help="epochs of the second reading")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def auxiliary_of(folder: Path | None, tokenizer: Tokenizer) -> list[Example]:
    if folder is None:
        return []
    return [e for name in AUXILIARY for e in examples_of(rows_of(folder / name / "train.jsonl"), tokenizer, name)]


def stage(network: Network, name: str, folder: Path | None, run) -> None:
    """Take the network's weights from the checkpoint of this stage, or run it and keep them."""
    path = folder / f"{name}.pt" if folder else None
    if path is not None and path.is_file():
        print(f"{name}: from {path}", file=sys.stderr)
        network.load_state_dict(torch.load(path, weights_only=True))
        return
    print(f"{name}:", file=sys.stderr)
    run()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save(network.state_dict(), path)


def main() -> None:
    args = arguments()
    torch.manual_seed(args.seed)
    tokenizer = tokenizer_of(args.encoder)
    rows, numbers = parted(row for path in args.gold for row in rows_of(path))
    folds = folds_of(rows, FOLDS)
    seen = [row for row, fold in zip(rows, folds, strict=True) if fold]
    held = [row for row, fold in zip(rows, folds, strict=True) if not fold]
    auxiliary = auxiliary_of(args.corpora, tokenizer)
    network = network_of(args.encoder)
    common = {"tokenizer": tokenizer, "seed": args.seed}
    if args.corpora_epochs:
        early = {"epochs": args.corpora_epochs, "auxiliary_epochs": args.corpora_epochs, "end": 1.0}
        stage(network, "start", args.checkpoint, lambda: fit(network, seen, auxiliary, **early, **common))
    late = {"epochs": args.epochs, "auxiliary_epochs": 0}
    stage(network, "seen", args.checkpoint, lambda: fit(network, seen, [], **late, **common))
    package(network, tokenizer, args.out)
    encoder, heads = Encoder.from_disk(args.out), Heads.from_disk(args.out / "heads.npz")
    print(f"judge: {len(held)} abstracts", file=sys.stderr)
    judge, figures, guesses = fit_judge(held, things_of(held, encoder, heads), args.seed)
    judge.to_disk(args.out)
    bins = bins_of(*guesses)
    (args.out / "reliability.svg").write_text(reliability_svg(bins), "utf-8")
    for name, row in figures.items():
        print(f"{name:10} " + " ".join(f"{key} {100 * value:.1f}" for key, value in row.items()), file=sys.stderr)
    heads_of_facts = fit_arcs(network, seen, tokenizer, seed=args.seed)
    second = fit_marked(network, heads_of_facts, seen + numbers, tokenizer, seed=args.seed, epochs=args.facts_epochs)
    package_marked(second, args.out)
    again, arcs = MarkedReader.from_disk(args.out), Arcs.from_disk(args.out / ARCS)
    model, named = fit_names([names_of(row) for row in seen], args.seed), [names_of(row) for row in held]
    write_names(model, args.out)
    write_ties(args.out, fit_ties(named, [ties_of(names, encoder, again, arcs) for names in named], model))
    if not (args.out / "config.cfg").exists():
        shutil.copy(Path(__file__).with_name("config.cfg"), args.out)
    meta = {
        "name": "learned", "lang": "en", "types": list(TYPES), "abstracts": len(rows),
        "abstracts_of_results": len(numbers), "held_out": len(held),
        "auxiliary": sorted({e.source for e in auxiliary}), "epochs": args.epochs, "seed": args.seed,
        "encoder": "all-MiniLM-L6-v2 (Apache-2.0)",
        "held_out_figures": {n: {k: round(v, 4) for k, v in row.items()} for n, row in figures.items()},
        "reliability": bins,
    }  # fmt: skip
    (args.out / "meta.json").write_text(json.dumps(meta, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
