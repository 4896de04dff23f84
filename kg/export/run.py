"""One function for every way out: the ending of the output says which."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from kg.errors import InputError
from kg.export.evaluation import write_evaluation
from kg.export.networks import write_gexf, write_graphml
from kg.export.rdf import write_rdf
from kg.export.tables import TABLES, write_csv, write_parquet

__all__ = ["ENDINGS", "export"]

_FILES: dict[str, Callable[[ox.Store, Path], None]] = {
    ".nq": lambda store, path: write_rdf(store, path, ox.RdfFormat.N_QUADS),
    ".trig": lambda store, path: write_rdf(store, path, ox.RdfFormat.TRIG),
    ".jsonld": lambda store, path: write_rdf(store, path, ox.RdfFormat.JSON_LD),
    ".nt": lambda store, path: write_rdf(store, path, ox.RdfFormat.N_TRIPLES),
    ".ttl": lambda store, path: write_rdf(store, path, ox.RdfFormat.TURTLE),
    ".rdf": lambda store, path: write_rdf(store, path, ox.RdfFormat.RDF_XML),
    ".graphml": write_graphml,
    ".gexf": write_gexf,
    ".json": write_evaluation,
}
_FOLDERS: dict[str, Callable[[ox.Store, Path], None]] = {".csv": write_csv, ".parquet": write_parquet}
#: What `export` can write, by the ending of the output; `.csv` and `.parquet` are folders of tables.
ENDINGS = (*_FILES, *_FOLDERS)


def export(store: ox.Store, output: str | Path) -> Path:
    """Write the graph in the form that the ending of `output` names; returns where.

    `.nq .trig .jsonld` keep the named graphs, `.nt .ttl .rdf` hold their union; `.graphml .gexf` papers, entities and
    what joins them; `.csv .parquet` a folder of tables; `.json` evaluation tables in the shape of Papers with Code.
    Equal graphs give equal bytes. What stood there is replaced at the end, all or nothing; a folder is replaced only
    where it holds such tables. Raises `InputError` for an ending that is not known or an output that cannot be written.
    """
    path = Path(output)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(
            f"cannot export as {ending or 'a file without ending'!r}",
            path=path,
            hint=f"choose one of {' '.join(ENDINGS)}",
        )
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if ending in _FILES:
            _FILES[ending](store, new)
        else:
            _check_folder(path, ending)
            new.mkdir()
            _FOLDERS[ending](store, new)
            if path.is_dir():
                shutil.rmtree(path)
        new.replace(path)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror or error})", path=path) from error
    finally:
        if new.is_dir():
            shutil.rmtree(new)
        else:
            new.unlink(missing_ok=True)
    return path


def _check_folder(path: Path, ending: str) -> None:
    if path.exists() and not path.is_dir():
        raise InputError("is a file; tables are written to a folder", path=path, hint="choose another name")
    ours = {f"{name}{ending}" for name in TABLES}
    foreign = sorted(item.name for item in path.iterdir() if item.name not in ours) if path.is_dir() else []
    if foreign:
        raise InputError(f"holds other things ({foreign[0]})", path=path, hint="choose a new or an empty folder")
