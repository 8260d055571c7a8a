"""What is not as a receipt says: files that are gone, changed or new, and verdicts that are others now.

Names begin in the current folder.
"""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from orderproof import __version__
from orderproof.data import rules_folder, schemas_folder
from orderproof.diagnostic import OrderproofError
from orderproof.reading.formats import Format
from orderproof.reading.inputs import Input, find_inputs
from orderproof.reading.pattern import is_pattern, matches
from orderproof.receipt.files import Unread, folder_parts, link_in, parts_of, read_below
from orderproof.receipt.limits import limits
from orderproof.receipt.sources import mapping_files, schema_file
from orderproof.receipt.statement import Receipt, Resource
from orderproof.ruleset.load import INPUTS, load_rule_set


class Kind(StrEnum):
    """How something is not as a receipt says."""

    CHANGED = "changed"
    MISSING = "missing"
    EXTRA = "extra"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    VERDICT = "verdict"


class Difference(Struct, frozen=True):
    """One thing that is not as a receipt says; ``name`` is as it is written there, or in a folder."""

    kind: Kind
    name: str
    reason: str


_EXTRA = "the receipt does not name it, and the same call would check it"


def file_differences(receipt: Receipt, rules: Path | None, itself: Path) -> Iterator[Difference]:
    """How files differ from a receipt: those that were judged, those by which was judged, and new ones among them.

    ``rules`` is where the rule set lies now, where that is not as the receipt says; ``itself`` is the receipt's file.
    """
    for subject in receipt.subject:
        yield from _compared(".", subject.name, subject.name, subject.digest.sha256)
    folder = rules or rules_of(receipt)
    for resource in receipt.predicate.configuration:
        yield from _of_resource(receipt, resource, folder)
    yield from _extra(receipt, itself)


def _compared(root: str, name: str, shown: str, sha256: str) -> Iterator[Difference]:
    found = read_below(root, name)
    if isinstance(found, Unread):
        yield Difference(Kind(found.kind), shown, found.reason)
    elif found.sha256 != sha256:
        yield Difference(Kind.CHANGED, shown, f"its digest is {found.sha256}, in the receipt {sha256}")


def rules_of(receipt: Receipt) -> Path | None:
    """Where the rule set of a receipt lies; None where the receipt does not say it, or not so that it may be looked up."""
    rules = receipt.own.rules
    parts = parts_of(rules.name) if rules.under != "root" else folder_parts(rules.name)
    if isinstance(parts, str) or rules.under == "elsewhere":
        return None
    if rules.under == "shipped":
        return rules_folder() / parts[0] if len(parts) == 1 else None
    return None if link_in(rules.name) else Path(*parts)


def _of_resource(receipt: Receipt, resource: Resource, rules: Path | None) -> Iterator[Difference]:
    name, sha256 = resource.name, resource.digest.sha256
    match resource.annotations.under, resource.annotations.kind:
        case "elsewhere", "config":
            # What it said of the run stands among its options.
            pass
        case _, "rules":
            yield from _of_rules(receipt, name, sha256, rules)
        case "root", _:
            yield from _compared(".", name, name, sha256)
        case "shipped", _:
            yield from _compared(str(schemas_folder()), name, f"{name} (shipped)", sha256)
        case "rules", _ if rules is not None:
            folder = rules if rules.is_dir() else rules.parent
            yield from _compared(str(folder), name, f"{receipt.own.rules.name}: {name}", sha256)
        case _:
            yield Difference(Kind.MISSING, name, "it is not known where the rule set lies; say it with --rules")


def _of_rules(receipt: Receipt, name: str, sha256: str, rules: Path | None) -> Iterator[Difference]:
    if rules is None:
        yield Difference(Kind.MISSING, name, "it is not known where the rule set lies; say it with --rules")
        return
    try:
        opened = load_rule_set(rules, cases=False)
    except OrderproofError as error:
        first = error.diagnostics[0]
        kind = Kind.UNREADABLE if rules.exists() else Kind.MISSING
        yield Difference(kind, name, f"this rule set cannot be loaded: {first.message}")
        return
    if opened.sha256 != sha256:
        yield Difference(Kind.CHANGED, name, f"its digest is {opened.sha256}, in the receipt {sha256}")
    said = receipt.own.rules
    if (opened.name.value, opened.version.value) != (said.id, said.version):
        is_ = f"{opened.name.value} {opened.version.value}"
        yield Difference(Kind.CHANGED, name, f"it is {is_}, in the receipt {said.id} {said.version}")
    folder = rules if rules.is_dir() else rules.parent
    known = {(each.name, each.annotations.under) for each in receipt.predicate.configuration}
    for each in (opened.document, *opened.fact_schemas):
        # A schema beside the rules would hide the shipped one of its name.
        file, under = schema_file(each.value, folder)
        if (file.name, under) not in known:
            yield Difference(Kind.EXTRA, file.name, "the receipt does not name this schema, which the rules are for")
    for file in mapping_files(folder):
        if (f"{INPUTS}/{file.name}", "rules") not in known:
            yield Difference(Kind.EXTRA, f"{name}: {INPUTS}/{file.name}", "the receipt does not name this mapping")


