"""Ask the graph: SPARQL, named queries and leaderboards, with answers in every usual form."""

from kg.query.leaderboard import Entry, Leaderboard, leaderboard
from kg.query.named import NamedQuery, Parameter, list_named, load_named, resolve
from kg.query.names import Named, find_entities, find_entity
from kg.query.results import Answer, Row, Rows, Term, Triples, Truth, python_value
from kg.query.run import query, query_store

__all__ = [
    "Answer",
    "Entry",
    "Leaderboard",
    "Named",
    "NamedQuery",
    "Parameter",
    "Row",
    "Rows",
    "Term",
    "Triples",
    "Truth",
    "find_entities",
    "find_entity",
    "leaderboard",
    "list_named",
    "load_named",
    "python_value",
    "query",
    "query_store",
    "resolve",
]
