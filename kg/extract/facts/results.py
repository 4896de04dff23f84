"""Features that tell whether a number is a result, and which entity its metric, dataset, method and baseline is."""

import re
from collections.abc import Mapping, Sequence

from kg.extract.facts.heads import Features
from kg.extract.facts.reading import LETTER, Place, Reading
from kg.extract.facts.roles import bin_of, surface_features
from kg.extract.facts.spelling import Key, Spelling

__all__ = ["NONE", "SLOTS", "kind_features", "link_features", "slot_candidates"]

#: The links of a result, in the order in which they are decided, with the letter of the entities that may fill them.
SLOTS = {"metric": "A", "dataset": "D", "method": "M", "baseline": "M"}
#: More candidates than any abstract has; further back than this many words, what stands between is not counted.
_MOST, _BACK = 32, 400
NONE = -1  # the candidate "the text names none"

_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE_ENDS = {",", ";", ":", "(", ")", "and", "or", "while", "which", "respectively", "but", "whereas"}


def kind_features(reading: Reading, value: int, spell: Spelling[Key]) -> Features[Key]:
    """Describe a number: itself, its unit, the words around it and the numbers beside it."""
    v = reading.values[value]
    at = reading.value_units[value]
    sentence = reading.units[at].sentence
    start, end = reading.first[sentence], reading.first[sentence + 1]
    around = reading.around
    digits = v.value or v.high or ""
    decimals = len(digits.partition(".")[2])
    whole = len(digits.partition(".")[0])
    printed = "," in reading.text[v.start : v.end]
    found = [
        spell("unit=", v.unit),
        spell("sign=", v.sign),
        spell("decimals=", bin_of(min(decimals, 3))),
        spell("whole=", bin_of(whole)),
        spell("shape=", f"{whole}.{min(decimals, 2)}{v.unit}"),
        spell("range=", str(v.value is None)),
        spell("thousands=", str(printed)),
        spell("year=", str(bool(_YEAR.fullmatch(digits)))),
        spell("title=", str(reading.is_title(sentence))),
    ]
    if v.value in {"0", "1", "2", "3", "4", "5"}:
        found.append(spell("digit=", v.value))
    for offset in (-4, -3, -2, -1, 1, 2, 3, 4):
        found.append(spell(f"{offset}=", around(at, offset)))
    l1, l2, r1, r2 = around(at, -1), around(at, -2), around(at, 1), around(at, 2)
    found += [spell("ll=", f"{l2} {l1}"), spell("rr=", f"{r1} {r2}"), spell("lr=", f"{l1} {r1}")]
    found += [spell("u|r1=", f"{v.unit} {r1}"), spell("u|l1=", f"{v.unit} {l1}")]
    found += [spell("lll=", f"{around(at, -3)} {l2} {l1}"), spell("rrr=", f"{r1} {r2} {around(at, 3)}")]
    found += spell.each("L:", reading.keys(max(start, at - 10), at))
    found += spell.each("R:", reading.keys(at + 1, min(end, at + 11)))
    found += spell.each("S:", reading.keys(start, end))
    found += spell.each(f"u{v.unit}L:", reading.keys(max(start, at - 5), at))
    found += spell.each(f"u{v.unit}R:", reading.keys(at + 1, min(end, at + 4)))
    same = [i for i, u in enumerate(reading.value_units) if reading.units[u].sentence == sentence]
    found.append(spell("values=", bin_of(len(same), 2, 3, 5)))
    for side, other in (("prev", value - 1), ("next", value + 1)):
        if other in same:
            far = abs(reading.value_units[other] - at)
            found.append(spell(f"{side}-unit=", reading.values[other].unit))
            found.append(spell(f"{side}-far=", bin_of(far, 2, 3, 5, 8)))
            found.append(spell(f"{side}-decimal=", str("." in (reading.values[other].value or ""))))
    last = len(reading.sentences) - 1
    found.append(spell("at=", str(round(5 * sentence / last) if last else 0)))
    found.append(spell("before=", reading.text[max(0, v.start - 1) : v.start]))
    return dict.fromkeys(found, 1.0)


