"""Which mapping reads a document or a table: the one that recognises it, or none where it needs none."""

from collections.abc import Sequence

from msgspec.structs import replace

from orderproof.diagnostic import Diagnostic
from orderproof.document import Document
from orderproof.mapping.below import headers_below
from orderproof.mapping.columns import find_columns
from orderproof.mapping.compile import InputMapping
from orderproof.mapping.own import is_own
from orderproof.mapping.paths import stands
from orderproof.mapping.plain_table import lacking, plain_table
from orderproof.schema import Schema
from orderproof.table import Table

MAX_NAMED = 10
NONE = "none"
"""What names no mapping, so that documents are read as they are."""


def choose(
    mappings: Sequence[InputMapping], reading: Document | Table, schema: Schema
) -> InputMapping | Diagnostic | None:
    """The mapping by which a reading is read; None where it is a document of ours, or no mapping knows it.

    A Diagnostic where several recognise it, and where a table can be read by none.
    """
    if isinstance(reading, Table):
        return _for_table(mappings, reading, schema)
    if is_own(reading, schema):
        return None
    found = [mapping for mapping in mappings if not mapping.is_table and recognises(mapping, reading)]
    if len(found) > 1:
        return _ambiguous(found, reading)
    return found[0] if found else None


def may_be_partners(mappings: Sequence[InputMapping], document: Document, schema: Schema) -> bool:
    """Whether a document of ours has a key by which, with others beside it, a mapping recognises a partner's."""
    keys = {
        steps[0] for each in mappings if not each.is_table for paths in each.recognised_by for steps in paths if steps
    }
    return any(key in keys and key not in schema.root.members for key in document.values)


def choose_for_own(mappings: Sequence[InputMapping], document: Document, schema: Schema) -> Diagnostic | None:
    """That a document of ours is a partner's too, whose part in it would be left unread; None where it is ours alone."""
    found = [
        mapping
        for mapping in mappings
        if not mapping.is_table
        and any(
            all(stands(document.values, steps) for steps in paths)
            and any(steps and steps[0] not in schema.root.members for steps in paths)
            for paths in mapping.recognised_by
        )
    ]
    if not found:
        return None
    names = " and ".join(f"`{mapping.name}`" for mapping in found)
    recognise = "recognises" if len(found) == 1 else "recognise"
    message = f"this has all that a document needs, and {names} {recognise} it too"
    help_ = f"say which is meant: `--mapping {found[0].name}`, or `--mapping {NONE}` to read documents as they are"
    return Diagnostic("mapping.ambiguous", message, span=document.span(()), path=document.path, help=help_)


def recognises(mapping: InputMapping, document: Document) -> bool:
    """Whether a document holds all that one of the mapping's lists asks for."""
    values = document.values
    return any(all(stands(values, steps) for steps in paths) for paths in mapping.recognised_by)


def _ambiguous(found: Sequence[InputMapping], reading: Document | Table) -> Diagnostic:
    names = " and ".join(f"`{mapping.name}`" for mapping in found)
    kind = "table" if isinstance(reading, Table) else "document"
    help_ = "say with --mapping which of them is meant"
    return Diagnostic("mapping.ambiguous", f"{names} recognise this {kind}", path=reading.path, help=help_)


def _for_table(mappings: Sequence[InputMapping], table: Table, schema: Schema) -> InputMapping | Diagnostic:
    missing = lacking(schema, table.headers)
    if not missing:
        return plain_table(schema, table)
    headers = [str(header.value) for header in table.headers]
    candidates = [mapping for mapping in mappings if mapping.is_table]
    found = [mapping for mapping in candidates if not _missing(mapping, headers)]
    if len(found) > 1:
        return _ambiguous(found, table)
    if found:
        return found[0]
    unknown = _unknown(candidates, table, headers, missing)
    below = headers_below(candidates, table, schema)
    return unknown if below is None else replace(unknown, help=below)


def _missing(mapping: InputMapping, headers: Sequence[str]) -> list[str] | None:
    """The headers that a table lacks to be recognised, in the list that lacks the fewest; empty where it is."""
    there, _ = find_columns(mapping.columns, headers)
    known = {column.name: column.header for column in mapping.columns}
    lists = [[known[str(name)] for (name,) in columns if name not in there] for columns in mapping.recognised_by]
    return min(lists, key=len, default=["recognise"])


def _unknown(
    candidates: Sequence[InputMapping], table: Table, headers: Sequence[str], missing: Sequence[str]
) -> Diagnostic:
    """That no mapping reads a table, with the one that is nearest to it and what it lacks for that."""
    message = "no mapping recognises this table, and its headers are not those of a document"
    span = table.headers[0].span if table.headers else None
    nearest = max(candidates, key=lambda mapping: _share(mapping, headers), default=None)
    if nearest is not None and _share(nearest, headers) > 0:
        lacks, name = _missing(nearest, headers), f"the mapping `{nearest.name}`"
    else:
        lacks, name = list(missing), "a table of documents"
    listed = ", ".join(f"`{header}`" for header in (lacks or [])[:MAX_NAMED])
    help_ = f"nearest is {name}, which needs {listed} too; or choose one with --mapping"
    return Diagnostic("mapping.unknown-table", message, span=span, path=table.path, help=help_)


def _share(mapping: InputMapping, headers: Sequence[str]) -> float:
    """The part of a mapping's columns that a table has."""
    there, _ = find_columns(mapping.columns, headers)
    return len(there) / max(1, len(mapping.columns))
