"""Resolve: from the entities of each paper to one node for one thing."""