def slot_candidates(reading: Reading, slot: str, value: int) -> list[int]:
    """Return the entities that may fill a slot of a value, in order; the choice NONE comes last.

    Of more than `_MOST` those named nearest are taken, or a text of nothing but results would take for ever.
    """
    fitting = [i for i, e in enumerate(reading.entities) if LETTER[e.type] == SLOTS[slot]]
    if len(fitting) > _MOST:
        at = reading.value_units[value]
        far = {i: min((abs(p.unit - at) for p in reading.places[i]), default=len(reading.units)) for i in fitting}
        fitting = sorted(sorted(fitting, key=lambda i: (far[i], i))[:_MOST])
    return [*fitting, NONE]


def link_features(
    reading: Reading,
    value: int,
    slot: str,
    candidates: Sequence[int],
    kind: str,
    roles: Sequence[Mapping[str, float]],
    before: Sequence[int],
    chosen: dict[str, int],
    spell: Spelling[Key],
) -> list[Features[Key]]:
    """Describe each candidate of a slot beside a value.

    `roles` are the probabilities of each entity's roles; `before` what the earlier values of the text took for this
    slot, latest last; `chosen` what the slots decided earlier took for this value.
    """
    at = reading.value_units[value]
    unit = reading.units[at]
    typed = [c for c in candidates if c != NONE]
    here = [c for c in typed if any(p.sentence == unit.sentence for p in _own_places(reading, c))]
    items: list[Features[Key]] = []
    of_none, of_one = spell.under("0|"), spell.under("1|")
    nearest = _nearest(reading, here, at, unit.sentence)
    bound = _bound(reading, value, SLOTS[slot])
    for c in candidates:
        if c == NONE:
            say = of_none
            found = _none(reading, value, kind, len(typed), len(here), before, nearest, say)
        else:
            say = of_one
            found = _entity(
                reading, value, slot, c, kind, roles[c], before, chosen, nearest, len(typed), len(here), say
            )
        # A name bound to the number by a short path speaks against every other one, the paper's own method too.
        for path, entity in bound:
            found[say("bound=", f"{path} {entity == c}")] = 1.0
        items.append(found)
    return items


def _since(reading: Reading, value: int, letter: str) -> str:
    """Tell what stands between a number and the one before it: a sentence's end, how many names of a type."""
    if not value:
        return "first"
    last, at = reading.value_units[value - 1], reading.value_units[value]
    names = sum(key == f"<{letter}>" for key in reading.keys(last + 1, at))
    return f"since={reading.units[last].sentence == reading.units[at].sentence} {bin_of(names, 1, 2)}"


def _bound(reading: Reading, value: int, letter: str) -> list[tuple[str, int]]:
    """Return the names of a type that stand next to a value, on either side: the words between (3 at most), who."""
    at = reading.value_units[value]
    found: list[tuple[str, int]] = []
    for step, side in ((-1, "<"), (1, ">")):
        between: list[str] = []
        for distance in range(1, 5):
            unit = at + distance * step
            key = reading.around(at, distance * step)
            if key in {"^", "$", "<#>"}:
                break
            if key == f"<{letter}>":
                path = " ".join(between if step > 0 else reversed(between))
                found.append((f"{side}{path}", reading.units[unit].entity))
                break
            between.append(key)
    return found


def _own_places(reading: Reading, entity: int) -> Sequence[Place]:
    """Return where an entity is named other than within a longer name of its type ("E-Net" in "E-Net-small")."""
    key = f"<{LETTER[reading.entities[entity].type]}>"
    own = [p for p in reading.places[entity] if not p.inner or reading.units[p.unit].key != key]
    return own or reading.places[entity]


def _nearest(reading: Reading, here: Sequence[int], at: int, sentence: int) -> dict[int, tuple[int, Place]]:
    """Return for each entity of the sentence its rank by distance from the value, and that place."""
    best: list[tuple[int, int, Place]] = []
    for c in here:
        places = [p for p in _own_places(reading, c) if p.sentence == sentence]
        place = min(places, key=lambda p: (abs(p.unit - at), p.unit))
        best.append((abs(place.unit - at), c, place))
    best.sort(key=lambda b: (b[0], b[1]))
    return {c: (rank, place) for rank, (_, c, place) in enumerate(best)}


