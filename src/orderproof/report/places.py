"""Where something stands, as reports for people say it."""

from orderproof.finding import DocumentName, Finding, Read, SubjectName
from orderproof.report.quoting import shown, value
from orderproof.source import Span
from orderproof.tree import Pointer, write_pointer

NAME_LENGTH = 1000
"""Characters of a file's name that are shown."""


def place_of(span: Span, within: str | None = None) -> str:
    """Line and column, or the cell of a sheet, after the name of the input where it is not the one ``within`` which
    we are.
    """
    cell = cell_of(span)
    place = _position(span) if cell is None else cell
    if span.source.name == within:
        return place
    return f"{shown(span.source.name, NAME_LENGTH)}{':' if cell is None else '!'}{place}"


def spot_of(span: Span) -> str:
    """Line and column, or the cell of a sheet."""
    cell = cell_of(span)
    return _position(span) if cell is None else cell


def _position(span: Span) -> str:
    position = span.position
    return f"{position.line}:{position.column}"


def cell_of(span: Span) -> str | None:
    """The cell of a sheet; None where the input is none."""
    cell = span.source.cell(span.start)
    return None if cell is None else shown(cell)


def path_of(pointer: Pointer) -> str:
    """A path in a document."""
    return shown(write_pointer(pointer))


def input_of(name: DocumentName) -> str:
    """A document by its input; its number in that is said where it is not the first: few inputs have a second one."""
    return shown(name.path, NAME_LENGTH) + (f" #{name.index}" if name.index else "")


def subject_of(finding: Finding) -> SubjectName | None:
    """The subject of a finding where it is not the document itself."""
    whole = not finding.grouped and finding.subject.key == finding.document.id
    return None if whole else finding.subject


def status_of(finding: Finding) -> str:
    """Whether a finding counts: ``new``, or ``waived``, or ``known`` from the baseline."""
    return "waived" if finding.waived is not None else "new" if finding.is_new else "known"


def told_read(read: Read) -> str:
    """A value that was read, after its path."""
    path = path_of(read.pointer)
    if read.told:
        return f"{path}: {shown(str(read.value))}"
    return f"{path} = {'–' if read.value is None else value(read.value)}"
