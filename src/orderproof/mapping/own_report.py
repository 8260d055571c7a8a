"""Reports of our own among the inputs: told as what they are, not as orders that lack all."""

from collections.abc import Mapping

from orderproof.diagnostic import Diagnostic
from orderproof.document import Document

_FORMAT = "orderproof.report"
"""What the name of a report's format begins with."""
_RECORDS: Mapping[str, frozenset[str]] = {
    "finding": frozenset({"rule", "fingerprint"}),
    "document": frozenset({"sha256", "verdict"}),
    "diagnostic": frozenset({"code", "severity"}),
    "verdict": frozenset({"verdict", "was"}),
    "end": frozenset({"complete", "summary"}),
}
"""The lines of a report of records behind its first, by what they call themselves, with keys that each of them has."""


def own_report(document: Document) -> Diagnostic | None:
    """That a document is a report of ours, or a line of one; None where it is anything else."""
    values = document.values
    name, record = values.get("format"), values.get("record")
    is_head = isinstance(name, str) and name.startswith(_FORMAT) and "tool" in values
    keys = _RECORDS.get(record) if isinstance(record, str) else None
    if not is_head and (keys is None or not keys <= values.keys()):
        return None
    message = "this is a report of orderproof, not an order"
    help_ = "write reports outside the folder that is checked"
    return Diagnostic("document.report", message, span=document.span(()), help=help_)