def _none(
    reading: Reading,
    value: int,
    kind: str,
    typed: int,
    here: int,
    before: Sequence[int],
    nearest: dict[int, tuple[int, Place]],
    say: Spelling[Key],
) -> dict[Key, float]:
    at = reading.value_units[value]
    sentence = reading.units[at].sentence
    start, end = reading.first[sentence], reading.first[sentence + 1]
    l1, r1 = reading.around(at, -1), reading.around(at, 1)
    found = [say("kind=", kind), say("unit=", reading.values[value].unit)]
    found += [say("r1=", r1), say("rr=", f"{r1} {reading.around(at, 2)}")]
    found += [say("l1=", l1), say("ll=", f"{reading.around(at, -2)} {l1}")]
    found += [say("typed=", bin_of(typed, 1, 2, 4)), say("here=", bin_of(here, 1, 2, 4))]
    found += [say("kind=", f"{kind} here={bin_of(here, 1, 2)}"), say("kind=", f"{kind} typed={bin_of(typed, 1, 2)}")]
    if before:
        found.append(say("before-none=", str(before[-1] == NONE)))
    found += say.each("S:", reading.keys(max(start, at - 12), min(end, at + 12)))
    if nearest:
        far = min(abs(p.unit - at) for _, p in nearest.values())
        found.append(say("far=", bin_of(far, 2, 3, 5, 8, 13)))
    return dict.fromkeys(found, 1.0)


def _entity(
    reading: Reading,
    value: int,
    slot: str,
    c: int,
    kind: str,
    roles: Mapping[str, float],
    before: Sequence[int],
    chosen: dict[str, int],
    nearest: dict[int, tuple[int, Place]],
    typed: int,
    here: int,
    say: Spelling[Key],
) -> dict[Key, float]:
    at = reading.value_units[value]
    places = _own_places(reading, c)
    l1, r1 = reading.around(at, -1), reading.around(at, 1)
    found = [say("kind=", kind), say("typed=", bin_of(typed, 2, 3, 5)), say("places=", bin_of(len(places), 2, 3, 5))]
    items = dict(zip(say.each(f"{slot}:", roles), roles.values(), strict=True))
    items.update({say(f"{role}:", kind): p for role, p in roles.items()})
    # "versus", "from", "(" before a number, "for", "to" after it tell the paper's own method from the others.
    for role in ("main", "comparesWith"):
        items[say(f"{role}:l1=", l1)] = items[say(f"{role}:r1=", r1)] = roles.get(role, 0.0)
    if c in nearest:
        items.update(zip(say.each("here:", roles), roles.values(), strict=True))
        rank, place = nearest[c]
        found += _near(reading, at, place, kind, say)
        found.append(say("rank=", bin_of(rank, 1, 2, 3)))
        found.append(say("here=", f"{bin_of(here, 1, 2, 3)} rank={bin_of(rank, 1, 2)}"))
        found.append(say("inner=", str(place.inner)))
        side = [o for o, (_, p) in nearest.items() if (p.unit < at) == (place.unit < at)]
        ahead = bin_of(sum(nearest[o][0] < rank for o in side), 1, 2)
        found.append(say("side-rank=", f"{ahead} {'<' if place.unit < at else '>'}"))
        found += _aligned(reading, value, place, say)
    else:
        found += _away(reading, value, slot, c, kind, typed, here, say)
    if any(reading.is_title(p.sentence) for p in places):
        found.append(say("title"))
    if places:
        found.append(say("first=", bin_of(places[0].sentence, 1, 2, 4)))
    found += surface_features(reading.entities[c].name, say.under("s:"))
    found.append(say("type=", reading.entities[c].type.value))
    if before:
        took = str(before[-1] == c)
        found.append(say("last-took=", f"{took} {c in nearest}"))
        found.append(say("ever-took=", str(c in before)))
        found += [say("last-took=", f"{took} r1={r1}"), say("last-took=", f"{took} l1={l1}")]
        found.append(say("last-took=", f"{took} {_since(reading, value, SLOTS[slot])}"))
    if chosen.get("method") == c:
        found.append(say("is-method"))
    items.update(dict.fromkeys(found, 1.0))
    return items


def _away(
    reading: Reading, value: int, slot: str, c: int, kind: str, typed: int, here: int, say: Spelling[Key]
) -> list[Key]:
    """Describe an entity that the sentence of a value does not name."""
    at = reading.value_units[value]
    sentence = reading.units[at].sentence
    places = _own_places(reading, c)
    distance = min((abs(p.sentence - sentence) for p in places), default=99)
    earlier = any(p.sentence < sentence for p in places)
    found = [say("away=", f"{bin_of(distance, 1, 2, 3, 5)} {earlier}"), say("away here=", bin_of(here, 1, 2))]
    found += [say("away kind=", kind), say("away typed=", bin_of(typed, 1, 2, 4))]
    if any(p.sentence == sentence - 1 for p in places):
        found.append(say("previous-sentence"))
    last = max((p.unit for p in places if p.unit < at), default=-1)
    if last >= 0:
        wanted = f"<{SLOTS[slot]}>"
        values, names = _run(reading, at, "<#>"), _run(reading, last, wanted)
        if len(values) == len(names) > 1:
            found.append(say("away align=", str(values.index(at) == names.index(last))))
        between = {u.entity for u in reading.units[max(last + 1, at - _BACK) : at] if u.key == wanted} - {c}
        found.append(say("away between=", bin_of(len(between), 1, 2, 3)))
    return found


