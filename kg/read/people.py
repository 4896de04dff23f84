"""Who is who among authors: an ORCID or a source's own id across papers, else a name within its paper alone."""

from collections.abc import Collection, Iterable

from kg.iris import digest, slug
from kg.model import Person
from kg.read.ids import key_of
from kg.read.text import fold

__all__ = ["author_keys", "fullest", "merged_authors", "person_key"]


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


def author_keys(paper_key: str, authors: "Iterable[Person]") -> tuple[str, ...]:
    """Return the key of each author of a paper, in order."""
    return tuple(person_key(paper_key, person) for person in authors)


def merged_authors(lists: "list[tuple[Person, ...]]") -> tuple[Person, ...]:
    """Merge the author lists of one paper: the longest, with the ids that any list gives for the same name.

    Within one paper the same name is the same person, unless one list has it twice with different ids; initials stand
    for a name of another list alone, for one list names everybody once. A name that the longest list lacks comes
    after it, so that nobody is lost.
    """
    ranked = sorted(
        (people for people in lists if people),
        key=lambda people: (-len(people), -sum(bool(p.orcid or p.id) for p in people), tuple(map(_whole, people))),
    )
    if not ranked:
        return ()
    order: dict[str, list[Person]] = {}
    namesakes: dict[str, list[str]] = {}
    # By folded family name: the places in `order` where somebody of it stands. A collaboration has thousands of names.
    families: dict[str, dict[int, str]] = {}
    places: dict[str, int] = {}
    for people in ranked:
        listed: dict[str, Person] = {}
        for person in people:
            family = _family(person.name)
            relatives = families.setdefault(family, {})
            alike = namesakes.setdefault(fold(person.name) or person.name, [])
            name = _known(order, relatives, alike, listed, person)
            if name not in order:
                alike.append(name)
            order.setdefault(name, []).append(person)
            if name not in listed or not (listed[name].orcid or listed[name].id):
                listed[name] = person
            relatives[places.setdefault(name, len(places))] = name
    return tuple(fullest(same) for same in order.values())


def _whole(person: Person) -> tuple[str, str, str]:
    return person.name, person.orcid or "", person.id or ""


def _words(name: str) -> list[str]:
    return name.replace(".", ". ").split()


def _family(name: str) -> str:
    words = _words(name)
    return fold(words[-1]) if len(words) > 1 else ""


def _known(
    order: "dict[str, list[Person]]",
    relatives: dict[int, str],
    namesakes: list[str],
    listed: dict[str, Person],
    person: Person,
) -> str:
    """Return the name under which a person stands already: the same letters, or "A. Lovelace" for "Ada Lovelace".

    `listed` are those of the person's own list, by the names under which they stand.
    """
    ids = {person.orcid, person.id} - {None}
    if found := next((name for name in namesakes if any(ids & {one.orcid, one.id} for one in order[name])), None):
        return found
    for name in namesakes:
        if name not in listed or not _apart(person, listed[name]):
            return name
    name = fold(person.name) or person.name
    if namesakes:
        return f"{name}\x1f{person.orcid or person.id}"
    for _, known in sorted(relatives.items()):
        if known in listed:
            continue
        if any(_abbreviates(person.name, one.name) or _abbreviates(one.name, person.name) for one in order[known]):
            return known
    return name


def _apart(one: Person, other: Person) -> bool:
    """Say whether two of one name and one list are two people: both have an ORCID, or else an id, and not the same."""
    if one.orcid and other.orcid:
        return one.orcid != other.orcid
    return bool(one.id and other.id and one.id != other.id)


def _abbreviates(short: str, long: str) -> bool:
    """Say whether one name is the other with initials for given names."""
    words, others = _words(short), _words(long)
    if len(words) < 2 or len(others) < 2 or fold(words[-1]) != fold(others[-1]):
        return False
    initial = fold(words[0])
    return len(initial) == 1 and fold(others[0]).startswith(initial)


def fullest(same: "Collection[Person]") -> Person:
    """Return one person of several spellings: the longest name, the first ORCID and id by letters."""
    names = sorted({person.name for person in same}, key=lambda name: (-len(name), name))
    orcids = sorted({person.orcid for person in same if person.orcid})
    ids = sorted({person.id for person in same if person.id})
    return Person(names[0], orcids[0] if orcids else None, ids[0] if ids else None)
