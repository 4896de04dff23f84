"""The spaCy components and the tokenizer of this project, registered by name.

spaCy loads this module through the package's entry points whenever any pipeline is made, also in a program that never
asked for ours. So it imports spaCy alone and does nothing else; each `make_…` brings its implementation when called.
"""

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry

__all__ = [
    "make_acronyms",
    "make_coreference",
    "make_facts",
    "make_mentions",
    "make_patterns",
    "make_quantities",
    "make_sentences",
    "make_tokenizer",
    "make_urls",
]

Component = Callable[[Doc], Doc]


@registry.tokenizers("kg.Tokenizer.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], Callable[[str], Doc]]:
    """Return what makes the tokenizer for LaTeX, URLs, versions and decimals."""

    def create(nlp: Language) -> Callable[[str], Doc]:
        from kg.extract.tokens import WordTokenizer

        return WordTokenizer(nlp.vocab)

    return create


@Language.factory("kg_sentences", assigns=["token.is_sent_start"])
def make_sentences(nlp: Language, name: str) -> Component:
    """Mark where sentences begin."""
    from kg.extract.annotators import Sentences

    return Sentences()


@Language.factory("kg_urls")
def make_urls(nlp: Language, name: str) -> Component:
    """Write every URL, repaired and classified, to `doc.user_data["kg"]["urls"]`."""
    from kg.extract.annotators import Urls

    return Urls()


@Language.factory(
    "kg_mentions",
    assigns=["doc.spans"],
    default_config={"threads": 0, "minimum": 0.0, "keep_vectors": False, "tentative": 1.0},
)
def make_mentions(
    nlp: Language, name: str, threads: int, minimum: float, keep_vectors: bool, tentative: float
) -> Component:
    """Mark typed, scored mentions with the learned model.

    Names from the share `tentative` of their thresholds on are marked too, and need a `kg_coreference` and a `kg_facts`
    that keep those which are one with a surer name or stand in a result.
    """
    from kg.extract.mentions.component import Mentions

    return Mentions(threads=threads, minimum=minimum, keep_vectors=keep_vectors, tentative=tentative)


@Language.factory("kg_facts")
def make_facts(nlp: Language, name: str) -> Component:
    """Read roles, results and relations."""
    from kg.extract.facts.component import FactsReader

    return FactsReader()


@Language.factory("kg_acronyms")
def make_acronyms(nlp: Language, name: str) -> Component:
    """Write acronym definitions to `doc.user_data["kg"]["acronyms"]`."""
    from kg.extract.annotators import Acronyms

    return Acronyms()


@Language.factory("kg_quantities")
def make_quantities(nlp: Language, name: str) -> Component:
    """Write measured values to `doc.user_data["kg"]["quantities"]`."""
    from kg.extract.annotators import Quantities

    return Quantities()


@Language.factory("kg_patterns", default_config={"threshold": 0.4, "vocabulary": True})
def make_patterns(nlp: Language, name: str, threshold: float, vocabulary: bool) -> Component:
    """Mark names of methods, datasets, benchmarks, metrics and tasks by rules and vocabulary.

    `threshold` is the least probability of a mention; `vocabulary` also marks the names of `ontology/vocabulary`.
    """
    from kg.extract.annotators import Patterns

    return Patterns(threshold=threshold, vocabulary=vocabulary)


@Language.factory("kg_coreference", default_config={"threshold": 0.3})
def make_coreference(nlp: Language, name: str, threshold: float) -> Component:
    """Gather mentions of one thing into `doc.user_data["kg"]["entities"]`.

    `threshold` is the least probability, on average, at which like phrases of one type are joined.
    """
    from kg.extract.annotators import Coreference

    return Coreference(threshold=threshold)
