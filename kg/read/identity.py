"""Which records are about one paper.

1. A record has keys: its identifiers (`arXiv:…`, `doi:…`, …), the digest of its folded abstract, and that of its
   folded title with the year. Records of one paper share a key; not all that share a key are of one paper.
2. Records are joined key by key, from the most to the least telling kind. Groups that share a key are joined unless
   two of them have different arXiv or ACL ids (for title and year: different DOIs or PMIDs neither): a wrong DOI, or
   a title used twice, must not melt two papers into one. Then only the groups without such an id are joined.
3. The outcome is a function of the set of records: keys are taken in sorted order, records in the order of their
   content.

A store that adds records later calls `group` again on all records that are connected by `record_keys`.
"""

from collections.abc import Callable, Iterable

from kg.iris import digest
from kg.model import Abstract, Paper
from kg.read.ids import SCHEMES, implied
from kg.read.merge import merge, sort_key
from kg.read.text import fold

__all__ = ["connected", "group", "record_keys", "same_record"]

#: Letters from which on an abstract identifies a paper: "This paper has been withdrawn by the author" does not.
_TELLING_ABSTRACT = 120
#: Letters from which on a title does so together with a year ("Introduction", "Editorial" do not).
_TELLING_TITLE = 20

_STAGES = (*SCHEMES, "text", "title")


def record_keys(record: Abstract) -> tuple[str, ...]:
    """Return the keys by which a record can be of one paper with another, the most telling first.

    >>> record_keys(Abstract("We train a model.", ids=("arXiv:2106.04632", "id:7")))
    ('arXiv:2106.04632', 'text:b99a76f4d2b4fc3e')
    """
    ids = sorted((id_ for id_ in implied(record.ids) if _stage(id_) < len(SCHEMES)), key=lambda id_: (_stage(id_), id_))
    abstract, title = fold(record.abstract), fold(record.title or "")
    keys = [*ids, f"text:{digest(abstract) if len(abstract) >= _TELLING_ABSTRACT else digest(abstract, title)}"]
    if len(title) >= _TELLING_TITLE and record.issued:
        keys.append(f"title:{digest(title, record.issued[:4])}")
    return tuple(keys)


def _stage(key: str) -> int:
    scheme = key.partition(":")[0]
    return _STAGES.index(scheme) if scheme in _STAGES else len(_STAGES)


def same_record(one: Abstract, other: Abstract) -> bool:
    """Tell a record that was changed from another that has its number ("7") in another file of the same name.

    It still shares a key or its title, or half of the words that its abstract now has.
    """
    if not set(record_keys(one)).isdisjoint(record_keys(other)):
        return True
    if one.title and other.title and fold(one.title) == fold(other.title):
        return True
    words, others = (set(record.abstract.casefold().split()) for record in (one, other))
    return 2 * len(words & others) >= len(words | others)


class _Groups:
    """Disjoint sets of record numbers, each with the ids that its records have."""

    def __init__(self, keys: "list[tuple[str, ...]]") -> None:
        self._parent = list(range(len(keys)))
        self.ids = [{key for key in own if _stage(key) < len(SCHEMES)} for own in keys]

    def find(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def join(self, numbers: "list[int]") -> None:
        if not numbers:
            return
        root = min(numbers)
        for number in numbers:
            if number != root:
                self._parent[number] = root
                self.ids[root] |= self.ids[number]


def _telling_apart(key: str) -> tuple[str, ...]:
    """Return the schemes in which one paper has one id, so that two ids are two papers."""
    if key.startswith("title:"):
        return ("arXiv", "acl", "doi", "pmid")
    return tuple(scheme for scheme in ("arXiv", "acl") if _stage(scheme + ":") < _stage(key))


def _joined(groups: _Groups, roots: "list[int]", key: str) -> None:
    schemes = _telling_apart(key)

    def of(root: int, scheme: str) -> set[str]:
        return {id_ for id_ in groups.ids[root] if id_.startswith(scheme + ":")}

    for scheme in schemes:
        own = [ids for root in roots if (ids := of(root, scheme))]
        if len(own) > 1 and not set.intersection(*own):
            groups.join([root for root in roots if not any(of(root, scheme) for scheme in schemes)])
            return
    groups.join(roots)


def group(records: Iterable[Abstract]) -> list[Paper]:
    """Merge records to papers, in the order of the papers' keys; the order of the records does not matter."""
    ordered = sorted(set(records), key=sort_key)
    keys = [record_keys(record) for record in ordered]
    holders: dict[str, list[int]] = {}
    for number, own in enumerate(keys):
        for key in own:
            holders.setdefault(key, []).append(number)
    groups = _Groups(keys)
    for key in sorted(holders, key=lambda key: (_stage(key), key)):
        _joined(groups, sorted({groups.find(number) for number in holders[key]}), key)
    papers: dict[int, list[Abstract]] = {}
    for number, record in enumerate(ordered):
        papers.setdefault(groups.find(number), []).append(record)
    return sorted((merge(same) for same in papers.values()), key=lambda paper: paper.key)


def connected(start: Abstract, holders: Callable[[str], Iterable[Abstract]]) -> list[Abstract]:
    """Return all records that are connected to one by keys; `holders` gives the records of a key, in any order.

    It is what has to be grouped anew when a record is added to or taken out of a store.
    """
    seen, todo, known = {start}, [start], set[str]()
    while todo:
        for key in record_keys(todo.pop()):
            if key not in known:
                known.add(key)
                new = [record for record in holders(key) if record not in seen]
                seen.update(new)
                todo.extend(new)
    return sorted(seen, key=sort_key)
