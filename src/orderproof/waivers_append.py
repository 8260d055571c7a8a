"""Waivers added to a file: at its end, with all that stands in it left as it is."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from orderproof.accepted_values import TOO_MANY, Shown, Values
from orderproof.diagnostic import Diagnostic, OrderproofError, display
from orderproof.earlier import EarlierFinding
from orderproof.reading.inputs import STANDARD
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.report.write import write_whole
from orderproof.source import Source
from orderproof.tree import Mapping, Scalar
from orderproof.tree import Sequence as SequenceNode
from orderproof.waivers import Waiver, WaiverFile
from orderproof.waivers_file import content_of, read_waivers

_NEW = "# Findings that are accepted, each for a reason and until a day.\nwaivers:\n"


class Grant(Struct, frozen=True):
    """What is said of findings that are accepted."""

    reason: str
    owner: str
    granted: date
    expires: date


def waivers_of(findings: Sequence[EarlierFinding], grant: Grant, file: Path) -> tuple[Waiver, ...]:
    """The waivers that accept findings, each by its fingerprint and its document, to be written into a file.

    Raises OrderproofError for a document that no file can name again, and for a finding that rests on too many values.
    """
    found: dict[Waiver, None] = {}
    for finding in findings:
        name = finding.document
        waiver = Waiver(
            rule=finding.rule,
            document=name.id or None,
            path=None if name.id else _path_from(file, name.path),
            index=0 if name.id else name.index,
            fingerprint=finding.fingerprint,
            verdict=finding.verdict,
            reason=grant.reason,
            owner=grant.owner,
            granted=grant.granted,
            expires=grant.expires,
            bound=None,
            values=_values(finding),
            span=None,
        )
        found[waiver] = None
    return tuple(found)


def _values(finding: EarlierFinding) -> Values:
    """What a finding rests on: with these values it is accepted, and with no others."""
    values = finding.values
    if values is None:
        message = f"`{finding.fingerprint}` cannot be waived by its values: {TOO_MANY}"
        hint = "write the waiver by hand: `rule`, `document`, `reason`, `owner`, `expires`; it holds whatever the values are"
        raise OrderproofError([Diagnostic("waive.values", message, help=hint)])
    return values


def _path_from(file: Path, path: str) -> str:
    """The path of a document without an id, from the folder of a file on."""
    if path == STANDARD:
        message = "a document of standard input without an id cannot be waived: the next one there would be, too"
        raise OrderproofError([Diagnostic("waive.standard-input", message, help="check it as a file")])
    if os.path.isabs(path):  # noqa: PTH117  # names, which may be no file's
        return path
    folder, name = os.path.split(path)
    folder = os.path.relpath(os.path.realpath(folder), os.path.realpath(file.parent))
    return os.path.normpath(os.path.join(folder, name)).replace(os.sep, "/")  # noqa: PTH118


def append_waivers(path: Path, waivers: Sequence[Waiver]) -> WaiverFile:
    """Add waivers to a file, which is made where there is none; raises OrderproofError, and leaves it, where it cannot.

    What is written is read again first: it must be what stood there, and the new ones behind it.
    """
    name = path.as_posix()
    content = content_of(path) if path.exists() else _NEW.encode()
    before = read_waivers(name, content)
    text = content.decode("utf-8")
    indent = _indent(name, text)
    line_end = "\r\n" if "\r\n" in text else "\n"
    if not text.endswith("\n"):
        text += line_end
    text += "".join(f"{' ' * indent}{line}{line_end}" for waiver in waivers for line in _lines(waiver))
    after = read_waivers(name, text.encode("utf-8"))
    expected = [*before.waivers, *waivers]
    if [replace(each, span=None) for each in after.waivers] != [replace(each, span=None) for each in expected]:
        raise _refused(name)
    write_whole(path, text)
    return replace(after, waivers=after.waivers[len(before.waivers) :])


def _indent(name: str, text: str) -> int:
    """How far the entries of a file are from the left."""
    source = Source(name, text.removeprefix("\ufeff"))
    root = parse_yaml_one(source)
    listed = root.get("waivers") if isinstance(root, Mapping) else None
    match listed:
        case Scalar(None):
            indent = 2
        case SequenceNode(items) if items:
            before, sign, blanks = source.line(items[0].span.position.line)[
                : items[0].span.position.column - 1
            ].rpartition("-")
            if not sign or before.strip(" ") or blanks.strip(" "):
                raise _refused(name)
            indent = len(before)
        case _:
            raise _refused(name)
    return indent


def _refused(name: str) -> OrderproofError:
    message = "nothing can be added at the end of this file without changing what stands in it"
    hint = "write it as `waivers:` and below it an entry on lines of its own, each of which begins with `- `"
    return OrderproofError([Diagnostic("waivers.not-added", message, path=name, help=hint)])


def _lines(waiver: Waiver) -> list[str]:
    texts = {
        "rule": waiver.rule,
        "document": waiver.document,
        "path": waiver.path,
        "fingerprint": waiver.fingerprint,
        "reason": waiver.reason,
        "owner": waiver.owner,
    }
    lines = [f"{key}: {quoted(text)}" for key, text in texts.items() if text is not None]
    if waiver.index:
        lines.append(f"index: {waiver.index}")
    if waiver.verdict != "violation":
        lines.append(f"verdict: {waiver.verdict}")
    if waiver.granted is not None:
        lines.append(f"granted: {waiver.granted}")
    lines.append(f"expires: {waiver.expires}")
    if waiver.values is not None:
        lines.append("values:" if waiver.values else "values: {}")
        lines += (f"  {quoted(path)}: {_valued(value)}" for path, value in waiver.values)
    return [f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]


def _valued(value: Shown) -> str:
    return quoted(value) if isinstance(value, str) else "null" if value is None else str(value).lower()


def quoted(text: str) -> str:
    """A text in YAML, on one line and plain to see; raises OrderproofError for half of a character.

    The escapes of ``display`` are YAML's own.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        message = f"`{display(text)}` holds half of a character, which YAML cannot say"
        raise OrderproofError([Diagnostic("waivers.half-character", message, help="mend it in the document")])
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{display(escaped)}"'
