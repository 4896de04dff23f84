"""Features that tell whether a number is a result, and which entity its metric, dataset, method and baseline is."""

import re
from collections.abc import Sequence

from kg.extract.facts.heads import Features
from kg.extract.facts.reading import LETTER, Place, Reading
from kg.extract.facts.roles import bin_of, surface_features

__all__ = ["NONE", "SLOTS", "kind_features", "link_features", "slot_candidates"]

#: The links of a result, in the order in which they are decided, with the letter of the entities that may fill them.
SLOTS = {"metric": "A", "dataset": "D", "method": "M", "baseline": "M"}
#: More candidates than any abstract has; further back than this many words, what stands between is not counted.
_MOST, _BACK = 32, 400
NONE = -1  # the candidate "the text names none"

_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE_ENDS = {",", ";", ":", "(", ")", "and", "or", "while", "which", "respectively", "but", "whereas"}


def kind_features(reading: Reading, value: int) -> Features:
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
        f"unit={v.unit}",
        f"sign={v.sign}",
        f"decimals={min(decimals, 3)}",
        f"whole={whole}",
        f"shape={whole}.{min(decimals, 2)}{v.unit}",
        f"range={v.value is None}",
        f"thousands={printed}",
        f"year={bool(_YEAR.fullmatch(digits))}",
        f"title={reading.is_title(sentence)}",
    ]
    if v.value in {"0", "1", "2", "3", "4", "5"}:
        found.append(f"digit={v.value}")
    for offset in (-4, -3, -2, -1, 1, 2, 3, 4):
        found.append(f"{offset}={around(at, offset)}")
    l1, l2, r1, r2 = around(at, -1), around(at, -2), around(at, 1), around(at, 2)
    found += [f"ll={l2} {l1}", f"rr={r1} {r2}", f"lr={l1} {r1}", f"u|r1={v.unit} {r1}", f"u|l1={v.unit} {l1}"]
    found += [f"lll={around(at, -3)} {l2} {l1}", f"rrr={r1} {r2} {around(at, 3)}"]
    found += [f"L:{k}" for k in dict.fromkeys(reading.keys(max(start, at - 10), at))]
    found += [f"R:{k}" for k in dict.fromkeys(reading.keys(at + 1, min(end, at + 11)))]
    found += [f"S:{k}" for k in dict.fromkeys(reading.keys(start, end))]
    found += [f"u{v.unit}L:{k}" for k in dict.fromkeys(reading.keys(max(start, at - 5), at))]
    found += [f"u{v.unit}R:{k}" for k in dict.fromkeys(reading.keys(at + 1, min(end, at + 4)))]
    same = [i for i, u in enumerate(reading.value_units) if reading.units[u].sentence == sentence]
    found.append(f"values={bin_of(len(same), 2, 3, 5)}")
    for side, other in (("prev", value - 1), ("next", value + 1)):
        if other in same:
            far = abs(reading.value_units[other] - at)
            found += [f"{side}-unit={reading.values[other].unit}", f"{side}-far={bin_of(far, 2, 3, 5, 8)}"]
            found.append(f"{side}-decimal={'.' in (reading.values[other].value or '')}")
    last = len(reading.sentences) - 1
    found.append(f"at={round(5 * sentence / last) if last else 0}")
    found.append(f"before={reading.text[max(0, v.start - 1) : v.start]}")
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
    roles: Sequence[Features],
    before: Sequence[int],
    chosen: dict[str, int],
) -> list[dict[str, float]]:
    """Describe each candidate of a slot beside a value.

    `roles` are the probabilities of each entity's roles; `before` what the earlier values of the text took for this
    slot, latest last; `chosen` what the slots decided earlier took for this value.
    """
    at = reading.value_units[value]
    unit = reading.units[at]
    typed = [c for c in candidates if c != NONE]
    here = [c for c in typed if any(p.sentence == unit.sentence for p in _own_places(reading, c))]
    items: list[dict[str, float]] = []
    nearest = _nearest(reading, here, at, unit.sentence)
    bound = _bound(reading, value, SLOTS[slot])
    for c in candidates:
        if c == NONE:
            found = _none(reading, value, slot, kind, len(typed), len(here), before, nearest)
            mark = "0|"
        else:
            found = _entity(reading, value, slot, c, kind, roles[c], before, chosen, nearest, len(typed), len(here))
            mark = "1|"
        # A name bound to the number by a short path speaks against every other one, the paper's own method too.
        for path, entity in bound:
            found[f"{mark}bound={path} {entity == c}"] = 1.0
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


