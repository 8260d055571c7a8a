"""The command that writes partners' documents as documents of ours."""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from orderproof.cli_completion import files
from orderproof.cli_inputs import find, input_options, table_options
from orderproof.cli_options import config_options
from orderproof.diagnostic import Diagnostic, OrderproofError

if TYPE_CHECKING:
    from orderproof.document import Document, Notice, Unreadable
    from orderproof.exit_code import ExitCode
    from orderproof.schema import Schema

# What a command needs is imported when it runs: `orderproof --version` answers before the rest is loaded.

_YAML_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
"""Words that readers of YAML take for something else than a text."""
_PAIR = re.compile(r"\\\\|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})")


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH...]", shell_complete=files)
@config_options
@input_options
@click.option("--rules", metavar="PATH", help="The rule set whose document type and mappings are meant.")
@click.option(
    "--output-format",
    "format_",
    type=click.Choice(("ndjson", "json", "yaml")),
    default="ndjson",
    help="How the documents are written: one on a line, as a list, or one after the other.",
)
def convert(
    paths: tuple[str, ...],
    recursive: bool,
    files_from: str | None,
    null: bool,
    input_format: str | None,
    mapping: str | None,
    delimiter: str | None,
    encoding: str | None,
    sheet: str | None,
    rules: str | None,
    format_: str,
) -> "ExitCode":
    """Write partners' documents and tables as documents, by the mapping that reads them.

    Exit codes: 0 all written, 2 wrong use or a bad mapping, 3 something could not be read or mapped.
    """
    from orderproof.document import Document, Notice
    from orderproof.exit_code import ExitCode
    from orderproof.mapping.catalogue import Catalogue
    from orderproof.mapping.own import is_own
    from orderproof.mapping.stream import mapped
    from orderproof.reading.reader import read_documents
    from orderproof.report.write import StandardOutput
    from orderproof.ruleset.open import open_rule_set

    opened = open_rule_set(rules, {}, cases=False)
    catalogue = Catalogue(opened.path, opened.schema)
    chosen = None if mapping is None else catalogue.named(mapping)
    options = table_options(chosen, delimiter, encoding, sheet)
    inputs = find(paths, files_from, null=null, recursive=recursive, input_format=input_format)
    complete = True

    def converted() -> "Iterator[Document]":
        nonlocal complete
        for reading in mapped(read_documents(inputs, options=options), catalogue, chosen):
            if not isinstance(reading, Document):
                complete = complete and isinstance(reading, Notice)
                _tell(reading)
            elif reading.source is None and not is_own(reading, opened.schema):
                complete = False
                _tell(_unknown(reading, opened.schema))
            else:
                yield reading

    output = StandardOutput(sys.stdout)
    for part in _written(converted(), format_):
        output.write(part.encode())
    output.flush()
    return ExitCode.CLEAN if complete else ExitCode.INCOMPLETE


def _unknown(document: "Document", schema: "Schema") -> "Unreadable":
    """That no mapping knows a document which is none of ours."""
    from orderproof.document import Unreadable

    missing = [f"`{each}`" for each in sorted(schema.root.required) if document.values.get(each) is None]
    message = f"no mapping recognises this document, and it is no {schema.name} itself: it lacks {', '.join(missing)}"
    help_ = "choose the mapping that reads it with --mapping"
    wrong = Diagnostic("mapping.unknown-document", message, span=document.root.span, help=help_)
    return Unreadable(document.path, document.index, document.sha256, (wrong,))


def _tell(reading: "Unreadable | Notice") -> None:
    from orderproof.diagnostic import render
    from orderproof.document import Notice
    from orderproof.report.quoting import inert
    from orderproof.report.write import write_standard

    diagnostics = (reading.diagnostic,) if isinstance(reading, Notice) else reading.diagnostics
    lines = (line for each in diagnostics for line in render(each).split("\n"))
    # Where nobody can hear it, the exit code still says it.
    with suppress(OrderproofError):
        write_standard(sys.stderr, "".join(f"{inert(line)}\n" for line in lines))


# Writing


def _written(documents: "Iterator[Document]", format_: str) -> Iterator[str]:
    """Documents as text, part by part."""
    match format_:
        case "ndjson":
            yield from (f"{json_text(document.values)}\n" for document in documents)
        case "yaml":
            yield from (f"---\n{yaml_text(document.values)}" for document in documents)
        case _:
            count = 0
            for count, document in enumerate(documents, start=1):
                yield ("[\n" if count == 1 else ",\n") + json_text(document.values)
            yield "\n]\n" if count else "[]\n"


def json_text(value: Any) -> str:
    """A value as JSON on one line: numbers as they are, nothing that a terminal acts on."""
    match value:
        case dict():
            return "{" + ",".join(f"{_text(key)}:{json_text(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ",".join(json_text(inner) for inner in value) + "]"
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case _:
            return str(value)


def yaml_text(value: dict[str, Any], indent: str = "") -> str:
    """An object as YAML in block style; every text is in quotes, so that none is taken for a number."""
    if not value:
        return f"{indent}{{}}\n"
    return "".join(f"{indent}{_yaml_key(key)}:{_yaml_below(inner, indent)}" for key, inner in value.items())


def _yaml_key(key: str) -> str:
    is_plain = key.isascii() and key.isidentifier() and key.casefold() not in _YAML_WORDS
    return key if is_plain else _in_yaml(_text(key))


def _in_yaml(text: str) -> str:
    """JSON as YAML: the same but for characters beyond the first plane that are written as two escapes."""
    return _PAIR.sub(lambda found: _joined(found) if found[1] else found[0], text)


def _joined(pair: "re.Match[str]") -> str:
    high, low = (int(part, 16) for part in pair.groups())
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def _yaml_below(value: Any, indent: str) -> str:
    """What stands behind a key's colon."""
    deeper = f"{indent}  "
    if isinstance(value, dict) and value:
        return f"\n{yaml_text(value, deeper)}"
    if isinstance(value, list) and value:
        return "\n" + "".join(f"{indent}- {_yaml_item(item, deeper)}" for item in value)
    return f" {_in_yaml(json_text(value))}\n"


def _yaml_item(value: Any, indent: str) -> str:
    if isinstance(value, dict) and value:
        return yaml_text(value, indent)[len(indent) :]
    return f"{_in_yaml(json_text(value))}\n"


def _text(value: str) -> str:
    from orderproof.report.encode import encode

    return encode(value).decode()
