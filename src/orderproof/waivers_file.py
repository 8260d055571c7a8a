"""Waivers from a file: read with places, strictly; what is wrong with one is told, and then none of them holds."""

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from orderproof.accepted_values import Shown, Values
from orderproof.diagnostic import Diagnostic, OrderproofError, did_you_mean
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.report.model import FileName
from orderproof.ruleset.misshapen import FileKind, explain_shape
from orderproof.ruleset.model import CheckDefinition, Text
from orderproof.ruleset.shape import DAY, Malformed, Shape
from orderproof.source import Source, Span
from orderproof.tree import Scalar
from orderproof.waivers import Waiver, WaiverFile
from orderproof.waivers_bound import Bound

_FINGERPRINT = re.compile(r"([0-9a-z]+:)?[0-9a-f]{16,64}\Z")
_AMOUNT = re.compile(r"[0-9]+(\.[0-9]+)?\Z")
_A_DAY = ("a day", "write year-month-day, such as `2026-12-31`")
_KIND = FileKind(
    schema="waivers.schema.json",
    area="waivers",
    name="a file of waivers",
    forms={
        "granted": _A_DAY,
        "expires": _A_DAY,
        "fingerprint": ("a fingerprint", "copy it from a report"),
        "at_most": ("a bound", "write a number that is not negative, such as `5.00`"),
    },
    owners={"waivers": "a waiver"},
)
_KEYS = (
    *("rule", "document", "path", "index", "fingerprint", "verdict", "reason", "owner", "granted", "expires"),
    *("bound", "values"),
)


def load_waivers(path: Path, checks: Iterable[CheckDefinition]) -> WaiverFile:
    """The waivers of a file, for a rule set of these checks; raises OrderproofError with everything that is wrong."""
    file = read_waivers(path.as_posix(), content_of(path))
    let_waive(file.waivers, checks)
    return file


def let_waive(waivers: Iterable[Waiver], checks: Iterable[CheckDefinition]) -> None:
    """Raise OrderproofError for waivers of checks that a rule set does not have, or that allow no exception."""
    known = {check.id.value: check.waivable for check in checks}
    wrong: list[Diagnostic] = []
    for waiver in waivers:
        if waiver.rule not in known:
            hint = did_you_mean(waiver.rule, known) or "`orderproof rules list` names all checks"
            message = f"no check is called `{waiver.rule}`"
            wrong.append(Diagnostic("waivers.unknown-check", message, span=waiver.span, help=hint))
        elif not known[waiver.rule]:
            hint = "mend the documents; the rule set allows no exception"
            message = f"`{waiver.rule}` cannot be waived: its rule set says `waivable: false`"
            wrong.append(Diagnostic("waivers.not-waivable", message, span=waiver.span, help=hint))
    if wrong:
        raise OrderproofError(wrong)


def content_of(path: Path) -> bytes:
    """The bytes of a file of waivers; raises OrderproofError where they cannot be had."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise OrderproofError([Diagnostic("waivers.unreadable", reason, path=path.as_posix())]) from None


def read_waivers(name: str, content: bytes) -> WaiverFile:
    """The waivers of a text, whatever they waive; raises OrderproofError with everything that is wrong with its form."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"the file is not UTF-8 (in line {line})"
        hint = "save it as UTF-8; an editor may have used another encoding"
        raise OrderproofError([Diagnostic("waivers.encoding", message, path=name, help=hint)]) from None
    tree = parse_yaml_one(Source(name, text), inner=True)
    wrong: list[Diagnostic] = []
    waivers: list[Waiver] = []
    try:
        top = Shape(tree)
        top.only("waivers")
        listed = top.member("waivers")
        is_empty = isinstance(listed.node, Scalar) and listed.node.value is None
        for item in () if is_empty else listed.own_items():
            try:
                waivers.append(_waiver(item))
            except OrderproofError as error:
                wrong += error.diagnostics
    except Malformed as error:
        raise OrderproofError(explain_shape(tree, error.node, in_folder=False, kind=_KIND)) from None
    if wrong or (wrong := _twice(waivers)):
        raise OrderproofError(wrong)
    return WaiverFile(FileName(name, hashlib.sha256(content).hexdigest()), tuple(waivers))


