"""What a worker process sends: an outcome, the end of a portion, or why there is none, as bytes."""

from typing import Any

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.outcome import Outcome
from orderproof.source import Source, packed_source, unpacked_source
from orderproof.wire import Wire


class Parcel(Struct, frozen=True):
    """A message of a worker. Without anything else it says that its portion is done.

    ``done`` are the readings of the portion that are told with this outcome and those before; ``wrong`` is what keeps
    the run from going on, ``bug`` a mistake of ours.
    """

    outcome: Outcome | None = None
    done: int = 0
    wrong: tuple[Diagnostic, ...] | None = None
    is_incomplete: bool = False
    bug: str | None = None


class _Packing:
    """The sources of one parcel on their way out: each goes once, and by its number where it stands again."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def __call__(self, value: Any) -> Any:
        if not isinstance(value, Source):
            raise NotImplementedError(type(value))
        number = self._numbers.get(id(value))
        if number is not None:
            return number
        self._numbers[id(value)] = len(self._numbers)
        return packed_source(value)


class _Unpacking:
    """The same on their way in, which is in the same order."""

    def __init__(self) -> None:
        self._sources: list[Source] = []

    def __call__(self, kind: type, value: Any) -> Any:
        if not issubclass(kind, Source):
            raise NotImplementedError(kind)
        if isinstance(value, int):
            if not 0 <= value < len(self._sources):
                raise ValueError("no source")
            return self._sources[value]
        self._sources.append(unpacked_source(value))
        return self._sources[-1]


_parcels = Wire(Parcel, _Packing, _Unpacking)
wrapped = _parcels.packed
"""A parcel as bytes."""
opened = _parcels.unpacked
"""The parcel that bytes are; raises MsgspecError or ValueError where they are none."""
