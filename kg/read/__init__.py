"""Read: from the files people have to papers with metadata.

for item in kg.read.read(["papers/", "listing.txt.gz"]):
    ...   # an Abstract, or a Problem that says what was not read and why
papers = kg.read.group(records)
"""

from kg.read.formats import FORMATS, Format
from kg.read.identity import connected, group, record_keys
from kg.read.merge import merge
from kg.read.people import person_key
from kg.read.reading import Progress, read, sniff
from kg.read.survey import Survey, survey

__all__ = [
    "FORMATS",
    "Format",
    "Progress",
    "Survey",
    "connected",
    "group",
    "merge",
    "person_key",
    "read",
    "record_keys",
    "sniff",
    "survey",
]
