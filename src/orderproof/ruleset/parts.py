"""The parts of a rule file, each made from its node: derivations, checks, cases."""

from datetime import datetime
from pathlib import Path

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.facts.literal import CONVERTERS
from orderproof.ruleset.model import Case, Cases, CheckDefinition, Derivation, Effective, Text
from orderproof.ruleset.shape import Malformed, Shape
from orderproof.schema import Kind, Leaf
from orderproof.tree import Plain, plain


def read_derivation(shape: Shape) -> Derivation:
    """One entry of `derive`; raises Malformed."""
    shape.only("fact", "each", "when", "values", "note")
    return Derivation(
        fact=shape.name("fact"),
        each=shape.text("each"),
        when=shape.optional_expression("when"),
        values=tuple((name, value.expression()) for name, value in shape.members("values")),
        note=shape.optional("note"),
    )


def read_check(shape: Shape) -> CheckDefinition:
    """One entry of `checks`; raises Malformed, or OrderproofError for days that exclude each other."""
    shape.only(
        "id",
        "title",
        "clause",
        "severity",
        "each",
        "when",
        "by",
        "having",
        "require",
        "where",
        "message",
        "note",
        "effective",
        "waivable",
    )
    return CheckDefinition(
        id=shape.id("id"),
        title=_languages(shape.member("title")),
        clause=shape.text("clause"),
        severity=shape.choice("severity", ("error", "warning")),
        each=shape.text("each"),
        when=shape.optional_expression("when"),
        by=_keys(shape),
        having=shape.optional_expression("having"),
        require=shape.member("require").expression(),
        where=shape.optional("where"),
        message=_languages(shape.member("message")),
        note=shape.optional("note"),
        effective=_effective(shape.member("effective")) if shape.has("effective") else None,
        waivable=shape.flag("waivable", otherwise=True),
    )


def _languages(shape: Shape) -> tuple[tuple[Text, Text], ...]:
    shape.only("en", "zh")
    shape.text("en")
    return tuple((name, value.as_text()) for name, value in shape.own_members())


def _keys(shape: Shape) -> tuple[Text, ...]:
    if not shape.has("by"):
        return ()
    return shape.texts("by") if shape.member("by").is_list() else (shape.text("by"),)


def _effective(shape: Shape) -> Effective:
    shape.only("from", "until")
    first, last = (shape.day(name) if shape.has(name) else None for name in ("from", "until"))
    if first is None and last is None:
        raise Malformed(shape.node)
    if first is not None and last is not None and last < first:
        message = f"`until` ({last}) lies before `from` ({first}), so the check would never hold"
        raise OrderproofError([Diagnostic("rules.day", message, span=shape.text("until").span, help="exchange them")])
    return Effective(first, last, shape.node.span)


def read_cases(path: Path, shape: Shape) -> Cases:
    """The `tests` of a file; raises Malformed, or OrderproofError for a case that says too little."""
    shape.only("base", "as_of", "cases")
    base = shape.text("base")
    return Cases(
        base=path.parent / base.value,
        base_text=base,
        as_of=_instant(shape, "as_of"),
        cases=tuple(_case(item) for item in shape.member("cases").own_items()),
    )


def _instant(shape: Shape, name: str) -> datetime | None:
    if not shape.has(name):
        return None
    text = shape.text(name)
    instant = CONVERTERS[Kind.TIMESTAMP](text.value, Leaf(Kind.TIMESTAMP), None)
    if isinstance(instant, datetime):
        return instant
    hint = "write it as RFC 3339, such as `2026-03-01T08:30:00+08:00`"
    message = f"`{text.value}` is not an instant with a zone"
    raise OrderproofError([Diagnostic("rules.instant", message, span=text.span, help=hint)])


def _case(shape: Shape) -> Case:
    shape.only(
        "check", "change", "and", "expect", "subject", "as_of", "parameters", "boundary", "note", "never", "because"
    )
    verdicts = ("pass", "violation", "undetermined", "not_applicable")
    expect = shape.choice("expect", verdicts)
    never = shape.choice("never", verdicts)
    check = shape.text("check")
    shape.optional("note")
    if (expect is None) is (never is None):
        message = "a case says what to `expect`, or which verdict there is `never`: one of the two"
        hint = "add `expect: violation`, or another verdict" if expect is None else "leave one of them out"
        raise OrderproofError([Diagnostic("rules.case", message, span=check.span, help=hint)])
    if never is not None and not shape.has("because"):
        message = f"say why `{check.value}` is never {never.value}"
        raise OrderproofError([Diagnostic("rules.case", message, span=never.span, help="add `because: …`")])
    subject, boundary, because = (shape.optional(name) for name in ("subject", "boundary", "because"))
    return Case(
        check=check,
        change=_changes(shape.member("change")) if shape.has("change") else (),
        others=tuple(_changes(item) for item in shape.items("and")),
        expect=None if expect is None else expect.value,
        subject=None if subject is None else subject.value,
        as_of=_instant(shape, "as_of"),
        parameters={name.value: value.parameter() for name, value in shape.members("parameters")},
        boundary=None if boundary is None else boundary.value,
        never=None if never is None or because is None else f"{never.value}: {because.value}",
        span=check.span,
    )


def _changes(shape: Shape) -> tuple[tuple[Text, Plain], ...]:
    return tuple((name, plain(value.node)) for name, value in shape.own_members())
