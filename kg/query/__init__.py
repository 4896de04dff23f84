"""Ask the graph: SPARQL, named queries and leaderboards, with answers in every usual form."""

from kg.query.results import Answer, Row, Rows, Term, Triples, Truth, python_value
from kg.query.run import query, query_store

__all__ = [
    "Answer",
    "Row",
    "Rows",
    "Term",
    "Triples",
    "Truth",
    "python_value",
    "query",
    "query_store",
]
