"""The components of the rules: each reads a `Doc`, asks a pure function, and writes plain offsets.

What they write is JSON: lists and dictionaries of character offsets in `doc.user_data["kg"]`, so that it survives
worker processes and `DocBin`.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc

from kg.errors import PipelineError
from kg.extract.acronyms import Definition, find_acronyms
from kg.extract.coreference import FILES, Named, Ties, gather, load_model
from kg.extract.facts.values import find_values
from kg.extract.mentions.arcs import ARCS, Arcs, spans_of
from kg.extract.mentions.words import VECTORS, Encoded
from kg.extract.patterns import Table, find_names, parse_table, vocabulary_terms
from kg.extract.sentences import sentence_spans
from kg.extract.threads import one_thread
from kg.extract.urls import find_urls
from kg.resources import data_dir
from kg.vocabulary import load_own, load_vocabulary

__all__ = [
    "TENTATIVE",
    "Acronyms",
    "Coreference",
    "Patterns",
    "Quantities",
    "Sentences",
    "Urls",
    "drop",
    "notes",
    "text_of",
]

#: Under `doc.user_data`: the tentative mentions, "start:end:label"; each is to be one with a surer one, or confirmed.
TENTATIVE = "kg_tentative"
#: The types that the number of a result confirms. A method is no such: "the model" is one wherever a number stands.
_CONFIRMED = frozenset({"Metric", "Dataset", "Benchmark"})
_PATTERNS = "patterns.tsv"


def notes(doc: Doc) -> dict[str, Any]:
    """Return the document's own notebook, `doc.user_data["kg"]`."""
    found: dict[str, Any] = doc.user_data.setdefault("kg", {})
    return found


def text_of(doc: Doc) -> str:
    """Return the text of the document as our tokenizer kept it; spaCy puts it together anew at every `doc.text`."""
    text: str | None = doc.user_data.get("kg_text")
    if text is not None and len(doc):
        last = doc[-1]
        if len(text) == last.idx + len(last.text_with_ws):
            return text
    return doc.text


def drop(doc: Doc, rows: Sequence[Mapping[str, Any]]) -> None:
    """Take these out of the entities that are noted, and their mentions out of the document's spans."""
    if not rows:
        return
    out = set(map(id, rows))
    notes(doc)["entities"] = [row for row in notes(doc)["entities"] if id(row) not in out]
    held = {(start, end) for row in notes(doc)["entities"] for start, end, _ in row["mentions"]}
    doc.spans["kg"] = [span for span in doc.spans.get("kg", ()) if (span.start_char, span.end_char) in held]


class Urls:
    """`kg_urls`: notes `{"url", "start", "end", "kinds"}` for each distinct URL."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the URLs of the document."""
        notes(doc)["urls"] = [
            {"url": link.url, "start": link.start, "end": link.end, "kinds": [str(kind) for kind in link.kinds]}
            for link in find_urls(text_of(doc))
        ]
        return doc


class Sentences:
    """`kg_sentences`: sets `token.is_sent_start`; URLs already noted are never cut."""

    def __call__(self, doc: Doc) -> Doc:
        """Mark the first token of every sentence."""
        urls = notes(doc).get("urls")
        if urls is None:
            protected = [(link.start, link.end) for link in find_urls(text_of(doc))]
        else:
            protected = [(url["start"], url["end"]) for url in urls]
        spans = sentence_spans(text_of(doc), protected)
        marks: Any = np.full(len(doc), -1, dtype="int64")
        if len(doc):
            # The token that holds the first character of a sentence begins it.
            begins = [start for start, _ in spans[1:]]
            marks[np.searchsorted(doc.to_array("IDX"), begins, side="right") - 1] = 1
            marks[0] = 1
            doc.from_array(["SENT_START"], marks.astype("uint64").reshape(-1, 1))
        return doc


class Acronyms:
    """`kg_acronyms`: notes `{"short": [start, end], "long": [start, end]}` for each definition."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the definitions of the document."""
        notes(doc)["acronyms"] = [
            {"short": [d.short_start, d.short_end], "long": [d.long_start, d.long_end]}
            for d in find_acronyms(text_of(doc))
        ]
        return doc


class Quantities:
    """`kg_quantities`: notes the fields of `kg.extract.facts.values.Value` of each number that may be measured."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the values of the document, but for those in URLs."""
        known = notes(doc)
        closed = [(url["start"], url["end"]) for url in known.get("urls", ())]
        known["quantities"] = [
            asdict(value)
            for value in find_values(text_of(doc))
            if not any(start < value.end and value.start < end for start, end in closed)
        ]
        return doc


