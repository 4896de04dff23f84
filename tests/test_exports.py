"""The public face: exactly what `__all__` says, and quick to reach."""

import subprocess
import sys
from pathlib import Path

import pytest

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


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    """What is left to write where nobody reads any more: more than a pipe holds, and less."""
    for rows in (100_000, 1):
        code = (
            "import sys, kg.cli.app as a\n"
            "@a.app.command('many')\n"
            f"def many() -> None:\n    sys.stdin.read()\n    [print('row') for _ in range({rows})]\n"
            "sys.argv = ['kg', 'many']\nfrom kg.cli import main\nmain()\n"
        )
        done = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert done.stdout and done.stderr
        done.stdout.close()
        done.stdin.close()  # type: ignore[union-attr]
        assert (done.stderr.read(), done.wait()) == (b"", 0)
        done.stderr.close()


def test_a_pipe_that_is_not_stdout_breaks_as_it_did() -> None:
    code = (
        "import sys, kg.cli.app as a\n"
        "@a.app.command('worker')\ndef worker() -> None:\n    raise BrokenPipeError(32, 'a worker has gone')\n"
        "sys.argv = ['kg', 'worker']\nfrom kg.cli import main\nmain()\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
@pytest.mark.parametrize("rows", [100_000, 1])
def test_a_full_disk_is_said_in_one_line(rows: int) -> None:
    code = (
        "import sys, kg.cli.app as a\n"
        f"@a.app.command('many')\ndef many() -> None:\n    [print('row') for _ in range({rows})]\n"
        "sys.argv = ['kg', 'many']\nfrom kg.cli import main\nmain()\n"
    )
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True)
    said = "kg: the output cannot be written (No space left on device); make room, then run it again\n"
    assert (done.returncode, done.stderr) == (1, said)
