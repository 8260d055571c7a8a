"""How types relate: what compares, what adds, and which facts a condition makes known."""

from orderproof.language import typed as t
from orderproof.language.types import BOOLEAN, DECIMAL, DURATION, INTEGER, TIMESTAMP, Kind, RecordType, ScalarType

NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
ORDERED = (Kind.INTEGER, Kind.DECIMAL, Kind.TIMESTAMP, Kind.DATE, Kind.DURATION)
SUMMED = (Kind.INTEGER, Kind.DECIMAL, Kind.DURATION)


def facts_known(expression: t.Expression, truth: bool) -> frozenset[tuple[int, int]]:
    """The facts (variable, number) that certainly hold where an expression has this truth."""
    match expression:
        case t.FactHolds(variable, fact):
            return frozenset({(variable, fact)}) if truth else frozenset()
        case t.Not(operand):
            return facts_known(operand, not truth)
        case t.And(operands) | t.Or(operands):
            sets = [facts_known(operand, truth) for operand in operands]
            together = isinstance(expression, t.And) is truth
            return frozenset.union(*sets) if together else frozenset.intersection(*sets)
        case _:
            return frozenset()


def kind_of(expression: t.Expression) -> Kind | None:
    return expression.type.kind if isinstance(expression.type, ScalarType) else None


def plain_type(expression: t.Expression) -> ScalarType:
    """The scalar type of an expression, or boolean for a whole record (which no operation takes)."""
    return expression.type if isinstance(expression.type, ScalarType) else BOOLEAN


def comparable(left: ScalarType | RecordType, right: ScalarType | RecordType) -> bool:
    if not isinstance(left, ScalarType) or not isinstance(right, ScalarType):
        return False
    return left.kind is right.kind or (left.kind in NUMBERS and right.kind in NUMBERS)


def common_type(left: t.Expression, right: t.Expression) -> ScalarType | None:
    one, other = plain_type(left), plain_type(right)
    if one == other:
        return one
    if one.kind in NUMBERS and other.kind in NUMBERS:
        return DECIMAL
    return ScalarType(one.kind) if one.kind is other.kind else None


def arithmetic_type(operator: str, left: ScalarType | RecordType, right: ScalarType | RecordType) -> ScalarType | None:
    if not isinstance(left, ScalarType) or not isinstance(right, ScalarType):
        return None
    match left.kind, operator, right.kind:
        case (Kind.INTEGER, _, Kind.INTEGER):
            return INTEGER
        case (one, _, other) if one in NUMBERS and other in NUMBERS:
            return DECIMAL
        case (Kind.TIMESTAMP, "+" | "-", Kind.DURATION) | (Kind.DURATION, "+", Kind.TIMESTAMP):
            return TIMESTAMP
        case (Kind.TIMESTAMP, "-", Kind.TIMESTAMP) | (Kind.DURATION, "+" | "-", Kind.DURATION):
            return DURATION
        case _:
            return None
