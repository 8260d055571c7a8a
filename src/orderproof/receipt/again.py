"""The run of a receipt once more, as it would be said on the command line.

What a receipt says may be anybody's: each value is a part of one argument, so that none can be an option, and names of
files come in a list, where none is standard input.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from orderproof.receipt.statement import Receipt


def names_of(receipt: Receipt) -> bytes:
    """The list of the documents that were judged, in their order, with a NUL behind each."""
    names = (subject.name for subject in receipt.subject if subject.annotations.kind == "document")
    return b"".join(os.fsencode(name) + b"\0" for name in names)


def arguments_of(receipt: Receipt, rules: Path, names: Path, again: Path) -> Iterator[str]:
    """The arguments of `check` for the same run, which leaves its receipt in ``again``."""
    own = receipt.own
    options = own.options
    yield from ("--no-config", "--quiet", "--format=text", "--color=never", "--null")
    yield f"--files-from={names}"
    yield f"--attest={again}"
    yield f"--rules={rules}"
    yield f"--as-of={own.as_of}"
    yield f"--fail-on={options.fail_on}"
    yield f"--engine={options.engine}"
    yield "--allow-empty" if options.allow_empty else "--no-allow-empty"
    yield "--allow-not-judged" if options.allow_not_judged else "--no-allow-not-judged"
    yield from (f"--parameter={name}={text}" for name, text in options.parameters.items())
    yield from (f"--only={each}" for each in options.only)
    yield from (f"--skip={each}" for each in options.skip)
    for name, text in (
        ("timezone", options.timezone),
        ("input-format", options.input_format),
        ("mapping", options.mapping),
        ("delimiter", options.delimiter),
        ("encoding", options.encoding),
        ("sheet", options.sheet),
        ("attachments-root", options.attachments_root),
    ):
        if text is not None:
            yield f"--{name}={text}"
    for resource in receipt.predicate.configuration:
        if resource.annotations.kind in ("waivers", "baseline"):
            yield f"--{resource.annotations.kind}={resource.name}"
