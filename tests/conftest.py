"""What holds for every test.

A process that a test starts and does not wait for fails that test, not the one during which it is collected. No
property fails because the machine is busy.
"""

import multiprocessing
import subprocess
from collections.abc import Iterator
from typing import Any
from weakref import WeakSet

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

_started: "WeakSet[subprocess.Popen[Any]]" = WeakSet()
_init = subprocess.Popen.__init__


def _remembering(process: "subprocess.Popen[Any]", *args: Any, **options: Any) -> None:
    _started.add(process)
    _init(process, *args, **options)


subprocess.Popen.__init__ = _remembering  # type: ignore[method-assign,assignment]


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """What fixtures of a wider scope started was there before and may stay."""
    before, children = set(_started), set(multiprocessing.active_children())
    yield
    left = [process for process in _started - before if process.returncode is None]
    for process in left:
        process.kill()
        process.communicate()
    orphans = set(multiprocessing.active_children()) - children
    assert not left, f"still running, or never waited for: {[process.args for process in left]}"
    assert not orphans, f"still running: {orphans}"
