"""Read inputs: find the files, recognise their formats, and yield what stands in them, one record at a time."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO

from kg.errors import InputError
from kg.model import Abstract, Problem, ProblemKind
from kg.read.document import Document, Head
from kg.read.files import BROKEN_STREAM, Source, expand
from kg.read.formats import FORMATS, Format
from kg.read.formats.table import COLUMNS
from kg.read.text import is_missing

__all__ = ["InputFile", "Progress", "items", "opened", "read", "recognise", "recognised", "refusal", "sniff"]

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
    return _records(recognised(inputs, format, columns), columns, progress)


def recognised(
    inputs: Iterable[str | Path], format: str | None = None, columns: Mapping[str, str] | None = None
) -> "list[InputFile]":
    """Return the files of the inputs, each with its format or with the problem why it has none; see `read`."""
    chosen = _named(format)
    _check(columns)
    files = [InputFile.of(source, chosen, columns) for source in expand(inputs)]
    if not files:
        raise InputError("no files to read", hint="give files, folders, or - for standard input")
    if not any(file.format for file in files):
        first = files[0]
        hint = f"the first file: {first.problem.message}" if first.problem else None
        raise InputError("no file with abstracts", path=Path(first.source.path).parent, hint=hint)
    return files


def refusal(broken: Problem) -> InputError:
    """Return the error that a broken record is where the user did not ask to leave such out."""
    hint = "mend it, or pass --skip-bad to count it and go on"
    return InputError(broken.message, path=broken.source, line=broken.line, hint=hint)


def sniff(head: Head) -> Format | None:
    """Return the format that is surest to recognise the beginning of a file, None where none does."""
    best = max(FORMATS.values(), key=lambda known: known.sniff(head))  # the first registered of equals
    return best if best.sniff(head) else None


@dataclass(slots=True)
class InputFile:
    """A source with the format it was recognised as; standard input stays open, for it cannot be opened twice."""

    source: Source
    format: Format | None = None
    problem: Problem | None = None
    document: Document | None = None

    @classmethod
    def of(cls, source: Source, chosen: Format | None, columns: Mapping[str, str] | None) -> "InputFile":
        """Open a source to recognise it; what cannot be read is an error where the user named it, else a problem."""
        file = cls(source)
        try:
            document = opened(source, columns)
            try:
                found = chosen or recognise(document)
                if source.found and not chosen and found.name == "text" and not _may_hold_abstracts(source.name):
                    raise InputError("plain text beside abstracts is read only where you name it", path=source.path)
                file.format = found
            finally:
                if source.size is None and file.format:
                    file.document = document
                else:
                    document.stream.close()
        except InputError as error:
            if not source.found:
                raise
            file.problem = Problem(source.path, error.line, error.message, kind=ProblemKind.SKIPPED)
        return file


def _may_hold_abstracts(name: str) -> bool:
    """Of the files in a folder that are only prose, a README is not abstracts and neither is source code.

    >>> _may_hold_abstracts("papers/notes.txt"), _may_hold_abstracts("papers/README.txt"), _may_hold_abstracts("a.py")
    (True, False, False)
    """
    path = PurePath(name.lower())
    about = ("readme", "license", "licence", "changelog", "contributing", "notice")
    return path.suffix in (".txt", ".text", ".gz", ".zst", "") and not path.name.startswith(about)


def opened(
    source: Source, columns: Mapping[str, str] | None = None, count: Callable[[int], None] = lambda size: None
) -> Document:
    """Open a source; one that cannot be read is an `InputError`."""
    stream = None
    try:
        stream = source.open(count)
        return Document.open(source.name, source.path, stream, source.suffix, columns)
    except InputError:
        _close(stream)
        raise
    except BROKEN_STREAM as error:
        _close(stream)
        raise InputError(f"cannot be read ({_said(error)})", path=source.path, hint="is it whole?") from None


def _close(stream: BinaryIO | None) -> None:
    if stream is not None:
        with suppress(*BROKEN_STREAM):
            stream.close()


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


def _check(columns: Mapping[str, str] | None) -> None:
    unknown = sorted(set(columns or ()) - set(COLUMNS))
    if unknown:
        raise InputError(f"unknown field {unknown[0]!r} for a column", hint=f"known: {', '.join(sorted(COLUMNS))}")


def _said(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:1].lower() + text[1:]


def _records(
    files: list[InputFile], columns: Mapping[str, str] | None, progress: Progress | None
) -> Iterator[Abstract | Problem]:
    found = 0
    for file in files:
        for item in items(file, columns, progress):
            found += isinstance(item, Abstract)
            yield item
    if not found and all(file.source.found for file in files):
        folder = str(Path(files[0].source.path).parent)
        yield Problem(folder, None, f"no abstracts in any of {len(files)} files")


def items(
    file: InputFile, columns: Mapping[str, str] | None = None, progress: Progress | None = None
) -> Iterator[Abstract | Problem]:
    """Yield what stands in one file."""
    source, format_ = file.source, file.format
    if format_ is None:
        if file.problem:
            yield file.problem
        return
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
                if isinstance(item, Abstract) and is_missing(item.abstract):
                    yield document.problem(item.line, "no abstract", item.title or "", ProblemKind.SKIPPED)
                elif isinstance(item, Abstract):
                    found += 1
                    yield _clean(item)
                else:
                    yield item
        except BROKEN_STREAM as error:
            yield Problem(source.path, None, f"the file is damaged or cut off ({_said(error)})")
        yield from _taken(document)
    if not found:
        kind = ProblemKind.SKIPPED if source.found else ProblemKind.BROKEN
        yield Problem(source.path, None, f"no abstracts in it, read as {format_.name}", kind=kind)


#: What no store and no serialization can hold: control characters, halves of surrogate pairs, non-characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _clean(record: Abstract) -> Abstract:
    """Take unwritable characters out of a record; nearly none has any, so looking must be cheap."""
    if record.abstract.isprintable() and (record.title is None or record.title.isprintable()):
        rest = (record.venue, record.comment, *record.ids, *record.links, *(person.name for person in record.authors))
        if all(text is None or text.isprintable() for text in rest):
            return record

    def clean(text: str) -> str:
        return _UNWRITABLE.sub("", text)

    def cleaned(text: str | None) -> str | None:
        return _UNWRITABLE.sub("", text) if text else text

    return replace(
        record,
        abstract=clean(record.abstract).strip() or "\N{REPLACEMENT CHARACTER}",
        ids=tuple(map(clean, record.ids)),
        links=tuple(map(clean, record.links)),
        authors=tuple(replace(p, name=clean(p.name), id=p.id and clean(p.id)) for p in record.authors),
        title=cleaned(record.title),
        venue=cleaned(record.venue),
        comment=cleaned(record.comment),
    )


def _taken(document: Document) -> list[Problem]:
    reports, document.reports[:] = list(document.reports), []
    return reports
