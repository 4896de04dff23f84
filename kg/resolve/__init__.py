"""Records of all papers → entities of the graph: one node for one thing, whatever it is called and in any order."""

from kg.resolve.decisions import Decisions, load_decisions, parse_decisions
from kg.resolve.resolved import Resolved
from kg.resolve.resolver import Changes, Resolver

__all__ = ["Changes", "Decisions", "Resolved", "Resolver", "load_decisions", "parse_decisions"]
