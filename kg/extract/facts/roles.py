"""Features that tell what a paper does with each entity: where it is named, after which words, in what sentence."""

from functools import lru_cache

from kg.extract.facts.heads import Features
from kg.extract.facts.reading import LETTER, Place, Reading
from kg.extract.facts.spelling import Key, Spelling
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
def _surface(name: str) -> tuple[tuple[str, str], ...]:
    words = name.split()
    found = (
        [("last=", words[-1].lower()), ("first=", words[0].lower()), ("words=", bin_of(len(words), 3, 5))]
        if words
        else []
    )
    if any(c.isupper() for c in name[1:]):
        found.append(("inner-upper", ""))
    elif name[:1].isupper():
        found.append(("title-case", ""))
    else:
        found.append(("lower-case", ""))
    if any(c.isdigit() for c in name):
        found.append(("digit", ""))
    if "(" in name:
        found.append(("with-acronym", ""))
    return tuple(found)


def surface_features(name: str, spell: Spelling[Key]) -> list[Key]:
    """Describe how a name looks: its words at the ends, its case, digits and length."""
    return [spell(beginning, rest) for beginning, rest in _surface(name)]


def role_features(reading: Reading, spell: Spelling[Key]) -> list[Features[Key]]:
    """Return one set of features an entity, in the order of the entities."""
    numbered = {u.sentence for u in reading.units if u.value >= 0}
    methods = sum(e.type is EntityType.METHOD for e in reading.entities)
    result: list[Features[Key]] = []
    sentence_words: dict[tuple[str, int], list[Key]] = {}
    for index, entity in enumerate(reading.entities):
        say = spell.under(LETTER[entity.type] + "|")
        places = reading.places[index]
        found = [say("type"), say("type=", entity.type.value), say("places=", bin_of(len(places), 2, 3, 5, 8))]
        for name in entity.surfaces[:2]:
            found += surface_features(name, say.under("s:"))
        found.append(say("surfaces=", bin_of(len(entity.surfaces), 2, 3)))
        if places:
            sentences = sorted({p.sentence for p in places})
            found.append(say("first-sentence=", bin_of(sentences[0], 1, 2, 3, 5, 8)))
            if any(reading.is_title(s) for s in sentences):
                found.append(say("title" if len(sentences) > 1 else "title-only"))
            found.append(say("spread=", bin_of(len(sentences), 2, 3, 5)))
        if methods == 1:
            found.append(say("only-method"))
        for nth, place in enumerate(places[:_MOST_PLACES]):
            beside = _beside(reading, place)
            found += [say(beginning, rest) for beginning, rest in beside]
            found += _near(reading, place, say)
            if not reading.is_title(place.sentence):
                which = LETTER[entity.type], place.sentence
                if which not in sentence_words:
                    sentence_words[which] = _sentence(reading, place.sentence, say)
                found += sentence_words[which]
            if place.inner:
                found += _inside(reading, place, say)
            if nth == 0:
                first = say.under("1st:")
                found += [first(beginning, rest) for beginning, rest in beside]
            if place.sentence in numbered:
                found.append(say("near-number"))
        result.append(dict.fromkeys(found, 1.0))
    return result


def _beside(reading: Reading, place: Place) -> tuple[tuple[str, str], ...]:
    """Describe the words at both sides of a place and at the beginning of its sentence."""
    at, start, end = place.unit, reading.first[place.sentence], reading.first[place.sentence + 1]
    around = reading.around
    left1, left2, left3 = around(at, -1), around(at, -2), around(at, -3)
    right1, right2, right3 = around(at, 1), around(at, 2), around(at, 3)
    left, right = f"{left2} {left1}", f"{right1} {right2}"
    return (
        ("l1=", left1),
        ("l2=", left),
        ("r1=", right1),
        ("r2=", right),
        ("lr=", f"{left1} {right1}"),
        ("l3=", f"{left3} {left}"),
        ("r3=", f"{right} {right3}"),
        ("open=", " ".join(reading.keys(start, min(start + 2, end)))),
    )


def _near(reading: Reading, place: Place, say: Spelling[Key]) -> list[Key]:
    """Describe the bag of near words, and in the title where in it the place is."""
    at, sentence = place.unit, place.sentence
    start, end = reading.first[sentence], reading.first[sentence + 1]
    title = reading.is_title(sentence)
    found = say.each("tL:" if title else "L:", reading.keys(max(start, at - _REACH), at))
    found += say.each("tR:" if title else "R:", reading.keys(at + 1, min(end, at + 1 + _REACH)))
    if title:
        found += [
            say("in-title"),
            say("title-at=", bin_of(at - start, 1, 2, 4, 8)),
            say("title-left=", bin_of(end - 1 - at, 1, 2, 4, 8)),
        ]
    return found


def _sentence(reading: Reading, sentence: int, say: Spelling[Key]) -> list[Key]:
    """Describe a sentence other than the title: its words, and where in the text it stands."""
    words = reading.keys(reading.first[sentence], reading.first[sentence + 1])
    last = len(reading.sentences) - 1
    at = str(round(6 * sentence / last) if last else 0)
    return [*say.each("S:", dict.fromkeys(words)), say("at=", at)]


def _inside(reading: Reading, place: Place, say: Spelling[Key]) -> list[Key]:
    """Describe what stands within a longer name before and after this one ("X-based Y")."""
    unit = reading.units[place.unit]
    after = reading.text[place.end : min(unit.end, place.end + 12)].lower().strip()
    where = "inner-first" if place.start == unit.start else "inner-later"
    return [say("inner=", unit.key), say("inner-after=", after), say(where)]
