"""`kg_mentions`: the spaCy component that marks what the learned model finds.

It writes, for each mention, a span of `doc.spans["kg"]` (labelled with its type) and, under "start:end:label", its
probability in `doc.user_data["kg_scores"]`, the probability that a curator links it in `doc.user_data["kg_core"]` and
that of each role (in the order `heads.ROLES`) in `doc.user_data["kg_roles"]`. The keys of tentative mentions, which
coreference and facts confirm or drop, are in `doc.user_data["kg_tentative"]`. For components that come after, the words
and the vectors of a second reading (`marked`) stay in `doc.user_data["kg_vectors"]` until `kg_facts` takes them.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Span

from kg.errors import PipelineError
from kg.extract.annotators import TENTATIVE, notes, text_of
from kg.extract.mentions.encode import Encoder
from kg.extract.mentions.heads import Heads
from kg.extract.mentions.marked import MarkedReader
from kg.extract.mentions.siblings import with_siblings
from kg.extract.mentions.things import (
    Found,
    GivenTypes,
    Judge,
    KnownTypes,
    acronym_pairs,
    agree,
    find_things,
    given_types,
    keep,
    known_types,
    spread,
    tentative,
)
from kg.extract.mentions.trimming import trimmed
from kg.extract.mentions.words import VECTORS, Encoded, title_length
from kg.extract.threads import one_thread
from kg.vocabulary import load_own, load_vocabulary

__all__ = ["Mentions", "find_mentions"]

#: What follows the encoder runs in one thread, which more encoders would only wait for.
_MOST_THREADS = 4


def find_mentions(
    text: str,
    encoded: Encoded,
    heads: Heads,
    judge: Judge,
    known: KnownTypes,
    given: GivenTypes,
    share: float = 1.0,
) -> list[Found]:
    """Return the mentions of one encoded text, by their place; a pure function of its arguments.

    `known` are the types of the vocabulary's names, `given` those of the user's own (`things`); from `share` of its
    threshold on a name is tentative.
    """
    found = heads.candidates(encoded)
    things = find_things(text, encoded.words, found, known)
    right, core = judge.judge(things)
    kept = keep(things, right, core, judge.thresholds, judge.weight, given)
    kept = agree(things, kept, right, acronym_pairs(text, encoded.words, found))
    unsure = tentative(text, encoded.words, found, things, kept, right, core, judge, share, given)
    named = trimmed(text, spread(encoded.words, found, things, kept, right, core, unsure), known)
    return with_siblings(text, named)


class Mentions:
    """The component; without `from_disk` it knows nothing and says so.

    `threads` texts at once are encoded in `pipe`; 0 means as many as there are cores to use, a worker process always
    has one. With `tentative` below 1, names from this share of their thresholds on are marked, to be decided later.
    """

    def __init__(
        self, *, threads: int = 0, minimum: float = 0.0, keep_vectors: bool = False, tentative: float = 1.0
    ) -> None:
        self.threads = threads
        self.minimum = minimum
        self.tentative = tentative
        self.keep_vectors = keep_vectors
        self._folder: Path | None = None
        self._encoder: Encoder | None = None
        self._heads: Heads | None = None
        self._judge: Judge | None = None
        self._again: MarkedReader | None = None
        self._process = os.getpid()
        self._own: tuple[str | Path, ...] = ()

    @cached_property
    def known(self) -> KnownTypes:
        """The types of the vocabulary's names."""
        return known_types(load_vocabulary(self._own))

    @cached_property
    def given(self) -> GivenTypes:
        """The types of the names of the user's own files."""
        return given_types(load_own(self._own))

    def use_vocabulary(self, files: Iterable[str | Path]) -> None:
        """Know the names of these files too; `to_disk` leaves them out."""
        self._own = tuple(files)
        for name in ("known", "given"):
            self.__dict__.pop(name, None)

    def __call__(self, doc: Doc) -> Doc:
        """Mark the mentions of one document."""
        encoder, _, _ = self._parts()
        text = text_of(doc)
        encoded = encoder.encode(text, title_length(text))
        return self._kept(doc, self._read_again(encoded, self._mark(doc, encoded)))

    def _mark(self, doc: Doc, encoded: Encoded) -> list[tuple[int, int, str]]:
        """Mark what is found, and return what now is marked for sure: (start, end, type)."""
        _, heads, judge = self._parts()
        text = text_of(doc)
        with one_thread():
            found = find_mentions(text, encoded, heads, judge, self.known, self.given, self.tentative)
        self.set_annotations(doc, found)
        unsure = frozenset(doc.user_data[TENTATIVE])
        names = ((span.start_char, span.end_char, span.label_) for span in doc.spans["kg"])
        return [name for name in names if _key(*name) not in unsure]

    def _read_again(self, encoded: Encoded, names: list[tuple[int, int, str]]) -> Encoded:
        return encoded if self._again is None else self._again.read(encoded, names)

    def _kept(self, doc: Doc, encoded: Encoded) -> Doc:
        if self.keep_vectors:
            doc.user_data[VECTORS] = encoded
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Mark documents in order, a few being read at once; each is read alone, so batches change nothing.

        Both readings are done in threads; a document is marked here between the two.
        """
        encoder, _, _ = self._parts()
        threads = self._threads()
        if threads < 2:
            for doc in stream:
                yield self(doc)
            return
        once: deque[tuple[Doc, Future[Encoded]]] = deque()
        twice: deque[tuple[Doc, Future[Encoded]]] = deque()
        pool = ThreadPoolExecutor(threads, "kg-mentions")

        def mark() -> None:
            doc, encoded = once.popleft()
            names = self._mark(doc, encoded.result())
            twice.append((doc, pool.submit(self._read_again, encoded.result(), names)))

        def take() -> Doc:
            doc, encoded = twice.popleft()
            return self._kept(doc, encoded.result())

        try:
            for doc in stream:
                text = text_of(doc)
                once.append((doc, pool.submit(encoder.run, encoder.prepare(text, title_length(text)))))
                if len(once) > 2 * threads:
                    mark()
                if len(twice) > 2 * threads:
                    yield take()
            while once:
                mark()
            while twice:
                yield take()
        finally:
            pool.shutdown(cancel_futures=True)

    def _threads(self) -> int:
        """Return how many texts to encode at once; a worker process shares the cores with its siblings."""
        if parent_process() is not None or os.getpid() != self._process:
            return 1
        return self.threads or min(_MOST_THREADS, os.cpu_count() or 1)

    def set_annotations(self, doc: Doc, mentions: Iterable[Found]) -> None:
        """Write the mentions; one whose edge lies inside a token of the document is widened to the token's.

        What stands within a URL is no mention.
        """
        closed = [(url["start"], url["end"]) for url in notes(doc).get("urls", ())]
        spans: list[Span] = list(doc.spans.get("kg", ()))
        seen = {(span.start_char, span.end_char, span.label_) for span in spans}
        scores: dict[str, float] = doc.user_data.setdefault("kg_scores", {})
        cores: dict[str, float] = doc.user_data.setdefault("kg_core", {})
        roles: dict[str, list[float]] = doc.user_data.setdefault("kg_roles", {})
        unsure: list[str] = doc.user_data.setdefault(TENTATIVE, [])
        for mention in mentions:
            if mention.score < self.minimum:
                continue
            if any(mention.start < end and start < mention.end for start, end in closed):
                continue
            span = doc.char_span(mention.start, mention.end, label=mention.type, alignment_mode="expand")
            if span is None:
                continue
            place = (span.start_char, span.end_char, span.label_)
            key = _key(*place)
            scores[key] = max(mention.score, scores.get(key, 0.0))
            cores[key] = max(mention.core, cores.get(key, 0.0))
            roles.setdefault(key, list(mention.roles))
            if place not in seen:
                seen.add(place)
                spans.append(span)
                if mention.tentative:
                    unsure.append(key)
        doc.spans["kg"] = spans

    def _parts(self) -> tuple[Encoder, Heads, Judge]:
        if self._encoder is None or self._heads is None or self._judge is None:
            raise PipelineError("kg_mentions has no weights", hint="load a trained pipeline folder")
        return self._encoder, self._heads, self._judge

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "Mentions":
        """Read the trained parts out of a pipeline's folder."""
        folder = Path(path)
        self._encoder = Encoder.from_disk(folder)
        self._heads = Heads.from_disk(folder / "heads.npz")
        self._judge = Judge.from_disk(folder)
        self._again = MarkedReader.from_disk(folder) if self.keep_vectors else None
        if self._again is not None and not self._encoder.gives_lower:
            hint = "take both from one training"
            raise PipelineError("encoder.onnx does not give what marked.onnx reads", path=folder, hint=hint)
        self._folder = folder
        self._process = os.getpid()
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the trained parts."""
        encoder, heads, judge = self._parts()
        folder = Path(path)
        encoder.to_disk(folder)
        heads.to_disk(folder / "heads.npz")
        judge.to_disk(folder)
        if self._again is not None:
            self._again.to_disk(folder)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the session behind: a spawned worker reads the folder again."""
        return {**self.__dict__, "_encoder": None, "_heads": None, "_judge": None, "_again": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._folder is not None:
            self.from_disk(self._folder)


def _key(start: int, end: int, label: str) -> str:
    """Return the key of a mention in `doc.user_data`."""
    return f"{start}:{end}:{label}"
