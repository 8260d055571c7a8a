"""Typed expressions: what a checked expression means, names resolved, ready to be evaluated.

**Frames.** An expression is evaluated in a frame, a list of what its variables stand for. The
subject's ancestors and the subject itself come first (for an order: ``[order]``; for a
consignment: ``[order, consignment]``); each quantifier appends one. ``variable`` is an index into it.

**Values.** Every expression has a value of its type or is unknown (Python: ``UNKNOWN``, below).
Nothing raises: where an operation has no exact result (a day past the year 9999, a division by
zero, more than 1,000 digits), its value is unknown.

Meaning, in full (both evaluators are written from this text, apart from each other):

- ``Field``: the value in the record's slot; absent (``None``) is unknown. ``default`` replaces an
  absent value. ``Presence``: true or false, never unknown.
- ``FactHolds``: true if an entry concluded the fact of the record, false if every entry is false,
  else unknown. ``FactValue``: the value's expression of the entry that concluded it, evaluated in
  the frame of the record's own subject; unknown where the fact does not hold or is unknown.
- ``Not``, ``And``, ``Or``: Kleene. ``Choose``: an unknown condition makes it unknown, else the
  chosen side alone counts.
- ``Compare``: unknown if a side is unknown; numbers compare by value, text exactly.
- ``Member``: the Kleene "or" of ``item == element`` over the elements: so over no elements false.
- ``Arithmetic``: exact decimals. ``/`` stands only inside ``round``, whose argument is computed as
  an exact fraction and rounded half away from zero.
- ``Quantify``: over records or scalars of a list, in order; an absent list is empty. ``any`` is the
  Kleene "or" of ``filter and element``, ``all`` the Kleene "and" of ``not filter or element``.
  ``count``, ``sum``, ``min``, ``max`` are unknown if any filter is unknown or the element of any
  member whose filter is true is unknown; ``sum`` of none is 0, ``min`` and ``max`` of none are unknown.
  A distinct count compares like ``==``.
"""

from decimal import Context, DivisionByZero, Inexact, InvalidOperation, Overflow, Subnormal, Underflow
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from msgspec import Struct

from orderproof.language.text import Written
from orderproof.language.types import BOOLEAN, TIMESTAMP, ListType, RecordType, ScalarType, TableType, Value
from orderproof.source import Span


