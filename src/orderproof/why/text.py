"""An explanation for people: the verdict, then every part of the rule with its truth, values and places."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from msgspec import Struct

from orderproof.finding import DocumentName, SubjectName
from orderproof.messages import MAX_NAMED, in_language
from orderproof.report.instant import write_instant
from orderproof.report.layout import WIDTH, padded, wrapped
from orderproof.report.quoting import inert, shown, value
from orderproof.report.words import LANGUAGES, Words
from orderproof.showing import Shown
from orderproof.source import Span
from orderproof.tree import write_pointer
from orderproof.why.reasons import NOT_JUDGED, DocumentWhy, GroupWhy, Joining, Judged, Why
from orderproof.why.steps import (
    Branch,
    Choice,
    Computed,
    Condition,
    Entry,
    Fact,
    Member,
    More,
    Named,
    NotCarried,
    ReadList,
    ReadValue,
    Step,
)
from orderproof.why.words import WHY_WORDS, WhyWords

_TEXT = 1500
_INDENTS = 30
_MISSING = 20


class _Page(Struct, frozen=True):
    """What every line needs: words, and the input and the subject that need not be named."""

    words: WhyWords
    common: Words
    document: DocumentName | None = None
    subject: SubjectName | None = None


def render_why(why: Why, lang: str) -> str:
    """An explanation as text; no line of it begins with a document's own text."""
    page = _Page(WHY_WORDS[lang], LANGUAGES[lang])
    lines = [*_rule(page, why, lang)]
    groups = {group.number: group for group in why.groups}
    for document in why.documents:
        lines.append("")
        lines += _document(page, why, document, groups)
    for group in why.groups:
        lines.append("")
        lines += _group(page, group)
    return "".join(f"{inert(line.rstrip())}\n" for line in lines)


def _rule(page: _Page, why: Why, lang: str) -> Iterator[str]:
    check, words = why.check, page.words
    title = page.common.rule_title.format(title=shown(in_language(check.titles, lang)))
    yield words.rule.format(rule=shown(check.id), clause=shown(check.clause), title=title)
    form = words.for_each if check.grouping is None else words.for_each_by
    yield "  " + form.format(severity=page.common.severities[check.severity], entity=shown(check.entity))
    if check.note:
        yield from _wrapped("  ", check.note)
    rule_sets = ", ".join(f"{shown(of.id)} {shown(of.version)}" for of in why.report.rule_sets)
    yield "  " + page.common.run.format(as_of=write_instant(why.report.as_of), rule_sets=rule_sets)


def _wrapped(indent: str, text: str, first: str = "") -> Iterator[str]:
    """A text below ``first``, or behind it, its further lines a step further in."""
    for number, line in enumerate(wrapped(shown(text, _TEXT), max(40, WIDTH - len(indent)))):
        yield f"{indent}{first if not number else '  ' if first else ''}{line}"


def _document(page: _Page, why: Why, document: DocumentWhy, groups: dict[int, GroupWhy]) -> Iterator[str]:
    name, words = document.name, page.words
    heading = _named(page, name)
    if document.subjects is None:
        yield f"{page.common.verdicts['unreadable']}{words.colon}{heading}"
        return
    yield f"{words.document}{words.colon}{heading}"
    if document.unseen:
        yield "  " + words.unseen.format(verdict=words.not_judged, entity=shown(why.check.entity))
    elif not document.subjects:
        verdict = page.common.verdicts["not_applicable"]
        yield "  " + words.no_subject.format(verdict=verdict, entity=shown(why.check.entity))
    for subject in document.subjects:
        inner = _Page(words, page.common, name, subject.subject)
        match subject:
            case Judged():
                yield from _judged(inner, subject)
            case Joining():
                yield from _joining(inner, subject, groups)
            case _:
                assert_never(subject)


def _named(page: _Page, name: DocumentName) -> str:
    number = f" #{name.index}" if name.index else ""
    id_ = "" if name.id is None else page.common.heading_id.format(id=shown(name.id))
    return f"{shown(name.path, _TEXT)}{number}{id_}"


def _verdict(page: _Page, verdict: str) -> str:
    return page.words.not_judged if verdict == NOT_JUDGED else page.common.verdicts[verdict]


