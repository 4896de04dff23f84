"""Serve a graph: a SPARQL 1.1 Protocol endpoint with a query page, read-only, on this machine alone by default."""

from kg.serve.app import Limits, make_app
from kg.serve.run import serve

__all__ = ["Limits", "make_app", "serve"]