class Patterns:
    """`kg_patterns`: adds spans to `doc.spans["kg"]`, their probabilities to `doc.user_data["kg_scores"]`.

    The table of clues is that of the bundled rules until `from_disk` gives another.
    """

    def __init__(self, *, threshold: float = 0.4, vocabulary: bool = True) -> None:
        self.threshold = threshold
        self.vocabulary = vocabulary
        self._file = data_dir("pipelines") / "rules" / _PATTERNS
        self._own: tuple[str | Path, ...] = ()

    def use_vocabulary(self, files: Iterable[str | Path]) -> None:
        """Know the names of these files too; `to_disk` leaves them out."""
        self._own = tuple(files)
        self.__dict__.pop("table", None)

    @cached_property
    def table(self) -> Table:
        """The clues and names, read when the first text comes."""
        try:
            table = parse_table(self._file.read_text("utf-8").splitlines(), self.threshold)
        except (OSError, ValueError) as error:
            raise PipelineError(f"cannot read the patterns: {error}", path=self._file) from error
        if not self.vocabulary:
            return table
        names, given = load_vocabulary(self._own), load_own(self._own)
        return replace(table, terms=vocabulary_terms(names), given=vocabulary_terms(given))

    def __call__(self, doc: Doc) -> Doc:
        """Mark the names of the document."""
        known = notes(doc)
        acronyms = known.get("acronyms")
        definitions = (
            find_acronyms(text_of(doc))
            if acronyms is None
            else [Definition(*row["short"], *row["long"]) for row in acronyms]
        )
        closed = [(url["start"], url["end"]) for url in known.get("urls", ())]
        scores = doc.user_data.setdefault("kg_scores", {})
        spans = list(doc.spans.get("kg", ()))
        for start, end, label, probability in find_names(text_of(doc), self.table, definitions, closed):
            span = doc.char_span(start, end, label=label)
            if span is not None:
                spans.append(span)
                scores[f"{start}:{end}:{label}"] = probability
        doc.spans["kg"] = spans
        return doc

    def from_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> "Patterns":
        """Take the table from a folder that has one."""
        if (file := Path(path) / _PATTERNS).is_file():
            self._file = file
            self.__dict__.pop("table", None)
        return self

    def to_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the table into a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / _PATTERNS).write_bytes(self._file.read_bytes())


class Coreference:
    """`kg_coreference`: notes the entities, from the spans, their scores and the acronyms.

    A mention's score is looked up in `doc.user_data["kg_scores"]`, its core score in `doc.user_data["kg_core"]`, both
    by "start:end:label" in characters; absent scores are 1. An entity all of whose mentions are in
    `doc.user_data["kg_tentative"]` is noted as "tentative" where the facts can confirm it, else dropped. The weights
    are those of the bundled rules until `from_disk` gives others.
    """

    def __init__(self, *, threshold: float = 0.3) -> None:
        self.threshold = threshold
        self._folder = data_dir("pipelines") / "rules"

    def __call__(self, doc: Doc) -> Doc:
        """Gather the mentions of the document."""
        spans = doc.spans.get("kg", ())
        scores: dict[str, float] = doc.user_data.get("kg_scores", {})
        core: dict[str, float] = doc.user_data.get("kg_core", {})
        unsure = frozenset(doc.user_data.pop(TENTATIVE, ()))
        mentions = []
        for span in spans:
            start, end, label = span.start_char, span.end_char, span.label_
            place = f"{start}:{end}:{label}"
            chances = scores.get(place, 1.0), core.get(place, 1.0)
            mentions.append(Named(start, end, label, *chances, place in unsure))
        found = notes(doc).get("acronyms")
        if found is None:
            definitions = find_acronyms(text_of(doc))
        else:
            definitions = [Definition(*row["short"], *row["long"]) for row in found]
        encoded: Encoded | None = doc.user_data.get(VECTORS)
        ties_of = partial(_ties, self.arcs, encoded) if self.arcs is not None and encoded is not None else None
        with one_thread() if ties_of else nullcontext():
            rows = gather(text_of(doc), mentions, definitions, load_model(self._folder), self.threshold, ties_of)
        notes(doc)["entities"] = rows
        drop(doc, [row for row in rows if row.get("tentative") and row["type"] not in _CONFIRMED])
        return doc

    @cached_property
    def arcs(self) -> Arcs | None:
        """The arcs over the encoder's vectors, where the pipeline has them."""
        path = self._folder / ARCS
        return Arcs.from_disk(path) if path.is_file() else None

    def from_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> "Coreference":
        """Take the weights from a folder that has them."""
        if (Path(path) / FILES[0]).is_file():
            self._folder = Path(path)
            self.__dict__.pop("arcs", None)
        return self

    def to_disk(self, path: str | Path, *, exclude: tuple[str, ...] = ()) -> None:
        """Write the weights into a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        for name in (*FILES, ARCS):
            if (self._folder / name).is_file():
                (Path(path) / name).write_bytes((self._folder / name).read_bytes())


def _ties(arcs: Arcs, encoded: Encoded, mentions: Sequence[Named]) -> Ties:
    """Return the log-odds that each two mentions name one thing, (M, M)."""
    places = [(m.start, m.end, index) for index, m in enumerate(mentions)]
    return arcs.same(encoded, spans_of(encoded.words, places, len(places), ()))
