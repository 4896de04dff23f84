"""View: from a store to pages that people look at, each one file that loads nothing from anywhere."""

from kg.view.page import View, check_target, draw, render, to_pyvis
from kg.view.select import Selection, find_entity, select
from kg.view.sheet import leaderboard_page, matrix_page
from kg.view.whole import whole_graph

__all__ = [
    "Selection",
    "View",
    "check_target",
    "draw",
    "find_entity",
    "leaderboard_page",
    "matrix_page",
    "render",
    "select",
    "to_pyvis",
    "whole_graph",
]
