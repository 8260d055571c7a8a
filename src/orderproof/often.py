"""Which of many numbers stand there more than once, by little memory."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterator

_AT_ONCE = 1 << 16
"""Numbers that are compared at once, more or less."""


def often(numbers: Collection[int]) -> Iterator[int]:
    """The numbers that stand there more than once, each of them once."""
    for some in _parted(numbers):
        counts = Counter(some)
        if len(counts) < len(some):
            yield from (number for number, count in counts.items() if count > 1)


def _parted(numbers: Collection[int]) -> list[Collection[int]]:
    """The numbers in several parts, equal ones in one."""
    count = 1 + len(numbers) // _AT_ONCE
    if count == 1:
        return [numbers]
    parts = [array("q") for _ in range(count)]
    for number in numbers:
        parts[number % count].append(number)
    return list(parts)
