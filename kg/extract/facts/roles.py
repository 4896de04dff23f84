"""Features that tell what a paper does with each entity: where it is named, after which words, in what sentence."""

from functools import lru_cache

from kg.extract.facts.heads import Features
from kg.extract.facts.reading import LETTER, Place, Reading
from kg.model import EntityType

__all__ = ["role_features", "surface_features"]

_REACH = 9  # words on each side that count as near
_MOST_PLACES = 5  # of an entity named more often, the first ones tell the role


@lru_cache(4096)
def bin_of(number: int, *edges: int) -> str:
    """Return the number, or "n+" of the last edge it reaches: 0, 1, 2, 3+, 5+."""
    for edge in reversed(edges):
        if number >= edge:
            return f"{edge}+"
    return str(number)


@lru_cache(4096)
def surface_features(name: str) -> tuple[str, ...]:
    """Describe how a name looks: its words at the ends, its case, digits and length."""
    words = name.split()
    found = (
        [f"last={words[-1].lower()}", f"first={words[0].lower()}", f"words={bin_of(len(words), 3, 5)}"] if words else []
    )
    if any(c.isupper() for c in name[1:]):
        found.append("inner-upper")
    elif name[:1].isupper():
        found.append("title-case")
    else:
        found.append("lower-case")
    if any(c.isdigit() for c in name):
        found.append("digit")
    if "(" in name:
        found.append("with-acronym")
    return tuple(found)


def role_features(reading: Reading) -> list[Features]:
    """Return one set of features an entity, in the order of the entities."""
    numbered = {u.sentence for u in reading.units if u.value >= 0}
    methods = sum(e.type is EntityType.METHOD for e in reading.entities)
    result: list[Features] = []
    for index, entity in enumerate(reading.entities):
        letter = LETTER[entity.type]
        places = reading.places[index]
        found: list[str] = ["type", f"type={entity.type}", f"places={bin_of(len(places), 2, 3, 5, 8)}"]
        for name in entity.surfaces[:2]:
            found += [f"s:{f}" for f in surface_features(name)]
        found.append(f"surfaces={bin_of(len(entity.surfaces), 2, 3)}")
        if places:
            sentences = sorted({p.sentence for p in places})
            found.append(f"first-sentence={bin_of(sentences[0], 1, 2, 3, 5, 8)}")
            if any(reading.is_title(s) for s in sentences):
                found.append("title" if len(sentences) > 1 else "title-only")
            found.append(f"spread={bin_of(len(sentences), 2, 3, 5)}")
        if methods == 1:
            found.append("only-method")
        for nth, place in enumerate(places[:_MOST_PLACES]):
            near = place_features(reading, place)
            found += near
            if nth == 0:
                found += [f"1st:{f}" for f in near[:8]]
            if place.sentence in numbered:
                found.append("near-number")
        side = letter + "|"
        result.append(dict.fromkeys([side + f for f in found], 1.0))
    return result


def place_features(reading: Reading, place: Place) -> list[str]:
    """Describe one place: the words at both sides, the bag of near words, the sentence and its beginning."""
    at, sentence = place.unit, place.sentence
    start, end = reading.first[sentence], reading.first[sentence + 1]
    around = reading.around
    left1, left2, left3 = around(at, -1), around(at, -2), around(at, -3)
    right1, right2, right3 = around(at, 1), around(at, 2), around(at, 3)
    found = [
        f"l1={left1}",
        f"l2={left2} {left1}",
        f"r1={right1}",
        f"r2={right1} {right2}",
        f"lr={left1} {right1}",
        f"l3={left3} {left2} {left1}",
        f"r3={right1} {right2} {right3}",
        f"open={' '.join(reading.keys(start, min(start + 2, end)))}",
    ]
    title = reading.is_title(sentence)
    side = "t" if title else ""
    found += [f"{side}L:{k}" for k in dict.fromkeys(reading.keys(max(start, at - _REACH), at))]
    found += [f"{side}R:{k}" for k in dict.fromkeys(reading.keys(at + 1, min(end, at + 1 + _REACH)))]
    if title:
        found += [
            "in-title",
            f"title-at={bin_of(at - start, 1, 2, 4, 8)}",
            f"title-left={bin_of(end - 1 - at, 1, 2, 4, 8)}",
        ]
    else:
        found += [f"S:{k}" for k in dict.fromkeys(reading.keys(start, end))]
        last = len(reading.sentences) - 1
        found.append(f"at={round(6 * sentence / last) if last else 0}")
    if place.inner:
        outer = reading.units[at].key
        found.append(f"inner={outer}")
        # What stands within the outer name before and after this one ("X-based Y").
        unit = reading.units[at]
        found.append(f"inner-after={reading.text[place.end : min(unit.end, place.end + 12)].lower().strip()}")
        found.append("inner-first" if place.start == unit.start else "inner-later")
    return found
