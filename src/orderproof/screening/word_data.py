"""The data of a Word document that its content controls show, by the names of the elements that hold it."""

import re

from orderproof.screening.ooxml import Attributes

_LAST = re.compile(r"(?:^|[/:@])([\w.-]+)(?:\[\d+\])?\s*\Z")
_MOST = 5


class Data:
    """What is told of the parts of data: their texts by the names of elements and attributes."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        self._open: list[list[str]] = []

    def start(self, _: str, attributes: Attributes) -> None:
        self._open.append([])
        for name, value in attributes.items():
            self._add(name.rpartition(" ")[2], value)

    def end(self, tag: str) -> None:
        self._add(tag.rpartition(":")[2], "".join(self._open.pop()))

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1].append(data)

    def at(self, path: str) -> tuple[str, ...]:
        """The texts of the elements that a path of XML ends with."""
        last = _LAST.search(path)
        return tuple(self._texts.get(last.group(1), ())) if last is not None else ()

    def _add(self, name: str, text: str) -> None:
        texts = self._texts.setdefault(name, [])
        if text.strip() and len(texts) < _MOST:
            texts.append(text.strip())
