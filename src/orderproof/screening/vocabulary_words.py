"""Which words of a vocabulary of accounts cannot be found, or are said to be two things at once."""

from collections.abc import Iterator

from msgspec import Struct

from orderproof.diagnostic import Diagnostic
from orderproof.screening.labels import BESIDE, simplified, tokens_of
from orderproof.screening.vocabulary_places import Said, elements, texts, value
from orderproof.tree import Node, Plain

_FIRST_OF_ONE = "\u2e80"
"""From here on a letter may be a word by itself: Chinese, Japanese and Korean."""
_BOUNDS = ("language", "aspect", "reach", "needs", "digits")


class _Group(Struct, frozen=True):
    """What a group of labels says of its words."""

    role: str
    kind: Plain
    bounds: tuple[Plain, ...]

    @property
    def named(self) -> str:
        return f"`{self.role}`" if self.kind is None else f"`{self.role}` of the kind `{self.kind}`"


class _Word(Struct, frozen=True):
    """A word, its letters as they are compared, and what is said of it."""

    said: Said
    letters: str
    group: _Group


def mistakes_in_words(tree: Node) -> Iterator[Diagnostic]:
    """Words that are too short, and words of which two groups say different things, of which one would be lost."""
    known: dict[tuple[str, str], _Word] = {}
    for number, _ in enumerate(elements(tree, "labels")):
        group = _group(tree, number)
        for said in texts(tree, "labels", number, "words"):
            letters = "".join(tokens_of(said.text))
            if not is_findable(letters):
                yield _too_short(said)
                continue
            # A star at an end does not make it another word: what it stands for may be nothing.
            layer = "beside" if group.role in BESIDE else group.role
            word = _Word(said, letters, group)
            first = known.setdefault((layer, simplified(letters)), word)
            if _contradict(first, word):
                yield _twice(first, word)
    for said in texts(tree, "spelling"):
        if not is_findable("".join(tokens_of(said.text))):
            yield _too_short(said)


def is_findable(letters: str) -> bool:
    """Whether enough letters are left of a word to search for it."""
    return sum(map(str.isalpha, letters)) >= 2 or any(letter >= _FIRST_OF_ONE for letter in letters)


def _group(tree: Node, number: int) -> _Group:
    bounds = tuple(value(tree, "labels", number, key) for key in _BOUNDS)
    return _Group(str(value(tree, "labels", number, "role")), value(tree, "labels", number, "kind"), bounds)


def _contradict(first: _Word, word: _Word) -> bool:
    """Whether two groups say different things of a word; the bounds may differ with the alphabet it is written in."""
    if (first.group.role, first.group.kind) != (word.group.role, word.group.kind):
        return True
    return first.letters == word.letters and first.group.bounds != word.group.bounds


def _too_short(said: Said) -> Diagnostic:
    message = f"`{said.text}` is too short to be searched for"
    return Diagnostic("accounts.word", message, span=said.span, help="give a word of two letters or more")


def _twice(first: _Word, word: _Word) -> Diagnostic:
    place = first.said.span.position
    if first.group.named == word.group.named:
        message = f"`{word.said.text}` stands here for the second time, with other bounds"
        hint = f"`{first.said.text}` stands first in line {place.line}, column {place.column}; keep one of them"
    else:
        message = f"`{word.said.text}` is a word of {word.group.named} here, and of {first.group.named} above"
        hint = (
            f"`{first.said.text}` stands first in line {place.line}, column {place.column}; keep one of them, or make an "
            "exception of a longer word"
        )
    return Diagnostic("accounts.word-twice", message, span=word.said.span, help=hint)