def _extra(receipt: Receipt, itself: Path) -> Iterator[Difference]:
    """Documents where the run looked for them, that it did not find."""
    own = receipt.own
    known = {parts_of(subject.name) for subject in receipt.subject} | set(map(folder_parts, own.unread))
    known |= {parts_of(each.name) for each in receipt.predicate.configuration if each.annotations.under == "root"}
    given = own.options.input_format
    form = Format(given) if given in set(Format) else None
    for path in own.searched:
        if _leads_away(path):
            yield Difference(Kind.REFUSED, path, "a link stands in its path, so it is not known what is new there")
            continue
        for found in find_inputs((path,), recursive=own.options.recursive, format=form):
            if not isinstance(found, Input) or found.is_standard:
                continue
            parts = parts_of(found.name)
            if parts not in known and not _is_same(Path(found.name), itself):
                known.add(parts)
                yield Difference(Kind.EXTRA, found.name, _EXTRA)


def _leads_away(path: str) -> bool:
    """Whether a folder or a pattern names a link; those that a pattern only matches are not entered."""
    if not is_pattern(path):
        return link_in(path)
    parts = path.split("/")
    for count, part in enumerate(parts, 1):
        if not is_pattern(part):
            before = "/".join(parts[:count])
            found = [name for name, _ in matches(before, lambda _: True, [])] if is_pattern(before) else [before]
            if any(map(link_in, found)):
                return True
    return False


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def remarks(receipt: Receipt) -> Iterator[str]:
    """What else is not as it was, and is no file: the program, and its limits."""
    own = receipt.own
    if own.tool.version != __version__:
        yield f"the receipt is of version {own.tool.version}, this is {__version__}: verdicts may differ for that"
    now = limits()
    for name in sorted({*now, *own.limits}):
        if now.get(name) != own.limits.get(name):
            was, is_ = (f"{of[name]:,}" if name in of else "none" for of in (own.limits, now))
            yield f"the limit {name} was {was}, and is {is_}"
    for each in receipt.predicate.configuration:
        if each.annotations.under == "elsewhere" and each.annotations.kind == "config":
            yield f"the configuration {each.name} lay elsewhere and is not compared; what it said is in the receipt"


def verdict_differences(receipt: Receipt, again: Receipt) -> Iterator[Difference]:
    """How the verdicts of the same run are others now."""
    old, new = receipt.predicate, again.predicate
    for name, was, is_ in (
        ("result", old.result, new.result),
        ("exit code", old.own.exit_code, new.own.exit_code),
        ("complete", old.own.complete, new.own.complete),
        ("complete across documents", old.own.cross_run_complete, new.own.cross_run_complete),
        ("checks that passed", old.passed_tests, new.passed_tests),
        ("checks that warned", old.warned_tests, new.warned_tests),
        ("checks that failed", old.failed_tests, new.failed_tests),
        ("checks that applied to nothing", old.own.never_applicable, new.own.never_applicable),
    ):
        if was != is_:
            yield Difference(Kind.VERDICT, name, f"was {_said(was)}, is {_said(is_)}")
    for name in sorted({*old.own.summary, *new.own.summary}):
        counted, counts = old.own.summary.get(name), new.own.summary.get(name)
        if counted != counts:
            yield Difference(Kind.VERDICT, f"summary, {name}", f"was {_said(counted)}, is {_said(counts)}")
    if old.own.findings != new.own.findings:
        counted, counts = old.own.findings.count, new.own.findings.count
        reason = f"were {counted:,}, are {counts:,}" if counted != counts else "are others than these"
        yield Difference(Kind.VERDICT, "findings", reason)
    if old.own.parameters != new.own.parameters:
        yield Difference(Kind.VERDICT, "parameters", "are not those of this rule set with these options")
    named = {(subject.name, subject.digest.sha256) for subject in receipt.subject}
    for subject in again.subject:
        if (subject.name, subject.digest.sha256) not in named:
            yield Difference(Kind.EXTRA, subject.name, "it is read now, and the receipt does not name it")


def other_engines(receipt: Receipt, again: Receipt) -> str | None:
    """That a run was judged by other engines than now, which agree where they judge the same, if it was."""
    was, is_ = (", ".join(f"{each.name} {each.judged:,}" for each in of.own.engines) for of in (receipt, again))
    return None if receipt.own.engines == again.own.engines else f"judged by {is_}; the receipt says {was}"


def _said(value: object) -> str:
    match value:
        case tuple():
            return ", ".join(value) or "none"
        case None:
            return "not said"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
