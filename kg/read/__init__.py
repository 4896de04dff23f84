"""Read: from the files people have to papers with metadata."""
