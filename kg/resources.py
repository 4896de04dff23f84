"""Find the data that travels with the code: `ontology/` and `pipelines/`."""

from pathlib import Path

__all__ = ["data_dir"]


def data_dir(name: str) -> Path:
    """Return the folder `ontology` or `pipelines`: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    packaged = package / "_data" / name
    return packaged if packaged.is_dir() else package.parent / name
