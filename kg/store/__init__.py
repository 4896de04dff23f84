"""Store: the graph directory, an Oxigraph store beside the ledger that it is derived from.

GRAPH/
├─ graph.json       format version and base IRI
├─ ledger.sqlite    what was read and extracted: the truth (`kg.store.ledger`)
├─ store/           the quads, derived from the ledger (Oxigraph)
├─ standings.sqlite results as leaderboards show them, derived from the store (`kg.query.standings`)
└─ problems.jsonl   what was not read or not extracted, and why
"""

from kg.store.directory import GraphDirectory, open_store

__all__ = ["GraphDirectory", "open_store"]