def _base(reading: Reading, value: int, kind: str) -> list[str]:
    v = reading.values[value]
    at = reading.value_units[value]
    around = reading.around
    return [
        f"kind={kind}",
        f"unit={v.unit}",
        f"r1={around(at, 1)}",
        f"rr={around(at, 1)} {around(at, 2)}",
        f"l1={around(at, -1)}",
        f"ll={around(at, -2)} {around(at, -1)}",
    ]


def _none(
    reading: Reading,
    value: int,
    slot: str,
    kind: str,
    typed: int,
    here: int,
    before: Sequence[int],
    nearest: dict[int, tuple[int, Place]],
) -> dict[str, float]:
    at = reading.value_units[value]
    sentence = reading.units[at].sentence
    start, end = reading.first[sentence], reading.first[sentence + 1]
    found = _base(reading, value, kind)
    found += [f"typed={bin_of(typed, 1, 2, 4)}", f"here={bin_of(here, 1, 2, 4)}"]
    found += [f"kind={kind} here={bin_of(here, 1, 2)}", f"kind={kind} typed={bin_of(typed, 1, 2)}"]
    if before:
        found.append(f"before-none={before[-1] == NONE}")
    found += [f"S:{k}" for k in dict.fromkeys(reading.keys(max(start, at - 12), min(end, at + 12)))]
    if nearest:
        far = min(abs(p.unit - at) for _, p in nearest.values())
        found.append(f"far={bin_of(far, 2, 3, 5, 8, 13)}")
    return {f"0|{f}": 1.0 for f in found}


def _entity(
    reading: Reading,
    value: int,
    slot: str,
    c: int,
    kind: str,
    roles: Features,
    before: Sequence[int],
    chosen: dict[str, int],
    nearest: dict[int, tuple[int, Place]],
    typed: int,
    here: int,
) -> dict[str, float]:
    at = reading.value_units[value]
    sentence = reading.units[at].sentence
    places = _own_places(reading, c)
    found = [f"kind={kind}", f"typed={bin_of(typed, 2, 3, 5)}", f"places={bin_of(len(places), 2, 3, 5)}"]
    items: dict[str, float] = {f"1|{slot}:{role}": p for role, p in roles.items()}
    items.update({f"1|{role}:{kind}": p for role, p in roles.items()})
    # "versus", "from", "(" before a number, "for", "to" after it tell the paper's own method from the others.
    sides = f"l1={reading.around(at, -1)}", f"r1={reading.around(at, 1)}"
    for role in ("main", "comparesWith"):
        items.update({f"1|{role}:{side}": roles.get(role, 0.0) for side in sides})
    if c in nearest:
        items.update({f"1|here:{role}": p for role, p in roles.items()})
        rank, place = nearest[c]
        found += _near(reading, at, place, kind)
        found += [f"rank={bin_of(rank, 1, 2, 3)}", f"here={bin_of(here, 1, 2, 3)} rank={bin_of(rank, 1, 2)}"]
        found += [f"inner={place.inner}"]
        side = [o for o, (_, p) in nearest.items() if (p.unit < at) == (place.unit < at)]
        found.append(
            f"side-rank={bin_of(sum(nearest[o][0] < rank for o in side), 1, 2)} {'<' if place.unit < at else '>'}"
        )
        found += _aligned(reading, value, place, SLOTS[slot])
    else:
        distance = min((abs(p.sentence - sentence) for p in places), default=99)
        earlier = any(p.sentence < sentence for p in places)
        found += [f"away={bin_of(distance, 1, 2, 3, 5)} {earlier}", f"away here={bin_of(here, 1, 2)}"]
        found += [f"away kind={kind}", f"away typed={bin_of(typed, 1, 2, 4)}"]
        if any(p.sentence == sentence - 1 for p in places):
            found.append("previous-sentence")
        last = max((p.unit for p in places if p.unit < at), default=-1)
        if last >= 0:
            wanted = f"<{SLOTS[slot]}>"
            values, names = _run(reading, at, "<#>"), _run(reading, last, wanted)
            if len(values) == len(names) > 1:
                found.append(f"away align={values.index(at) == names.index(last)}")
            between = {u.entity for u in reading.units[max(last + 1, at - _BACK) : at] if u.key == wanted} - {c}
            found.append(f"away between={bin_of(len(between), 1, 2, 3)}")
    if any(reading.is_title(p.sentence) for p in places):
        found.append("title")
    if places:
        found.append(f"first={bin_of(places[0].sentence, 1, 2, 4)}")
    found += [f"s:{f}" for f in surface_features(reading.entities[c].name)]
    found.append(f"type={reading.entities[c].type}")
    if before:
        found.append(f"last-took={before[-1] == c} {c in nearest}")
        found.append(f"ever-took={c in before}")
        found.append(f"last-took={before[-1] == c} r1={reading.around(at, 1)}")
        found.append(f"last-took={before[-1] == c} l1={reading.around(at, -1)}")
        found.append(f"last-took={before[-1] == c} {_since(reading, value, SLOTS[slot])}")
    if chosen.get("method") == c:
        found.append("is-method")
    items.update({f"1|{f}": 1.0 for f in found})
    return items


