"""Take the graph elsewhere: RDF files, graph files for Gephi, tables for pandas and DuckDB, evaluation tables."""

from kg.export.load import load
from kg.export.run import ENDINGS, export

__all__ = ["ENDINGS", "export", "load"]
