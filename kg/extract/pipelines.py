"""Load a pipeline folder as a spaCy `Language`, without running anything that the folder brings.

A pipeline is data: `config.cfg` names components of this project and their settings, and the files beside it hold
patterns and weights. A configuration that asks for anything else (another factory, tokenizer, a callback) is refused.
"""

import hashlib
import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import spacy
from confection import Config, ConfigValidationError
from spacy.language import Language

from kg.errors import OntologyError, PipelineError
from kg.resources import data_dir

__all__ = ["find_pipeline", "load_pipeline", "pipeline_version"]

_CONFIG = "config.cfg"
_FACTORIES = (
    "kg_sentences",
    "kg_urls",
    "kg_acronyms",
    "kg_quantities",
    "kg_patterns",
    "kg_mentions",
    "kg_coreference",
    "kg_facts",
)
_TOKENIZER = {"@tokenizers": "kg.Tokenizer.v1"}
_SECTIONS = {"nlp", "components"}
_NLP_KEYS = {"lang", "pipeline", "batch_size", "tokenizer"}
_DATA = {".cfg", ".json", ".jsonl", ".tsv", ".onnx", ".npz", ".safetensors", ".ttl", ".txt"}


def find_pipeline(name_or_dir: str | Path) -> Path:
    """Return the folder of a bundled pipeline, or the folder given; raises PipelineError where there is none."""
    bundled = data_dir("pipelines")
    for folder in (bundled / name_or_dir, Path(name_or_dir)):
        if (folder / _CONFIG).is_file():
            return folder
    known = ", ".join(sorted(p.parent.name for p in bundled.glob(f"*/{_CONFIG}"))) or "none"
    raise PipelineError(f"no pipeline {str(name_or_dir)!r}", hint=f"bundled: {known}; or name a folder with {_CONFIG}")


def load_pipeline(name_or_dir: str | Path, vocabulary: Iterable[str | Path] = ()) -> Language:
    """Return the pipeline, ready to read; raises PipelineError for an unknown name or a bad configuration.

    Its components know the names of the `vocabulary` files too; raises OntologyError where one cannot be read.
    """
    folder = find_pipeline(name_or_dir)
    config = _read_config(folder / _CONFIG)
    # Installed, spaCy finds the factories by our entry points; in a checkout this registers them.
    importlib.import_module("kg.components")
    try:
        nlp = spacy.blank("en", config={"nlp": {"tokenizer": _TOKENIZER}})
        for name in config["nlp"]["pipeline"]:
            settings = dict(config["components"].get(name, {}))
            nlp.add_pipe(settings.pop("factory", name), name=name, config=settings)
        for name, pipe in nlp.pipeline:
            if hasattr(pipe, "from_disk"):
                own = folder / name
                pipe.from_disk(own if own.is_dir() else folder)
    except (ConfigValidationError, ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise PipelineError(f"cannot load the pipeline: {reason}", path=folder / _CONFIG) from error
    files = tuple(vocabulary)
    for _, pipe in nlp.pipeline:
        if files and hasattr(pipe, "use_vocabulary"):
            pipe.use_vocabulary(files)
    # Nothing here needs memory beyond the length of the text, so spaCy's limit of a million characters has no use.
    nlp.max_length = 10**9
    return nlp


def _read_config(path: Path) -> dict[str, Any]:
    try:
        config = Config().from_disk(path, interpolate=False)
    except (ValueError, OSError) as error:
        raise PipelineError(f"not a pipeline configuration: {error}", path=path) from error
    _refuse(path, "section", set(config) - _SECTIONS)
    nlp = config.get("nlp", {})
    _refuse(path, "setting of [nlp]", set(nlp) - _NLP_KEYS)
    if nlp.get("lang", "en") != "en" or not isinstance(nlp.get("pipeline"), list):
        raise PipelineError('[nlp] needs lang = "en" and a list `pipeline`', path=path)
    if nlp.get("tokenizer", _TOKENIZER) != _TOKENIZER:
        raise PipelineError("only the tokenizer kg.Tokenizer.v1 may be named", path=path)
    components = config.setdefault("components", {})
    for name in nlp["pipeline"]:
        settings = components.get(name, {})
        factory = settings.get("factory", name)
        if factory not in _FACTORIES:
            raise PipelineError(f"unknown component {factory!r}", path=path, hint=f"known: {', '.join(_FACTORIES)}")
        _refuse(path, f"setting of [components.{name}]", _registered(settings))
    return config


def _registered(settings: Any) -> set[str]:
    """Return the keys, at any depth, that would call a registered function."""
    if not isinstance(settings, dict):
        return set()
    return {key for key in settings if key.startswith("@")}.union(*map(_registered, settings.values()))


def _refuse(path: Path, what: str, names: set[str]) -> None:
    if names:
        raise PipelineError(f"unknown {what}: {', '.join(sorted(names))}", path=path)


def pipeline_version(name_or_dir: str | Path, vocabulary: Iterable[str | Path] = ()) -> str:
    """Return `name@hash`; the hash covers the pipeline's files, the code that reads text and the vocabulary.

    Raises OntologyError where one of the `vocabulary` files cannot be read.
    """
    folder = find_pipeline(name_or_dir)
    code = Path(__file__).parent
    ontology = data_dir("ontology")
    files = [
        *(path for path in folder.rglob("*") if path.suffix in _DATA and path.is_file()),
        *code.rglob("*.py"),
        code.parent / "model.py",
        code.parent / "components.py",
        *ontology.glob("vocabulary/*.ttl"),
        *ontology.glob("metrics.ttl"),
    ]
    roots = {folder: "pipeline", code.parent: "kg", ontology: "ontology"}
    named = sorted((_relative(path, roots), path) for path in files)
    # In the order given, since a later file adds to an earlier one; by their content, wherever they lie.
    named += [(f"vocabulary/{place}", Path(path)) for place, path in enumerate(vocabulary)]
    digest = hashlib.sha256()
    for name, path in named:
        digest.update(f"{name}\0".encode())
        digest.update(hashlib.sha256(_bytes(path)).digest())
    return f"{folder.name}@{digest.hexdigest()[:12]}"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OntologyError(f"cannot be read: {error.strerror}", path=path) from error


def _relative(path: Path, roots: dict[Path, str]) -> str:
    for root, label in roots.items():
        if path.is_relative_to(root):
            return f"{label}/{path.relative_to(root).as_posix()}"
    return path.name
