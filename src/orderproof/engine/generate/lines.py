"""Lines of the generated code, in blocks; written down one after the other, or put aside to stand elsewhere."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from msgspec import Struct

from orderproof.engine.generate.conditions import ALWAYS, NEVER, Test, Truth, statement


class Block(Struct, frozen=True):
    """A line that ends with a colon, and what stands indented below it."""

    header: str
    body: "list[Line]"


Line: TypeAlias = str | Block


class Page:
    """Where code is written; ``depth`` counts the blocks around the next line."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.depth = 0

    def write(self, *lines: Line) -> None:
        self.lines += lines

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """What is written inside stands below this line."""
        with self.aside() as body:
            yield
        self.write(Block(header, body))

    @contextmanager
    def aside(self) -> Iterator[list[Line]]:
        """What is written inside is handed out, to be written one block deeper."""
        before, self.lines = self.lines, []
        self.depth += 1
        try:
            yield self.lines
        finally:
            self.lines = before
            self.depth -= 1


def branches(truth: Truth, then: Sequence[Line], otherwise: Sequence[Line]) -> list[Line]:
    """What is done where a condition is surely true, and where it is surely false; nothing where it is unknown."""
    if ALWAYS in (truth.true, truth.false):
        return list(then if truth.true == ALWAYS else otherwise)
    lines: list[Line] = []
    if then and truth.true != NEVER:
        lines.append(when(truth.true, then))
    if otherwise and truth.false != NEVER:
        if not lines:
            lines.append(when(truth.false, otherwise))
        elif truth.sure:
            lines.append(Block("else:", list(otherwise)))
        else:
            lines.append(when(truth.false, otherwise, "elif"))
    return lines


def when(test: Test, body: Sequence[Line], word: str = "if") -> Block:
    return Block(statement(f"{word} ", test, ":"), list(body))


def first_of(test: Test, body: Sequence[Line], after: Sequence[Line] = ()) -> list[Line]:
    """The body where the test holds; ``after``: branches before it, of which none was taken then."""
    before = list(after)
    if test == NEVER or not body or (before and not isinstance(before[-1], Block)):
        # Behind a step that is always taken, nothing is left.
        return before
    if test == ALWAYS:
        return [*before, Block("else:", list(body))] if before else list(body)
    return [*before, when(test, body, "elif" if before else "if")]


def rendered(lines: Sequence[Line], indentation: str = "") -> list[str]:
    """The lines as text."""
    texts: list[str] = []
    for line in lines:
        text = line.header if isinstance(line, Block) else line
        texts += [f"{indentation}{each}" if each else "" for each in text.split("\n")]
        if isinstance(line, Block):
            texts += rendered(line.body, f"{indentation}    ")
    return texts
