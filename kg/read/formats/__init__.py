"""The formats, each a file with one registration; a new one is a new file and a line here."""

from kg.read.formats import json_records, labelled, listing, plain, profile
from kg.read.formats.base import Format, Item

__all__ = ["FORMATS", "Format", "Item"]

#: By name, in the order in which equally sure sniffing rules win.
FORMATS: dict[str, Format] = {
    module.FORMAT.name: module.FORMAT for module in (profile, listing, labelled, json_records, plain)
}