def _place(span: Span | None) -> str:
    if span is None:
        return ""
    cell = span.source.cell(span.start)
    if cell is not None:
        return f" ({shown(cell)})"
    position = span.position
    return f" ({position.line}:{position.column})"


def _judged(page: _Page, judged: Judged) -> Iterator[str]:
    words = page.words
    yield "  " + words.subject.format(
        verdict=_verdict(page, judged.verdict),
        entity=shown(judged.subject.entity),
        key=shown(judged.subject.key),
        place=_place(judged.span),
    )
    if judged.message:
        yield from _wrapped("    ", judged.message, f"{words.message}{words.colon}")
    if len(judged.missing) > MAX_NAMED:
        # The message names the first of them only.
        yield f"    {words.missing}{words.colon.rstrip()}"
        yield from (f"      {shown(path)}" for path in judged.missing[:_MISSING])
        if len(judged.missing) > _MISSING:
            yield "      " + page.common.more.format(count=len(judged.missing) - _MISSING)
    yield from _part(page, words.applies_always if judged.when is None else words.applies, judged.when, 2)
    if judged.require is not None:
        yield from _part(page, words.requires, judged.require, 2)


def _part(page: _Page, label: str, step: Step | None, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{label}"
    if step is not None:
        yield from _step(page, step, depth + 1)


def _joining(page: _Page, joining: Joining, groups: dict[int, GroupWhy]) -> Iterator[str]:
    words = page.words
    named = {
        "entity": shown(joining.subject.entity),
        "key": shown(joining.subject.key),
        "place": _place(joining.span),
    }
    if joining.belongs is False:
        yield "  " + words.no_member.format(verdict=page.common.verdicts["not_applicable"], **named)
    elif not joining.compared:
        yield "  " + words.not_compared.format(**named)
    elif joining.group is None:
        verdict = _verdict(page, NOT_JUDGED if joining.not_judged else "undetermined")
        yield f"  {verdict}{words.colon}" + words.no_key.format(**named)
    else:
        group = groups[joining.group]
        verdict = _verdict(page, group.verdict)
        yield "  " + words.in_group.format(group=shown(group.key), verdict=verdict, **named)
    if joining.message:
        yield from _wrapped("    ", joining.message, f"{words.message}{words.colon}")
    if joining.when is not None:
        yield from _part(page, words.member_when, joining.when, 2)
    if joining.keys:
        yield f"    {words.key}"
        yield from _steps(page, joining.keys, 3)


def _group(page: _Page, group: GroupWhy) -> Iterator[str]:
    words = page.words
    yield words.group.format(verdict=_verdict(page, group.verdict), key=shown(group.key))
    if group.message:
        yield from _wrapped("    ", group.message, f"{words.message}{words.colon}")
    yield "    " + words.members.format(count=len(group.members))
    for document, subject, span, sure in group.members[:_MISSING]:
        form = words.member if sure else words.unsure_member
        named = {"entity": shown(subject.entity), "key": shown(subject.key), "place": _place(span)}
        yield "      " + form.format(document=_named(page, document), **named)
    if len(group.members) > _MISSING:
        yield "      " + page.common.more.format(count=len(group.members) - _MISSING)
    if group.unsure:
        yield from _wrapped("    ", words.unsure)
    if group.having is not None:
        yield from _part(page, words.having, group.having, 2)
    if group.require is not None:
        yield from _part(page, words.requires, group.require, 2)


# Steps


def _steps(page: _Page, steps: Iterable[Step], depth: int) -> Iterator[str]:
    for step in steps:
        yield from _step(page, step, depth)


def _line(page: _Page, depth: int, text: str, truth: bool | None, *, judged: bool = True) -> Iterator[str]:
    """A line with its truth before it; a long one goes on below itself."""
    mark = padded(page.words.truths[truth], page.words.truth_width) if judged else ""
    indent = "  " * min(depth, _INDENTS)
    for number, line in enumerate(wrapped(text, max(40, WIDTH - len(indent)))):
        yield f"{indent}{mark if not number else padded('', page.words.truth_width if judged else 2)}{line}"


def _step(page: _Page, step: Step, depth: int) -> Iterator[str]:
    words = page.words
    match step:
        case Condition(form, text, truth, below):
            line = shown(text, _TEXT) if text else words.forms[form]
            yield from _line(page, depth, line, truth)
            yield from _steps(page, below, depth + 1)
        case Choice(text, truth, branches):
            yield from _line(page, depth, words.choice if branches else shown(text, _TEXT), truth)
            for branch, inner in branches:
                yield from _branch(page, branch, inner, depth + 1)
        case Computed(name, text, found, below):
            known = words.unknown if found is None else value(found)
            line = (
                f"{shown(text, _TEXT)} = {known}" if name is None else f"{shown(name)} = {shown(text, _TEXT)} = {known}"
            )
            yield from _line(page, depth, line, None, judged=False)
            yield from _steps(page, below, depth + 1)
        case ReadValue():
            yield from _line(page, depth, _read(page, step), None, judged=False)
        case ReadList(pointer, length, span, supplied):
            form_ = words.list_length if length else words.list_empty
            line = form_.format(name=shown(write_pointer(pointer)), count=length)
            yield from _line(page, depth, line + (words.not_supplied if supplied else _place(span)), None, judged=False)
        case NotCarried(path):
            line = words.not_carried.format(name=shown(write_pointer(path)))
            yield from _line(page, depth, line, None, judged=False)
        case Named(name, found):
            held = words.no_key_in_table if found is None else _held(found)
            yield from _line(page, depth, f"{shown(name)} = {held}", None, judged=False)
        case Fact():
            yield from _fact(page, step, depth)
        case Member():
            yield from _member(page, step, depth)
        case More(count):
            yield f"{'  ' * min(depth, _INDENTS)}{page.common.more.format(count=count)}"
        case _:
            assert_never(step)


def _branch(page: _Page, branch: Branch, step: Step, depth: int) -> Iterator[str]:
    yield f"{'  ' * min(depth, _INDENTS)}{page.words.branches[branch]}"
    yield from _step(page, step, depth + 1)


def _held(found: Shown | tuple[Shown, ...]) -> str:
    if isinstance(found, tuple):
        return f"[{', '.join(value(each) for each in found)}]"
    return value(found)


def _read(page: _Page, read: ReadValue) -> str:
    if read.value is not None:
        text = value(read.value)
    elif read.default is not None:
        text = page.words.default.format(value=value(read.default))
    else:
        text = page.common.absent
    place = f": {shown(read.told, _TEXT)}" if read.told else _place(read.span)
    return f"{shown(write_pointer(read.pointer))} = {text}{place}"


def _fact(page: _Page, fact: Fact, depth: int) -> Iterator[str]:
    words = page.words
    line = shown(fact.name)
    if fact.subject != page.subject:
        line += page.common.fact_subject.format(entity=shown(fact.subject.entity), key=shown(fact.subject.key))
    for number, (name, held) in enumerate(fact.values.items()):
        before = words.colon if not number else page.common.comma
        line += f"{before}{shown(name)} = {words.unknown if held is None else value(held)}"
    yield from _line(page, depth, line + (words.repeated if fact.repeated else ""), fact.truth)
    for entry in fact.entries:
        yield from _entry(page, fact, entry, depth + 1)


def _entry(page: _Page, fact: Fact, entry: Entry, depth: int) -> Iterator[str]:
    """A fact's entry; its number is said only where the fact has others."""
    if fact.count > 1:
        yield f"{'  ' * min(depth, _INDENTS)}{page.words.entry.format(number=entry.number, count=fact.count)}"
        depth += 1
    if entry.when is not None:
        yield from _step(page, entry.when, depth)
    yield from _steps(page, entry.values, depth)


def _member(page: _Page, member: Member, depth: int) -> Iterator[str]:
    words = page.words
    name = shown(member.name) + _place(member.span)
    if member.document is not None:
        name = f"{_named(page, member.document)}{page.common.comma}{name}"
    if member.counts is not True:
        name = (words.left_out if member.counts is False else words.maybe).format(name=name)
    yield f"{'  ' * min(depth, _INDENTS)}{name}"
    yield from _steps(page, member.below, depth + 1)
