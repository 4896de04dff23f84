"""Extract: from the text of a paper to mentions, links, results and relations, through a spaCy pipeline.

>>> extractor = Extractor("rules")
>>> [extraction] = extractor.extract(["Code: https: //github.com/a/b."])
>>> extraction.links[0].url
'https://github.com/a/b'

What a component may find on a `Doc` (offsets are characters, end exclusive; all of it plain JSON):

- `doc.spans["kg"]`: the mentions, typed by `label_`; `doc.user_data["kg_scores"]["start:end:label"]` their probability
- `doc.user_data["kg"]["urls"]`: `url start end kinds`
- `doc.user_data["kg"]["acronyms"]`: `short long`, each `[start, end]`
- `doc.user_data["kg"]["quantities"]`: the fields of `kg.extract.facts.values.Value`
- `doc.user_data["kg"]["entities"]`: the fields of `LocalEntity`, a mention as `[start, end, score]`
- `doc.user_data["kg"]["results"]`, `["relations"]`: the fields of `Result` and `Relation`, a sentence as
  `[start, end]`, an entity as its index in `entities`
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.model import Extraction

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

__all__ = ["DEFAULT_PIPELINE", "Extractor", "load_pipeline"]

#: The pipeline used where none is named.
DEFAULT_PIPELINE = "learned"
#: Words that spaCy may remember for good, some 5 MB: to meet one anew in every batch costs ten times the look-up.
_REMEMBERED = 20_000
_SURROGATE = re.compile("[\ud800-\udfff]")


def load_pipeline(name_or_dir: str | Path = DEFAULT_PIPELINE, vocabulary: Iterable[str | Path] = ()) -> "Language":
    """Return a bundled or the user's own pipeline as a spaCy `Language`; no code of the folder is run.

    The names of the `vocabulary` files (`kg.vocabulary`) are known to it beside those that come with the package.
    """
    from kg.extract.pipelines import load_pipeline as load

    return load(name_or_dir, vocabulary)


class Extractor:
    """Reads texts with one pipeline; loads it at the first text, so that asking for `version` is quick.

    A name of the `vocabulary` files is evidence for its type, as one of the vocabulary of the package is, and stronger:
    it has no other type. The context still decides whether it is named at all.
    """

    def __init__(self, pipeline: str | Path = DEFAULT_PIPELINE, vocabulary: Iterable[str | Path] = ()) -> None:
        self.pipeline = pipeline
        self.vocabulary = tuple(vocabulary)

    @cached_property
    def version(self) -> str:
        """`name@hash` of everything that decides what is extracted."""
        from kg.extract.pipelines import pipeline_version

        return pipeline_version(self.pipeline, self.vocabulary)

    @cached_property
    def nlp(self) -> "Language":
        """The loaded pipeline."""
        return load_pipeline(self.pipeline, self.vocabulary)

    def load(self) -> None:
        """Load the pipeline and what its parts read at their first text; raises PipelineError where that fails."""
        list(self.extract(["A text."]))

    def extract(self, texts: Iterable[str], *, batch_size: int = 512) -> Iterator[Extraction]:
        """Yield the extraction of each text, in order and lazily; the batch size changes the speed alone.

        Once spaCy knows the common words it forgets those that are new after each batch, so memory does not grow with
        the stream.
        """
        from kg.extract.records import record

        stream = iter(texts)
        while batch := list(islice(stream, batch_size)):
            with self.nlp.memory_zone() if len(self.nlp.vocab) > _REMEMBERED else nullcontext():
                # A lone surrogate cannot be encoded; U+FFFD is as long, so offsets hold.
                clean = [_SURROGATE.sub("\ufffd", text) for text in batch]
                found = [record(doc) for doc in self._read(clean)]
            yield from found

    def _read(self, texts: list[str]) -> "Iterable[Doc]":
        """Pass a batch through the components, as `nlp.pipe` does, but through one after the other where they let it.

        A component finds its tables in the processor's cache while it reads many texts in a row: a tenth of the time
        of the rules. What comes after a component with a `pipe` of its own follows it text by text, so that the
        encoder's threads work on while the others read.
        """
        docs: Iterable[Doc] = [self.nlp.make_doc(text) for text in texts]
        for _, component in self.nlp.pipeline:
            if hasattr(component, "pipe"):
                docs = component.pipe(docs)
            elif isinstance(docs, list):
                docs = [component(doc) for doc in docs]
            else:
                docs = map(component, docs)
        return docs
