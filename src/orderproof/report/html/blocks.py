"""Data inside a page: JSON that the page's script reads, and that no browser takes for anything else."""

from collections.abc import Iterator

from orderproof.report.encode import Json, encode
from orderproof.report.write import Aside, Output


def inert_json(value: Json) -> bytes:
    """A value as JSON on one line, in which nothing can end the element that it stands in."""
    data = encode(value)
    return data.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")


def block(name: str, data: bytes) -> bytes:
    """An element that holds JSON, which no browser runs."""
    return b'<script type="application/json" id="%s">%s</script>\n' % (name.encode(), data)


class Blocks:
    """Lists of values put aside, each of at most ``size``, so that a page reads only what it shows."""

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._size = size
        self._items = Aside()
        self._count = 0

    def add(self, value: Json) -> int:
        """Add a value; the number of its block."""
        self._items.write(inert_json(value) + b"\n")
        self._count += 1
        return (self._count - 1) // self._size

    @property
    def count(self) -> int:
        """How many blocks there are so far."""
        return -(-self._count // self._size)

    def write(self, out: Output) -> None:
        """Write all blocks; nothing may be added after."""
        for number, items in enumerate(self._lists()):
            out.write(block(f"{self._name}-{number}", b"[" + b",".join(items) + b"]"))
        self._items.close()

    def _lists(self) -> Iterator[list[bytes]]:
        items: list[bytes] = []
        for line in self._items.lines():
            items.append(line.rstrip(b"\n"))
            if len(items) == self._size:
                yield items
                items = []
        if items:
            yield items