def _near(reading: Reading, at: int, place: Place, kind: str) -> list[str]:
    """Describe the stretch between a value and an entity of its sentence."""
    far = place.unit - at
    side = "<" if far < 0 else ">"
    lo, hi = (place.unit + 1, at) if far < 0 else (at + 1, place.unit)
    between = reading.units[lo:hi]
    keys = [u.key for u in between]
    own = reading.units[place.unit].key
    found = [f"dist={side}{bin_of(abs(far), 2, 3, 4, 6, 9, 13, 20)}", f"side={side} kind={kind}"]
    found.append(f"mid-values={side}{bin_of(sum(u.value >= 0 for u in between), 1, 2, 3)}")
    found.append(f"mid-same={side}{bin_of(sum(k == own for k in keys), 1, 2)}")
    found.append(f"mid-marks={side}{bin_of(sum(k in {',', ';'} for k in keys), 1, 2, 4)}")
    if len(keys) <= 4:
        found.append(f"path={side}{' '.join(keys)}")
    found += [f"mid{side}{k}" for k in dict.fromkeys(keys)]
    found += [f"mid1{side}{k}" for k in keys[:1]] + [f"midn{side}{k}" for k in keys[-1:]]
    around = reading.around
    found += [f"el1={side}{around(place.unit, -1)}", f"el2={side}{around(place.unit, -2)} {around(place.unit, -1)}"]
    found += [f"er1={side}{around(place.unit, 1)}", f"kind={kind} el1={side}{around(place.unit, -1)}"]
    found.append(f"vr1={side}{around(at, 1)}")
    found.append(f"vl1={side}{around(at, -1)}")
    sentence = reading.units[at].sentence
    opening = reading.first[sentence]
    found.append(f"opens={side}{bin_of(place.unit - opening, 1, 2, 4)}")
    found.append(f"clauses={side}{bin_of(sum(k in _SENTENCE_ENDS for k in keys), 1, 2, 3, 5)}")
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


def _aligned(reading: Reading, value: int, place: Place, letter: str) -> list[str]:
    """Compare the place of the value among its numbers with that of the entity among its kind."""
    at = reading.value_units[value]
    values = _run(reading, at, "<#>")
    names = _run(reading, place.unit, reading.units[place.unit].key)
    if len(names) < 2 or len(values) < 2:
        return [f"coordinated={len(values) > 1} {len(names) > 1}"]
    nth, mth = values.index(at), names.index(place.unit)
    respectively = "resp" if "respectively" in reading.keys(at, reading.first[reading.units[at].sentence + 1]) else ""
    found = [f"align={nth == mth} {len(values) == len(names)} {respectively}"]
    found.append(f"align={nth == mth} {place.unit < at}")
    if len(values) == 2 * len(names):
        found.append(f"align-half={nth % len(names) == mth} {nth // 2 == mth}")
    return found
