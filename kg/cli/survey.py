"""What `kg build --dry-run` prints: for each file its format, records and what would be skipped, with examples."""

from collections.abc import Mapping

from kg.cli.console import say

__all__ = ["print_survey"]


def print_survey(inputs: list[str], format: str | None, columns: Mapping[str, str] | None) -> None:
    """Read the inputs as a build would, and build nothing."""
    from kg.read.survey import survey

    records = broken = 0
    for file in survey(inputs, format=format, columns=columns):
        records += file.records
        broken += file.broken
        fields = ", ".join(f"{name} {number}" for name, number in file.fields.items() if number)
        print(f"{file.path}: {file.format or 'no format'}, {file.records} records" + (f" ({fields})" if fields else ""))
        for (kind, reason), number in file.problems.items():
            print(f"  {kind} {number}: {reason}")
            for example in file.examples:
                if (example.kind, example.message) == (kind, reason):
                    print(f"    line {example.line}: {example.excerpt}" if example.line else f"    {example.excerpt}")
    say(
        f"{records} records would be read"
        + (f"; {broken} broken ones end a build without --skip-bad" if broken else "")
    )
