"""The learned mention component."""
