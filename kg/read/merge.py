"""Records of one paper to one record with the fullest metadata: a function of the set of records, in any order.

Each field is chosen on its own: the identifiers and links are those of all, the date the most exact and then the
earliest, the venue one that is more than the place of a preprint, title and text the longest. What differs stays in
`Paper.records` with its source.
"""

from collections.abc import Iterable

from kg.iris import digest
from kg.model import Abstract, Paper
from kg.read.ids import SCHEMES, implied, key_of, ordered
from kg.read.people import merged_authors
from kg.read.text import fold
from kg.read.venue import is_repository

__all__ = ["merge", "sort_key"]

#: As in `identity`: an abstract shorter than this names a paper only together with its title.
_TELLING_ABSTRACT = 120


def sort_key(record: Abstract) -> tuple[str, ...]:
    """Return what records are sorted by: all that they hold, as text."""
    people = "\x1e".join(f"{p.name}\x1f{p.orcid or ''}\x1f{p.id or ''}" for p in record.authors)
    return (
        record.source,
        f"{record.line or 0:012d}",
        record.abstract,
        record.title or "",
        "\x1e".join(record.ids),
        f"{record.version or 0:06d}",
        people,
        record.issued or "",
        record.venue or "",
        record.comment or "",
        "\x1e".join(record.links),
    )


def merge(records: Iterable[Abstract]) -> Paper:
    """Merge the records of one paper; they must be at least one."""
    same = sorted(set(records), key=sort_key)
    if not same:
        raise ValueError("a paper is made of at least one record")
    text = _fullest(same, "abstract")
    ids = ordered(implied(id_ for record in same for id_ in record.ids))
    sources = tuple(sorted({record.source for record in same if record.source}))
    dates = sorted({record.issued for record in same if record.issued}, key=lambda date: (-len(date), date))
    record = Abstract(
        abstract=text.abstract,
        title=text.title or _fullest(same, "title").title,
        ids=ids,
        version=max((record.version for record in same if record.version), default=None),
        authors=merged_authors([record.authors for record in same]),
        issued=dates[0] if dates else None,
        venue=_venue(same),
        comment=_fullest(same, "comment").comment,
        links=tuple(sorted({link for record in same for link in record.links})),
        source=text.source,
        line=text.line,
    )
    return Paper(_key(ids, same), record, sources, tuple(same))


def _fullest(same: "list[Abstract]", name: str) -> Abstract:
    """Return the record whose field has the most letters; among equals the one that sorts first by the field."""

    def rank(record: Abstract) -> tuple[int, str]:
        value: str = getattr(record, name) or ""
        return -len(fold(value)), value

    return min(same, key=rank)


def _venue(same: "list[Abstract]") -> str | None:
    venues = [record.venue for record in same if record.venue]
    count = {venue: venues.count(venue) for venue in venues}
    return min(count, key=lambda venue: (is_repository(venue), -count[venue], len(venue), venue), default=None)


def _key(ids: tuple[str, ...], same: "list[Abstract]") -> str:
    named = next((id_ for id_ in ids if id_.partition(":")[0] in SCHEMES), None)
    if named:
        return key_of(named)
    digests = set[str]()
    for record in same:
        abstract = fold(record.abstract)
        digests.add(
            digest(abstract) if len(abstract) >= _TELLING_ABSTRACT else digest(abstract, fold(record.title or ""))
        )
    return f"sha-{min(digests)}"
