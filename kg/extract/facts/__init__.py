"""Facts: what a paper does with each entity, which numbers it states, how entities relate; each with its sentence."""

from kg.extract.facts.decide import Facts, Thresholds, read_facts

__all__ = ["Facts", "Thresholds", "read_facts"]
