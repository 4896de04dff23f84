"""What the commands say while they work: on stderr, and moving only on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kg.errors import InputError

__all__ = ["columns_of", "progress_bar", "say"]


def say(message: str) -> None:
    """Print a message for the person, apart from the data."""
    print(f"kg: {message}", file=sys.stderr)


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int | None], None]]:
    """Show how far each stage is, with rate and time left; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:8}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        tasks: dict[str, int] = {}

        def progress(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield progress


def columns_of(pairs: list[str] | None) -> dict[str, str] | None:
    """Turn FIELD=COLUMN pairs into a mapping."""
    if not pairs:
        return None
    split = [pair.partition("=") for pair in pairs]
    for pair, (field, equals, column) in zip(pairs, split, strict=True):
        if not (field and equals and column):
            raise InputError(f"--columns {pair!r} is not FIELD=COLUMN", hint="for example --columns abstract=Summary")
    return {field: column for field, _, column in split}
