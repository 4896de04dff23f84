"""View: pictures of the graph as self-contained pages."""
