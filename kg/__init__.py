"""paperkg: a knowledge graph from research abstracts."""

__version__ = "0.1.0"
