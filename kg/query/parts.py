"""Find facts by their parts: "LexNet", "71.3%" and "SSC" mean a result, "BERT", "outperforms" and "ELMo" a claim."""

import re
from collections.abc import Sequence
from decimal import Decimal
from difflib import get_close_matches

import pyoxigraph as ox

from kg.errors import QueryError
from kg.model import RelationType
from kg.query.names import find_entity
from kg.query.why import ENDS
from kg.store.select import select
from kg.vocab import BASE

__all__ = ["find_facts"]

_NUMBER = re.compile(r"[+−-]?\s*(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?:%|[x×]|(?:percent|points?)\b)?", re.IGNORECASE)
#: How a fact is tied to what it names, and to the paper that states it.
_TIES = "|".join((*ENDS, "^kg:reports", "^kg:claims"))
_NUMBERS = "kg:value|kg:minValue|kg:maxValue"
_BLANK = re.compile(r"[\s_-]+")
#: Every relation by what is left of it without case, blanks and hyphens.
_RELATIONS = {str(relation).lower(): relation for relation in RelationType}


def find_facts(store: ox.Store, parts: Sequence[str], *, base: str = BASE) -> list[str]:
    """Return the IRIs of the results and claims that have all the parts, in order.

    A part is a number as written, sign and unit set aside; a relation (`outperforms`, "part of"); or else what
    `find_entity` takes for an entity or a paper. Raises QueryError where a name means nothing or several things, and
    where no fact has all the parts.
    """
    patterns = "".join(_pattern(store, part, place, base) for place, part in enumerate(parts))
    query = (
        f"SELECT DISTINCT ?fact {{ VALUES ?kind {{ kg:Result kg:Claim }} ?fact a ?kind . {patterns}}} ORDER BY ?fact"
    )
    found = [fact.value for (fact,) in select(store, query)]
    if not found:
        hint = "name fewer parts; kg why GRAPH NAME shows where one of them stands"
        raise QueryError(f"no result or claim has all of these: {', '.join(parts)}", hint=hint)
    return found


def _pattern(store: ox.Store, part: str, place: int, base: str) -> str:
    """Return the triples that a part asks for; a node or a number prints as what no text can break out of."""
    word = _BLANK.sub("", part).lower()
    if word in _RELATIONS:
        return f"?fact rdf:predicate kg:{_RELATIONS[word]} . "
    if number := _NUMBER.fullmatch(part.strip()):
        digits = Decimal(number["digits"].replace(",", ""))
        return f"?fact {_NUMBERS} ?number{place} . FILTER(ABS(?number{place}) = {digits:f}) "
    try:
        return f"?fact {_TIES} {find_entity(store, part, 'Node', base=base).node} . "
    except QueryError as error:
        if close := get_close_matches(word, _RELATIONS, n=1, cutoff=0.8):
            raise QueryError(error.message, hint=f"the relation is called {_RELATIONS[close[0]]}") from None
        raise
