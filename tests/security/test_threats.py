"""The page of threats names tests: each of them is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_claim_names_tests_that_exist() -> None:
    rows = [line for line in (ROOT / "docs/threats.md").read_text("utf-8").splitlines() if line.startswith("|")][2:]
    assert len(rows) > 15
    for row in rows:
        path = ""
        names = re.findall(r"`([\w/.]*)::(\w+)`", row.rsplit("|", 2)[1])
        assert names, row
        for file, name in names:
            path = file or path
            assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"
