"""How the time of a call grows with its input: a ratio, so that a slow or busy machine changes nothing."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_TIMES = 8
#: Linear time gives 8, quadratic time 64: twice the first is allowed.
LINEAR = 16.0


def over_and_over(piece: str) -> Callable[[int], str]:
    """Text of a given length, nothing but the piece."""
    return lambda length: (piece * (length // len(piece) + 1))[:length]


def growth(read: Callable[[T], object], make: Callable[[int], T], size: int) -> float:
    """Time of CPU for eight times the size over that for the size, both of them the best of three.

    A first call is not measured, since it may load what it reads with. What takes a second is not repeated: a little
    noise is not seen there. The collector rests, since its rounds grow with what is alive; what takes less than a
    hundredth of a second counts as that much, since such times are noise.
    """
    read(make(size))
    return max(_seconds(read, make(_TIMES * size)), 0.01) / max(_seconds(read, make(size)), 0.01)


def _seconds(read: Callable[[T], object], given: T) -> float:
    times = []
    gc.disable()
    try:
        for _ in range(3):
            start = time.process_time()
            read(given)
            times.append(time.process_time() - start)
            if sum(times) > 1:
                break
    finally:
        gc.enable()
    return min(times)
