"""The order in which objects of one place write their keys, where they agree on one."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TypeVar

_Item = TypeVar("_Item")
MAX_KEYS = 500
MAX_SEQUENCES = 1000


class KeyOrder:
    """Learns one order of keys that holds for all objects seen; an object with another order is passed over."""

    def __init__(self) -> None:
        self._after: dict[str, set[str]] = {}
        self._keys: list[str] = []
        self._seen: set[tuple[str, ...]] = set()

    def see(self, keys: Iterable[str]) -> bool:
        """Take up the keys of an object in their order; whether the order has changed by it."""
        sequence = tuple(keys)
        if sequence in self._seen or len(self._seen) >= MAX_SEQUENCES or len(sequence) > MAX_KEYS:
            return False
        self._seen.add(sequence)
        after = {key: set(others) for key, others in self._after.items()}
        for key in sequence:
            after.setdefault(key, set())
        for key, following in pairwise(sequence):
            after[key].add(following)
        found = _sorted(after)
        if found is None or len(found) > MAX_KEYS:
            return False
        changed = found != self._keys
        self._after, self._keys = after, found
        return changed

    def sorted(self, items: Mapping[str, _Item]) -> list[_Item]:
        """Items by key in this order; those whose keys were never seen come last, as they are."""
        known = [items[key] for key in self._keys if key in items]
        return known + [item for key, item in items.items() if key not in self._after]


def _sorted(after: Mapping[str, set[str]]) -> list[str] | None:
    """The keys so that each stands before those that come after it; None where they go in a circle."""
    waiting = dict.fromkeys(after, 0)
    for others in after.values():
        for key in others:
            waiting[key] += 1
    ready = [key for key, count in waiting.items() if not count]
    found: list[str] = []
    while ready:
        key = ready.pop(0)
        found.append(key)
        for other in sorted(after[key]):
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return found if len(found) == len(after) else None
