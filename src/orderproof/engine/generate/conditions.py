"""Conditions of the generated code: two-valued tests, and what is three-valued as a pair of them."""

from collections.abc import Iterable
from functools import reduce
from typing import TypeAlias

from msgspec import Struct

WIDTH = 100
"""Characters of a line beyond which a condition is broken at its "and" or "or"."""
_MANY = 16
_DEEP = 3


class Atom(Struct, frozen=True):
    """A comparison or name of Python's, and its opposite; ``proper`` says that its value is True or False itself."""

    text: str
    opposite: str
    proper: bool = True


class All(Struct, frozen=True):
    parts: "tuple[Test, ...]"


class Either(Struct, frozen=True):
    parts: "tuple[Test, ...]"


Test: TypeAlias = Atom | All | Either
ALWAYS = All(())
NEVER = Either(())


def all_of(tests: Iterable[Test]) -> Test:
    """The "and" of tests, without what is said twice."""
    parts: dict[Test, None] = {}
    for test in tests:
        if test == NEVER:
            return NEVER
        parts |= dict.fromkeys(test.parts if isinstance(test, All) else (test,))
    return next(iter(parts)) if len(parts) == 1 else All(tuple(parts))


def any_of(tests: Iterable[Test]) -> Test:
    """The "or" of tests, without what is said twice."""
    parts: dict[Test, None] = {}
    for test in tests:
        if test == ALWAYS:
            return ALWAYS
        parts |= dict.fromkeys(test.parts if isinstance(test, Either) else (test,))
    return next(iter(parts)) if len(parts) == 1 else Either(tuple(parts))


def opposite(test: Test) -> Test:
    match test:
        case Atom(text, other, proper):
            return Atom(other, text, proper)
        case All(parts):
            return any_of(map(opposite, parts))
        case Either(parts):
            return all_of(map(opposite, parts))


class Truth(Struct, frozen=True):
    """A condition that may be unknown: the tests whether it is surely true, and surely false.

    ``sure``: it is never unknown, so each test is the opposite of the other.
    """

    true: Test
    false: Test
    sure: bool

    @property
    def local(self) -> str | None:
        """The local that holds it, None for unknown, if there is one."""
        match self.true, self.false:
            case Atom(name), Atom(text) if not self.sure and text == f"{name} is False":
                return name
            case _:
                return None

    @property
    def large(self) -> bool:
        """Too much to be written twice, or inside another condition."""
        return max(_size(self.true), _size(self.false)) > _MANY or max(_depth(self.true), _depth(self.false)) > _DEEP


TRUE = Truth(ALWAYS, NEVER, sure=True)
FALSE = Truth(NEVER, ALWAYS, sure=True)
UNSURE = Truth(NEVER, NEVER, sure=False)


def two_valued(test: Test) -> Truth:
    return Truth(test, opposite(test), sure=True)


def of_name(name: str, *, sure: bool) -> Truth:
    """The truth that a local holds: True, False or None for unknown."""
    holds = Atom(name, f"not {name}", proper=sure)
    return two_valued(holds) if sure else Truth(holds, Atom(f"{name} is False", f"{name} is not False"), sure=False)


def negation(truth: Truth) -> Truth:
    return Truth(truth.false, truth.true, truth.sure)


def conjunction(truths: Iterable[Truth]) -> Truth:
    known = tuple(truths)
    sure = all(truth.sure for truth in known)
    return Truth(all_of(truth.true for truth in known), any_of(truth.false for truth in known), sure)


def disjunction(truths: Iterable[Truth]) -> Truth:
    return negation(conjunction(negation(truth) for truth in truths))


def choice(condition: Truth, then: Truth, otherwise: Truth) -> Truth:
    """One of two truths by a condition; unknown where the condition is."""
    return Truth(
        any_of((all_of((condition.true, then.true)), all_of((condition.false, otherwise.true)))),
        any_of((all_of((condition.true, then.false)), all_of((condition.false, otherwise.false)))),
        condition.sure and then.sure and otherwise.sure,
    )


def is_proper(test: Test) -> bool:
    """Whether Python's value of the test is True or False itself."""
    return test.proper if isinstance(test, Atom) else all(map(is_proper, test.parts))


def written(test: Test) -> str:
    match test:
        case Atom(text):
            return text
        case All(()):
            return "True"
        case Either(()):
            return "False"
        case All(parts):
            return " and ".join(map(_inner, parts))
        case Either(parts):
            return " or ".join(map(_inner, parts))


def statement(before: str, test: Test, after: str = "") -> str:
    """A line that holds a test, broken in several where it is long."""
    line = f"{before}{written(test)}{after}"
    if len(line) <= WIDTH or isinstance(test, Atom) or not test.parts:
        return line
    return f"{before}(\n{_broken(test, '    ')}\n){after}"


def _broken(test: All | Either, indentation: str) -> str:
    """The parts of a test on lines of their own."""
    word = "and" if isinstance(test, All) else "or"
    lines: list[str] = []
    for number, part in enumerate(test.parts):
        line = f"{indentation}{f'{word} ' if number else ''}"
        if isinstance(part, Atom) or not part.parts or len(line) + len(written(part)) <= WIDTH:
            lines.append(line + _inner(part))
        else:
            lines.append(f"{line}(\n{_broken(part, f'{indentation}    ')}\n{indentation})")
    return "\n".join(lines)


def _inner(test: Test) -> str:
    return written(test) if isinstance(test, Atom) or not test.parts else f"({written(test)})"


def _size(test: Test) -> int:
    return 1 if isinstance(test, Atom) else sum(map(_size, test.parts))


def _depth(test: Test) -> int:
    return 0 if isinstance(test, Atom) else 1 + reduce(max, map(_depth, test.parts), 0)
