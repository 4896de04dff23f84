"""Graph: from records to RDF quads, one function a record type."""
