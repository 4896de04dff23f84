"""Read inputs: find the files, recognise their formats, and yield what stands in them, one record at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.model import Abstract, Problem, ProblemKind
from kg.read.document import Document, Head
from kg.read.files import BROKEN_STREAM, Source, expand
from kg.read.formats import FORMATS, Format

__all__ = ["Progress", "opened", "read", "recognise", "sniff"]

#: Called with the file's path, the bytes taken from it so far, and its size where it is known.
Progress = Callable[[str, int, int | None], None]

_EVERY = 1 << 20


def read(
    inputs: Iterable[str | Path],
    *,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Iterator[Abstract | Problem]:
    """Read files, folders, globs or "-" to records and problems, lazily and in constant memory.

    `format` is one of `FORMATS`, else each file is sniffed; `columns` maps the names of our fields (`title`,
    `abstract`, `authors`, `year`, `venue`, `doi`, `arxiv`, `url`, `id`, `comment`) to a table's own columns.

    A missing, empty or binary file, an unknown format and a folder without abstracts are an `InputError`, raised
    by the call itself before anything is read. A record that cannot be read is a `Problem` of the kind `broken`;
    what is no record is one of the kind `noise`, a record without an abstract `skipped`: nothing is dropped silently.
    """
    chosen = _named(format)
    files = [_File.of(source, chosen, columns) for source in expand(inputs)]
    if not files:
        raise InputError("no files to read", hint="give files, folders, or - for standard input")
    if not any(file.format for file in files):
        problem = next((file.problem for file in files if file.problem), None)
        folder = next(iter(files)).source
        hint = f"the first file: {problem.message}" if problem else None
        raise InputError("no file with abstracts", path=Path(folder.path).parent, hint=hint)
    return _records(files, columns, progress)


def sniff(head: Head) -> Format | None:
    """Return the format that is surest to recognise the beginning of a file, None where none does."""
    best = max(FORMATS.values(), key=lambda known: known.sniff(head))  # the first registered of equals
    return best if best.sniff(head) else None


@dataclass(slots=True)
class _File:
    """A source with the format it was recognised as; standard input stays open, for it cannot be opened twice."""

    source: Source
    format: Format | None = None
    problem: Problem | None = None
    document: Document | None = None

    @classmethod
    def of(cls, source: Source, chosen: Format | None, columns: Mapping[str, str] | None) -> "_File":
        file = cls(source)
        try:
            document = opened(source, columns)
            file.format = chosen or recognise(document)
            if source.size is None:
                file.document = document
            else:
                document.stream.close()
        except InputError as error:
            if not source.found:
                raise
            file.problem = Problem(source.path, error.line, error.message, kind=ProblemKind.SKIPPED)
        return file


def opened(
    source: Source, columns: Mapping[str, str] | None = None, count: Callable[[int], None] = lambda size: None
) -> Document:
    """Open a source; one that cannot be read is an `InputError`."""
    try:
        return Document.open(source.name, source.path, source.open(count), source.suffix, columns)
    except BROKEN_STREAM as error:
        raise InputError(f"cannot be read ({_said(error)})", path=source.path, hint="is it whole?") from None


def recognise(document: Document) -> Format:
    """Return the format of an opened document; none is an `InputError` that lists the known ones."""
    found = sniff(document.head)
    if not found:
        hint = f"pass --format: {', '.join(sorted(FORMATS))}"
        raise InputError("not in a format with abstracts that is known", path=document.path, hint=hint)
    return found


def _named(name: str | None) -> Format | None:
    if name is None:
        return None
    if name not in FORMATS:
        raise InputError(f"unknown format {name!r}", hint=f"known: {', '.join(sorted(FORMATS))}")
    return FORMATS[name]


def _said(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:1].lower() + text[1:]


def _records(
    files: list[_File], columns: Mapping[str, str] | None, progress: Progress | None
) -> Iterator[Abstract | Problem]:
    for file in files:
        if file.problem:
            yield file.problem
        elif file.format:
            yield from _of_file(file, file.format, columns, progress)


def _of_file(
    file: _File, format_: Format, columns: Mapping[str, str] | None, progress: Progress | None
) -> Iterator[Abstract | Problem]:
    source = file.source
    done = told = found = 0

    def count(size: int) -> None:
        nonlocal done, told
        done += size
        if progress and (done - told >= _EVERY or size == 0):
            told = done
            progress(source.path, done, source.size)

    try:
        document = file.document or opened(source, columns, count)
    except InputError as error:  # it changed since it was recognised
        yield Problem(source.path, error.line, error.message)
        return
    with closing(document.stream):
        try:
            for item in format_.read(document):
                if document.reports:
                    yield from _taken(document)
                found += isinstance(item, Abstract)
                yield item
        except BROKEN_STREAM as error:
            yield Problem(source.path, None, f"the file is damaged or cut off ({_said(error)})")
        yield from _taken(document)
    if not found:
        kind = ProblemKind.SKIPPED if source.found else ProblemKind.BROKEN
        yield Problem(source.path, None, f"no abstracts in it, read as {format_.name}", kind=kind)


def _taken(document: Document) -> list[Problem]:
    reports, document.reports[:] = list(document.reports), []
    return reports
