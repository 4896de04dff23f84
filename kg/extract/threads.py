"""Keep numpy's matrix products in one thread while a component reads a text.

The products of one text are small: shared between the threads of BLAS they take several times as long, for those spin
while they wait and so take the cores from the encoder's threads and from other processes.
"""

import os
from contextlib import AbstractContextManager, nullcontext
from functools import cache

from threadpoolctl import ThreadpoolController

__all__ = ["one_thread"]


_PROCESS = os.getpid()


@cache
def _libraries() -> ThreadpoolController:
    # It looks through the loaded libraries, so only once.
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which BLAS uses one thread; entering and leaving it takes about 10 microseconds.

    In a forked process nothing is set, for the threads of BLAS do not survive a fork. A spawned process is no such one.
    """
    if os.getpid() != _PROCESS:
        return nullcontext()
    limits: AbstractContextManager[object] = _libraries().limit(limits=1, user_api="blas")
    return limits
