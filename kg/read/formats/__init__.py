"""The formats, each a file with one registration; a new one is a new file and a line here."""

from kg.read.formats import (
    acl_xml,
    arxiv_json,
    atom,
    bibtex,
    html,
    json_records,
    labelled,
    listing,
    oai,
    openalex,
    papers_with_code,
    plain,
    profile,
    semantic_scholar,
    table,
    tagged,
)
from kg.read.formats.base import Format, Item

__all__ = ["FORMATS", "Format", "Item"]

_ALL = (
    tagged.RIS,
    tagged.MEDLINE,
    acl_xml.FORMAT,
    oai.FORMAT,
    atom.FORMAT,
    html.FORMAT,
    openalex.FORMAT,
    papers_with_code.FORMAT,
    arxiv_json.FORMAT,
    semantic_scholar.FORMAT,
    bibtex.FORMAT,
    json_records.FORMAT,
    table.FORMAT,
    profile.FORMAT,
    listing.FORMAT,
    labelled.FORMAT,
    plain.FORMAT,
)

#: By name, in the order in which equally sure sniffing rules win.
FORMATS: dict[str, Format] = {known.name: known for known in _ALL}
