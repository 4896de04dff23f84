"""What a notebook shows."""

from html.parser import HTMLParser

import pytest
from pictured import M, Role, fill, paper
from pyoxigraph import Store

from kg.errors import QueryError
from kg.view import draw
from kg.view.notebook import Inline, card, inline, overview

EVIL = '"><img src=x onerror="window.hit=1"><script>window.hit=1</script>'


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)


def tags(html: str) -> set[str]:
    parser = Tags()
    parser.feed(html)
    return set(parser.seen)


@pytest.fixture
def store() -> Store:
    made = Store()
    fill(made, [paper("1", f"On {EVIL}", f"We propose {EVIL} here.", {EVIL: (M, Role.PROPOSES)})], {EVIL: ("evil",)})
    return made


def test_a_page_is_framed_whole(store: Store) -> None:
    view = draw(store)
    assert tags(view._repr_html_()) == {"iframe"}
    assert 'sandbox="allow-scripts' in view._repr_html_()
    assert view._repr_html_() == inline(view.html)
    assert "<html" not in repr(view)
    assert tags(Inline("<p>x</p>")._repr_html_()) == {"iframe"}


def test_a_card_tells_and_escapes(store: Store) -> None:
    for name in ("evil", EVIL):  # by alias, by label
        html = card(store, name)._repr_html_()
        assert tags(html) <= {"h4", "small", "p", "b", "blockquote", "mark", "table", "tr", "th", "td"}
        assert "proposes" in html
    [told] = card(store, "evil").papers
    assert told["roles"] == ["proposes"]
    assert tags(card(store, f"On {EVIL}")._repr_html_()) <= {"h4", "small", "blockquote", "mark"}


def test_an_unknown_name_is_refused(store: Store) -> None:
    with pytest.raises(QueryError, match="no entity or paper is called 'nobody'"):
        card(store, "nobody")


def test_an_overview_counts() -> None:
    assert "<td>1,234</td>" in overview("<g>", {"Paper": 1234})
    assert "&lt;g&gt;" in overview("<g>", {})
