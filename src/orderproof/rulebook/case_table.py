"""What the cases of a rule set show of each check, and what they leave open."""

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic
from orderproof.language import typed as t
from orderproof.language.types import Kind, ScalarType
from orderproof.rulebook.cases import Tested
from orderproof.ruleset.lower import children
from orderproof.ruleset.model import Case, RuleSet
from orderproof.ruleset.open import OpenRuleSet
from orderproof.ruleset.program import Check, Program

VERDICTS = ("pass", "violation", "undetermined", "not_applicable")
"""The verdicts of checks, in the order of a table's columns."""

_ORDERED = frozenset(
    {t.Comparison.LESS, t.Comparison.LESS_EQUAL, t.Comparison.GREATER, t.Comparison.GREATER_EQUAL},
)


class CaseRow(Struct, frozen=True):
    """A check's cases: for each verdict the number of those that came out as expected, and what is lacking.

    ``never`` are verdicts that a case says there cannot be; ``lacks_boundary`` where the check compares by order
    and no case says that it stands at a boundary.
    """

    rule: str
    counts: tuple[int, ...]
    never: frozenset[str]
    boundaries: int
    lacks: tuple[str, ...]
    lacks_boundary: bool


class CaseTable(Struct, frozen=True):
    """The rows of all checks; of ``total`` cases that ran those that failed; of ``never`` reasons those refuted."""

    rows: tuple[CaseRow, ...]
    total: int
    failed: tuple[Diagnostic, ...]
    never: int
    refuted: tuple[Diagnostic, ...]

    @property
    def lacking(self) -> int:
        """How many checks lack a case."""
        return sum(bool(row.lacks) or row.lacks_boundary for row in self.rows)

    @property
    def wrong(self) -> tuple[Diagnostic, ...]:
        """All that is wrong with cases."""
        return (*self.failed, *self.refuted)


def of_checks(opened: OpenRuleSet, program: Program) -> OpenRuleSet:
    """A rule set with the cases of a Program's checks alone."""
    wanted = {check.id for check in program.checks}
    tests = tuple(
        replace(each, cases=tuple(case for case in each.cases if case.check.value in wanted))
        for each in opened.rule_set.tests
    )
    return replace(opened, rule_set=replace(opened.rule_set, tests=tests))


def tabulate(rule_set: RuleSet, program: Program, tested: Tested) -> CaseTable:
    """The table of the checks of a Program; a case whose verdict another one says there is never is refuted by it."""
    shown: dict[str, list[Case]] = {check.id: [] for check in program.checks}
    for outcome in tested.outcomes:
        if outcome.failure is None:
            shown[outcome.case.check.value].append(outcome.case)
    reasons: dict[str, list[Case]] = {check.id: [] for check in program.checks}
    for case in (case for tests in rule_set.tests for case in tests.cases):
        if case.never is not None and case.check.value in reasons:
            reasons[case.check.value].append(case)
    return CaseTable(
        rows=tuple(_row(check, shown[check.id], reasons[check.id]) for check in program.checks),
        total=len(tested.outcomes),
        failed=tuple(outcome.failure for outcome in tested.outcomes if outcome.failure is not None),
        never=sum(len(of) for of in reasons.values()),
        refuted=tuple(_refuted(shown, reasons)),
    )


def _never(case: Case) -> str:
    return (case.never or "").partition(":")[0]


def _refuted(shown: Mapping[str, list[Case]], reasons: Mapping[str, list[Case]]) -> Iterator[Diagnostic]:
    for rule, of in reasons.items():
        for reason in of:
            other = next((case for case in shown[rule] if case.expect == _never(reason)), None)
            if other is not None:
                place = f"{other.span.source.name}:{other.span.position.line}"
                message = f"`{rule}` is never {_never(reason)}, says this case, but another one shows that it can be"
                yield Diagnostic("rules.case-refuted", message, span=reason.span, help=f"the other one: {place}")


def _row(check: Check, shown: list[Case], reasons: list[Case]) -> CaseRow:
    counts = Counter(case.expect for case in shown)
    never = frozenset(_never(case) for case in reasons)
    boundaries = sum(case.boundary is not None for case in shown)
    return CaseRow(
        rule=check.id,
        counts=tuple(counts[verdict] for verdict in VERDICTS),
        never=never,
        boundaries=boundaries,
        lacks=tuple(verdict for verdict in VERDICTS if not counts[verdict] and verdict not in never),
        lacks_boundary=not boundaries and _compares_by_order(check),
    )


def _compares_by_order(check: Check) -> bool:
    """Whether a check itself says "before", "at most" and the like of values of the document."""
    stack: list[t.Expression] = [check.when, check.require]
    while stack:
        node = stack.pop()
        if isinstance(node, t.Compare) and node.operator in _ORDERED:
            compared = node.left.type
            if isinstance(compared, ScalarType) and compared.kind is not Kind.INTEGER:
                return True
        stack += children(node)
    return False