class Unknown(Enum):
    """The unknown value: its one member is ``UNKNOWN``."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN
Truth: TypeAlias = bool | Literal[Unknown.UNKNOWN]
Result: TypeAlias = Value | Literal[Unknown.UNKNOWN]

MAX_DIGITS: Final = 1000
"""Decimal digits an exact result may have; beyond it a result is unknown."""


def exact_context() -> Context:
    """The decimal context of all arithmetic: whatever is not exact is trapped."""
    return Context(
        prec=MAX_DIGITS,
        traps=[Inexact, Overflow, Underflow, Subnormal, InvalidOperation, DivisionByZero],
    )


class Comparison(StrEnum):
    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="


class Operator(StrEnum):
    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class Quantifier(StrEnum):
    ANY = "any"
    ALL = "all"
    COUNT = "count"
    SUM = "sum"
    MIN = "min"
    MAX = "max"


if TYPE_CHECKING:
    from typing import Protocol

    class _Writes(Protocol):
        @property
        def written(self) -> Written: ...


class Typed(Struct, frozen=True):
    """Whatever stands in an expression: where it is ``written`` is no part of what it means."""

    @property
    def span(self: "_Writes") -> Span:
        """Its place in the file."""
        return self.written.span


class _Condition(Typed, frozen=True):
    """What is true, false or unknown."""

    @property
    def type(self) -> ScalarType:
        return BOOLEAN


class Constant(Typed, frozen=True):
    """A literal."""

    value: Value
    type: ScalarType
    written: Written


class UnknownValue(Typed, frozen=True):
    """The literal ``unknown``; with a ``path`` what stands for a field of the document type that is not carried."""

    type: ScalarType
    written: Written
    path: tuple[str, ...] | None = None


class Parameter(Typed, frozen=True):
    """A scalar parameter, bound to its value."""

    name: str
    value: Value
    type: ScalarType
    written: Written


class AsOf(Typed, frozen=True):
    """The instant of the run."""

    written: Written

    @property
    def type(self) -> ScalarType:
        return TIMESTAMP


class Field(Typed, frozen=True):
    """A leaf of a record: ``values[slot]``. ``path`` is its way inside the record."""

    variable: int
    slot: int
    path: tuple[str, ...]
    type: ScalarType
    written: Written
    default: Value | None = None


class Presence(_Condition, frozen=True):
    """Whether a leaf, object or list of a record is present: ``values[slot]`` is that truth (a bool)."""

    variable: int
    slot: int
    path: tuple[str, ...]
    written: Written


class Local(Typed, frozen=True):
    """The scalar that a quantifier over a list of scalars is at."""

    variable: int
    type: ScalarType
    written: Written


class Whole(Typed, frozen=True):
    """A record itself, as ``count(distinct c for c in …)`` or ``count(c for c in …)`` names it."""

    variable: int
    type: RecordType
    written: Written


class FactHolds(_Condition, frozen=True):
    """Whether a derived fact (by its number) holds for a record."""

    variable: int
    fact: int
    name: str
    written: Written


class FactValue(Typed, frozen=True):
    """A value (by its index in the fact's values) of a derived fact of a record."""

    variable: int
    fact: int
    value: int
    name: str
    value_name: str
    type: ScalarType
    written: Written


class Not(_Condition, frozen=True):
    operand: "Expression"
    written: Written


class And(_Condition, frozen=True):
    operands: tuple["Expression", ...]
    written: Written


class Or(_Condition, frozen=True):
    operands: tuple["Expression", ...]
    written: Written


class Choose(Typed, frozen=True):
    """``then if condition else otherwise``."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    type: ScalarType
    written: Written


class Compare(_Condition, frozen=True):
    operator: Comparison
    left: "Expression"
    right: "Expression"
    written: Written


class ListItems(Typed, frozen=True):
    """A list written out; its elements are expressions."""

    items: tuple["Expression", ...]
    written: Written


class ListParameter(Typed, frozen=True):
    """A list parameter, or the keys of a table parameter."""

    name: str
    values: tuple[Value, ...]
    type: ListType | TableType
    written: Written


class ListField(Typed, frozen=True):
    """A list of scalars of a record: ``values[slot]`` is a tuple; absent (``None``) is empty."""

    variable: int
    slot: int
    path: tuple[str, ...]
    type: ListType
    written: Written


Collection: TypeAlias = ListItems | ListParameter | ListField


class Member(_Condition, frozen=True):
    """``item in collection``."""

    item: "Expression"
    collection: Collection
    written: Written


class Lookup(Typed, frozen=True):
    """``parameters.table[key]``; a key that is not in the table makes it unknown."""

    name: str
    table: tuple[tuple[str, Value], ...]
    key: "Expression"
    type: ScalarType
    written: Written


class Arithmetic(Typed, frozen=True):
    """``left operator right``: decimals and integers; instant ± duration, instant - instant, duration ± duration."""

    operator: Operator
    left: "Expression"
    right: "Expression"
    type: ScalarType
    written: Written


class Negate(Typed, frozen=True):
    operand: "Expression"
    type: ScalarType
    written: Written


class Call(Typed, frozen=True):
    """A call of a function of the table in ``calls.py``; unknown if an argument is."""

    function: str
    arguments: tuple["Expression", ...]
    type: ScalarType
    written: Written


class Children(Typed, frozen=True):
    """The records in ``children[index]`` of a record."""

    variable: int
    index: int
    entity: str
    path: tuple[str, ...]
    written: Written


class Quantify(Typed, frozen=True):
    """``quantifier(element for variable in source if filter)``; the new variable is the next of the frame.

    A plain ``count(list)`` has no element; ``count(x for x in …)`` has the ``Whole`` record or ``Local`` value.
    """

    quantifier: Quantifier
    source: Children | ListField | ListParameter
    element: "Expression | None"
    filter: "Expression | None"
    distinct: bool
    type: ScalarType
    written: Written


class QuantifyGroup(Typed, frozen=True):
    """A quantifier over the members of a group: element and filter are parts (by number) that each member brings."""

    quantifier: Quantifier
    element: int | None
    filter: int | None
    distinct: bool
    type: ScalarType
    written: Written


Expression: TypeAlias = (
    Constant
    | UnknownValue
    | Parameter
    | AsOf
    | Field
    | Presence
    | Local
    | Whole
    | FactHolds
    | FactValue
    | Not
    | And
    | Or
    | Choose
    | Compare
    | Member
    | Lookup
    | Arithmetic
    | Negate
    | Call
    | Quantify
    | QuantifyGroup
)
