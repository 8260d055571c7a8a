"""Whether a document is one of ours as it is; loaded with every run, so nothing of mappings is."""

from orderproof.document import Document
from orderproof.schema import Schema


def is_own(document: Document, schema: Schema) -> bool:
    """Whether a document has what every document of its type must have, so that it needs no mapping."""
    values = document.values
    return all(values.get(name) is not None for name in schema.root.required)


def is_mixed(document: Document, schema: Schema) -> bool:
    """Whether a document says more than those of its type do, so that a mapping may recognise something in it."""
    return any(key not in schema.root.members for key in document.values)
