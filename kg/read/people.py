"""Who is who among authors: an ORCID or a source's own id across papers, else a name within its paper alone."""

from kg.iris import digest, slug
from kg.model import Person
from kg.read.ids import key_of
from kg.read.text import fold

__all__ = ["merged_authors", "person_key"]


def person_key(paper_key: str, person: Person) -> str:
    """Return a person's local name: by ORCID, else by the source's id, else by the paper and the name.

    Equal names in two papers are two people, for nothing says that they are one.

    >>> person_key("arxiv-2106.04632", Person("Ada Lovelace"))
    'arxiv-2106.04632-ada-lovelace-0c2420006d6f1970'
    >>> person_key("arxiv-2106.04632", Person("Ada Lovelace", orcid="0000-0002-1825-0097"))
    'orcid-0000-0002-1825-0097'
    """
    if person.orcid:
        return f"orcid-{person.orcid}"
    if person.id:
        return key_of(person.id)
    readable = slug(person.name)
    return f"{paper_key}-{readable}-{digest(paper_key, fold(person.name) or person.name)}"


def merged_authors(lists: "list[tuple[Person, ...]]") -> tuple[Person, ...]:
    """Merge the author lists of one paper: the longest, with the ids that any list gives for the same name.

    Within one paper the same name is the same person; a name that the longest list lacks comes after it, so that
    nobody is lost.
    """
    ranked = sorted(
        (people for people in lists if people),
        key=lambda people: (-len(people), -sum(bool(p.orcid or p.id) for p in people), tuple(map(_whole, people))),
    )
    if not ranked:
        return ()
    order: dict[str, list[Person]] = {}
    # By folded family name: the places in `order` where somebody of it stands. A collaboration has thousands of names.
    families: dict[str, dict[int, str]] = {}
    places: dict[str, int] = {}
    for people in ranked:
        for person in people:
            family = _family(person.name)
            relatives = families.setdefault(family, {})
            name = _known(order, relatives, person)
            order.setdefault(name, []).append(person)
            relatives[places.setdefault(name, len(places))] = name
    return tuple(_one(same) for same in order.values())


def _whole(person: Person) -> tuple[str, str, str]:
    return person.name, person.orcid or "", person.id or ""


def _words(name: str) -> list[str]:
    return name.replace(".", ". ").split()


def _family(name: str) -> str:
    words = _words(name)
    return fold(words[-1]) if len(words) > 1 else ""


def _known(order: "dict[str, list[Person]]", relatives: dict[int, str], person: Person) -> str:
    """Return the name under which a person stands already: the same letters, or "A. Lovelace" for "Ada Lovelace"."""
    name = fold(person.name) or person.name
    if name in order:
        return name
    for _, known in sorted(relatives.items()):
        if any(_abbreviates(person.name, one.name) or _abbreviates(one.name, person.name) for one in order[known]):
            return known
    return name


def _abbreviates(short: str, long: str) -> bool:
    """Say whether one name is the other with initials for given names."""
    words, others = _words(short), _words(long)
    if len(words) < 2 or len(others) < 2 or fold(words[-1]) != fold(others[-1]):
        return False
    initial = fold(words[0])
    return len(initial) == 1 and fold(others[0]).startswith(initial)


def _one(same: "list[Person]") -> Person:
    names = sorted({person.name for person in same}, key=lambda name: (-len(name), name))
    orcids = sorted({person.orcid for person in same if person.orcid})
    ids = sorted({person.id for person in same if person.id})
    return Person(names[0], orcids[0] if orcids else None, ids[0] if ids else None)
