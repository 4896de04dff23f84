"""The command `kg`: each command is a thin shell over a function of the library, in a module of its own name.

Modules here import only typer and the standard library at the top; what a command needs is imported inside it, so
that `kg --help` stays quick and a query never loads spaCy. stdout carries data alone; messages go to stderr.
"""

import errno
import os
import sys

from kg.errors import KgError

__all__ = ["main"]


def main() -> None:
    """Run the command line; a `KgError` or a full disk becomes one line on stderr and exit 1, a bug its traceback."""
    from kg.cli.app import app

    try:
        app()
    except KgError as error:
        if os.environ.get("KG_DEBUG"):
            raise
        print(f"kg: {error}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if error.errno != errno.ENOSPC or os.environ.get("KG_DEBUG"):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python's end tries once more
        print(f"kg: the output cannot be written ({error.strerror}); make room, then run it again", file=sys.stderr)
        sys.exit(1)
