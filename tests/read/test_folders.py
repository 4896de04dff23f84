"""What a folder holds beside abstracts."""

from pathlib import Path

from kg.model import Abstract
from kg.read import read
from kg.read.survey import survey


def test_a_readme_or_a_script_in_a_folder_is_not_abstracts(tmp_path: Path) -> None:
    prose = "This folder holds the abstracts that our group has read since the summer, with notes on each of them. "
    for name in ("README.md", "readme.txt", "load.py", "notes.txt"):
        (tmp_path / name).write_text(prose * 3, "utf-8")
    found = {Path(file.path).name: file.records for file in survey([tmp_path])}
    assert found == {"README.md": 0, "readme.txt": 0, "load.py": 0, "notes.txt": 1}
    assert sum(isinstance(item, Abstract) for item in read([tmp_path / "README.md"])) == 1
