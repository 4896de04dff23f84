"""The README shows what is: its console blocks are run, and their output is what it says.

`KG_UPDATE=1 pytest tests/test_readme.py` writes the real output into it.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def kg(line: str, cwd: Path) -> str:
    command = [sys.executable, "-m", "kg", *shlex.split(line)[1:]]
    env = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, f"{line}\n{done.stderr}"
    return "".join(part.rstrip() + "\n" for part in done.stdout.splitlines())


@pytest.mark.slow
def test_readme_shows_real_output(tmp_path: Path) -> None:
    readme = ROOT / "README.md"
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    kg("kg build examples -o graph", tmp_path)

    def run(match: re.Match[str]) -> str:
        commands = [line for line in match[1].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"{line}\n{kg(line[2:], tmp_path)}" for line in commands) + "```"

    text = readme.read_text("utf-8")
    real = BLOCK.sub(run, text)
    if os.environ.get("KG_UPDATE"):
        readme.write_text(real, "utf-8")
    assert text == real or os.environ.get("KG_UPDATE")


def test_every_command_is_in_the_readme_and_has_help() -> None:
    done = subprocess.run([sys.executable, "-m", "kg", "--help"], capture_output=True, text=True, check=True)
    commands = re.findall(r"^  (\w+) +(\S.*)$", done.stdout.partition("Commands:")[2], re.MULTILINE)
    assert len(commands) >= 4
    readme = (ROOT / "README.md").read_text("utf-8")
    missing = [name for name, _ in commands if f"kg {name}" not in readme]
    assert not missing
