"""Pair the numbers of a list with the names of a list: "91.2 and 88.0 on A and B, respectively".

Learnt scorers see such sentences too seldom to trust them; the grammar is plain, so this is a rule.
"""

from collections.abc import Sequence

from kg.extract.facts.reading import Reading

__all__ = ["paired"]

_JOINTS = {",", "and", "&", "/", "or", "the", "+", "~", "an", "a", "on", "both"}
#: Without "respectively" a list of numbers must be this long, and nothing but commas and units may part its numbers.
_LONG = 3
_REACH = 3
#: What stands further away, in words, is not looked at: a sentence may be as long as the text.
_FAR = 150


def paired(reading: Reading, value: int, letter: str) -> int | None:
    """Return the entity of the type of `letter` that a number's place in a list gives it, or None.

    A sentence tells so where one list of its names is as long as the list of numbers, and it says "respectively" or the
    numbers are three or more in a row.
    """
    at = reading.value_units[value]
    sentence = reading.units[at].sentence
    start, end = max(reading.first[sentence], at - _FAR), min(reading.first[sentence + 1], at + _FAR)
    respectively = "respectively" in reading.keys(at, end)
    numbers = next(run for run in _runs(reading, start, end, "<#>", _REACH) if at in run)
    if len(numbers) < 2 or (len(numbers) < _LONG and not respectively):
        return None
    names = [run for run in _runs(reading, start, end, f"<{letter}>", 0) if len(run) == len(numbers)]
    if len(names) != 1:
        return None
    entities = [reading.units[unit].entity for unit in names[0]]
    return entities[numbers.index(at)] if len(set(entities)) == len(entities) else None


def _runs(reading: Reading, start: int, end: int, key: str, words: int) -> Sequence[Sequence[int]]:
    """Return the units of one kind in lists: parted by commas and the like, and at most `words` other words."""
    runs: list[list[int]] = []
    others, joined = 0, False
    for unit in range(start, end):
        here = reading.units[unit].key
        if here == key:
            if runs and joined and others <= words:
                runs[-1].append(unit)
            else:
                runs.append([unit])
            others, joined = 0, False
        elif here in _JOINTS:
            joined = True
        elif here.startswith("<") and key != "<#>":
            others = words + 1
        else:
            others += 1
    return runs