def _waiver(shape: Shape) -> Waiver:
    shape.only(*_KEYS)
    entries = shape.mapping().entries
    rule, verdict = shape.text("rule"), shape.choice("verdict", ("violation", "undetermined"))
    document, path, fingerprint = (shape.optional(name) for name in ("document", "path", "fingerprint"))
    waiver = Waiver(
        rule=rule.value,
        document=None if document is None else document.value,
        path=None if path is None else path.value,
        index=_index(shape),
        fingerprint=None if fingerprint is None else _formed(fingerprint, shape),
        verdict="violation" if verdict is None else verdict.value,
        reason=_said(shape, "reason"),
        owner=_said(shape, "owner"),
        granted=_day(shape, "granted") if shape.has("granted") else None,
        expires=_day(shape, "expires"),
        bound=_bound(shape.member("bound")) if shape.has("bound") else None,
        values=_values(shape.member("values")) if shape.has("values") else None,
        span=entries[0].key_span,
    )
    if document is None and path is None and fingerprint is None:
        hint = "add `document: …` (its id), `path: …` or `fingerprint: …`; a check is left out of a run with --skip"
        _fail("waivers.target", "this waiver does not say of which document", rule.span, hint)
    if path is None and shape.has("index"):
        _fail(
            "waivers.target",
            "`index` counts the documents of a `path`",
            shape.member("index").node.span,
            "add `path: …`, or take it out",
        )
    if waiver.granted is not None and waiver.expires < waiver.granted:
        message = f"`expires` ({waiver.expires}) lies before `granted` ({waiver.granted}), so it would never hold"
        _fail("waivers.day", message, shape.text("expires").span, "exchange them")
    return waiver


def _fail(code: str, message: str, span: Span, help: str) -> NoReturn:
    raise OrderproofError([Diagnostic(code, message, span=span, help=help)])


def _formed(fingerprint: Text, shape: Shape) -> str:
    if _FINGERPRINT.match(fingerprint.value) is None:
        raise Malformed(shape.node)
    return fingerprint.value


def _said(shape: Shape, key: str) -> str:
    text = shape.text(key)
    if not text.value.strip():
        hint = "whoever reads the report must know it"
        _fail("waivers.blank", f"this {key} says nothing", text.span, hint)
    return text.value


def _index(shape: Shape) -> int:
    if not shape.has("index"):
        return 0
    node = shape.member("index").node
    if (
        not isinstance(node, Scalar)
        or not isinstance(node.value, int)
        or isinstance(node.value, bool)
        or node.value < 0
    ):
        raise Malformed(node)
    return node.value


def _day(shape: Shape, key: str) -> date:
    text = shape.text(key)
    if DAY.match(text.value) is None:
        raise Malformed(shape.node)
    try:
        return date.fromisoformat(text.value)
    except ValueError:
        diagnostic = Diagnostic("waivers.day", f"`{text.value}` is not a day of the calendar", span=text.span)
        raise OrderproofError([diagnostic]) from None


def _bound(shape: Shape) -> Bound:
    shape.only("path", "minus", "at_most")
    minus = shape.optional("minus")
    node = shape.member("at_most").node
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, str) and _AMOUNT.match(value) is not None:
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Malformed(node)
    if value < 0:
        _fail("waivers.name", f"`{value}` cannot be a bound", node.span, _KIND.forms["at_most"][1])
    return Bound(shape.text("path").value, None if minus is None else minus.value, Decimal(value))


def _values(shape: Shape) -> Values:
    values: dict[str, Shown] = {}
    for path, member in shape.own_members():
        value = member.node.value if isinstance(member.node, Scalar) else member.node
        if value is not None and not isinstance(value, str | bool):
            hint = 'write it as evidence does, such as `"5.00"`, `true`, or `null` for one that is absent'
            _fail("waivers.value", f"what stands at `{path.value}` is no value of a finding", member.node.span, hint)
        values[path.value] = value
    return tuple(sorted(values.items(), key=lambda item: item[0]))


def _twice(waivers: Iterable[Waiver]) -> list[Diagnostic]:
    """Waivers that stand there already: one of the two was meant to be another one."""
    seen: dict[tuple[object, ...], Waiver] = {}
    found: list[Diagnostic] = []
    for waiver in waivers:
        first = seen.setdefault((waiver.target, waiver.granted, waiver.expires), waiver)
        if first is not waiver:
            hint = f"the first is {first.place}; take one of them out"
            message = "this waiver stands here twice, for the same findings and the same days"
            found.append(Diagnostic("waivers.duplicate", message, span=waiver.span, help=hint))
    return found