def _near(reading: Reading, at: int, place: Place, kind: str, say: Spelling[Key]) -> list[Key]:
    """Describe the stretch between a value and an entity of its sentence."""
    far = place.unit - at
    side = "<" if far < 0 else ">"
    lo, hi = (place.unit + 1, at) if far < 0 else (at + 1, place.unit)
    keys = reading.unit_keys[lo:hi]
    own = reading.units[place.unit].key
    found = [say("dist=", f"{side}{bin_of(abs(far), 2, 3, 4, 6, 9, 13, 20)}"), say("side=", f"{side} kind={kind}")]
    found.append(say("mid-values=", f"{side}{bin_of(sum(k == '<#>' for k in keys), 1, 2, 3)}"))
    found.append(say("mid-same=", f"{side}{bin_of(keys.count(own), 1, 2)}"))
    found.append(say("mid-marks=", f"{side}{bin_of(keys.count(',') + keys.count(';'), 1, 2, 4)}"))
    if len(keys) <= 4:
        found.append(say("path=", f"{side}{' '.join(keys)}"))
    found += say.each(f"mid{side}", keys)
    found += say.each(f"mid1{side}", keys[:1]) + say.each(f"midn{side}", keys[-1:])
    around = reading.around
    l1 = around(place.unit, -1)
    found += [say("el1=", f"{side}{l1}"), say("el2=", f"{side}{around(place.unit, -2)} {l1}")]
    found += [say("er1=", f"{side}{around(place.unit, 1)}"), say("kind=", f"{kind} el1={side}{l1}")]
    found += [say("vr1=", f"{side}{around(at, 1)}"), say("vl1=", f"{side}{around(at, -1)}")]
    opening = reading.first[reading.units[at].sentence]
    found.append(say("opens=", f"{side}{bin_of(place.unit - opening, 1, 2, 4)}"))
    found.append(say("clauses=", f"{side}{bin_of(sum(k in _SENTENCE_ENDS for k in keys), 1, 2, 3, 5)}"))
    return found


def _run(reading: Reading, at: int, key: str, reach: int = 9) -> list[int]:
    """Return the units of one kind that stand in one coordination around a unit ("A, B and C"), in order."""
    units = reading.units
    sentence = units[at].sentence

    def walk(step: int) -> list[int]:
        found, i, gap = [], at + step, 0
        while 0 <= i < len(units) and units[i].sentence == sentence and gap <= reach:
            if units[i].key == key:
                found.append(i)
                gap = 0
            elif (units[i].key.startswith("<") and key != "<#>") or (
                key != "<#>" and units[i].key not in {",", "and", "&", "/", "or", "the", ")", "("}
            ):
                break
            else:
                gap += 1
            i += step
        return found

    return [*reversed(walk(-1)), at, *walk(1)]


def _aligned(reading: Reading, value: int, place: Place, say: Spelling[Key]) -> list[Key]:
    """Compare the place of the value among its numbers with that of the entity among its kind."""
    at = reading.value_units[value]
    values = _run(reading, at, "<#>")
    names = _run(reading, place.unit, reading.units[place.unit].key)
    if len(names) < 2 or len(values) < 2:
        return [say("coordinated=", f"{len(values) > 1} {len(names) > 1}")]
    nth, mth = values.index(at), names.index(place.unit)
    respectively = "resp" if "respectively" in reading.keys(at, reading.first[reading.units[at].sentence + 1]) else ""
    found = [say("align=", f"{nth == mth} {len(values) == len(names)} {respectively}")]
    found.append(say("align=", f"{nth == mth} {place.unit < at}"))
    if len(values) == 2 * len(names):
        found.append(say("align-half=", f"{nth % len(names) == mth} {nth // 2 == mth}"))
    return found
