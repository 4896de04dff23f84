"""A ledger in memory that closes itself: from Python 3.13 on, one that is only forgotten is a warning."""

import sqlite3


class _Closing(sqlite3.Connection):
    def __del__(self) -> None:
        self.close()


def in_memory() -> sqlite3.Connection:
    """An empty ledger, which the collector may close from whatever thread it runs in."""
    return sqlite3.connect(":memory:", factory=_Closing, check_same_thread=False)
