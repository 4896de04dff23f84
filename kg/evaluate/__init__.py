"""Evaluate: compare what was extracted from papers with what a curator wrote down.

Precision and recall of entities (typed, untyped, each type), links, results and relations, and the shares of merges,
roles and code links, one paper at a time and summed over papers; `figures` defines each.
"""

from kg.evaluate.facts import Facts, facts_of, facts_of_gold, read_facts
from kg.evaluate.figures import Error, Evaluation, Figure, Share, evaluate
from kg.evaluate.gold import Gold, read_gold
from kg.evaluate.run import evaluate_file, report

__all__ = [
    "Error",
    "Evaluation",
    "Facts",
    "Figure",
    "Gold",
    "Share",
    "evaluate",
    "evaluate_file",
    "facts_of",
    "facts_of_gold",
    "read_facts",
    "read_gold",
    "report",
]
