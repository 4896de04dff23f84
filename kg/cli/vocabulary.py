"""`kg vocabulary`: turn a catalogue into a vocabulary for `kg build --vocabulary`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["vocabulary"]


def vocabulary(
    catalogue: Annotated[
        Path, typer.Argument(metavar="FILE", help="Papers-with-Code JSON (.json, .json.gz), or CSO (.csv, .ttl, .nt).")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here and not to standard output.")
    ] = None,
) -> None:
    """Write a catalogue's methods, datasets, metrics and tasks as SKOS Turtle, to check and to build with."""
    import io

    from kg.errors import InputError
    from kg.resolve.importers import import_cso, import_paperswithcode, write_turtle

    read = import_paperswithcode if ".json" in catalogue.suffixes else import_cso
    text = io.StringIO()
    write_turtle(read(catalogue), text, scheme=catalogue.name.partition(".")[0])
    if output is None:
        sys.stdout.write(text.getvalue())
        return
    try:
        output.write_text(text.getvalue(), "utf-8")
    except OSError as error:
        hint = "name a file in a folder that is there"
        raise InputError(f"cannot be written ({error.strerror})", path=output, hint=hint) from error
