"""The text of an expression, and where its characters stand in a file."""

from typing import NoReturn

from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.source import Offsets, Source, Span


class ExpressionText(Struct, frozen=True):
    """An expression's text; ``inner`` has the source offset of every character and of the end.

    Without ``inner`` the text is the source's own.
    """

    value: str
    source: Source
    inner: Offsets = ()

    def span(self, start: int, end: int) -> Span:
        """The place in the file of a part of the text."""
        if not self.inner:
            return Span(self.source, start, end)
        last = self.inner[end - 1] + 1 if end > start else self.inner[start]
        return Span(self.source, self.inner[start], last)

    def fail(self, code: str, message: str, start: int, end: int, help: str | None = None) -> NoReturn:
        """Stop: this part of the text is wrong."""
        raise OrderproofError([Diagnostic(code, message, span=self.span(start, end), help=help)])

    def part(self, start: int, end: int) -> "ExpressionText":
        """A part of the text as a text of its own."""
        inner = self.inner or range(len(self.value) + 1)
        return ExpressionText(self.value[start:end], self.source, inner[start : end + 1])


class Written(Struct, frozen=True):
    """Where something is written: a part of a text, of which the span is found when it is asked for.

    It is equal to every other one, so values that differ only in where they are written are equal.
    """

    text: ExpressionText
    start: int
    end: int

    @property
    def span(self) -> Span:
        return self.text.span(self.start, self.end)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Written) or NotImplemented

    def __hash__(self) -> int:
        return 0


def written_at(span: Span) -> Written:
    """A part of a file's own text as something written."""
    return Written(ExpressionText(span.source.text, span.source), span.start, span.end)
