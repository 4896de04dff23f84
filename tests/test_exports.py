"""The public face: exactly what `__all__` says, and quick to reach."""

import subprocess
import sys

import kg


def test_all_is_sorted_and_there() -> None:
    assert kg.__all__ == sorted(kg.__all__)
    for name in kg.__all__:
        assert getattr(kg, name).__doc__


def test_import_loads_no_library() -> None:
    code = "import kg, sys; print(*(m for m in ('spacy', 'rdflib', 'pyoxigraph', 'networkx') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_help_and_query_load_no_spacy() -> None:
    code = (
        "import sys\nfrom kg.cli.app import app\nimport typer.main\ntyper.main.get_command(app)\n"
        "print(*(m for m in ('spacy', 'rdflib', 'pyoxigraph', 'numpy') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
