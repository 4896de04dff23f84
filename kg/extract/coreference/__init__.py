"""Gather the mentions of one abstract into entities: mentions → clusters of one name → pairs → entities."""

from kg.extract.coreference.gather import (
    Clusters,
    Named,
    clustered,
    coreference_key,
    gather,
    linked,
    long_forms_of,
    phrases_of,
    tied,
)
from kg.extract.coreference.model import FILES, PairModel, Ties, compared, load_model

__all__ = [
    "FILES",
    "Clusters",
    "Named",
    "PairModel",
    "Ties",
    "clustered",
    "compared",
    "coreference_key",
    "gather",
    "linked",
    "load_model",
    "long_forms_of",
    "phrases_of",
    "tied",
]
