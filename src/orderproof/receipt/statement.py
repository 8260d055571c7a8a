"""A receipt: an unsigned in-toto statement of what a run read, by what it judged, and what came of it.

Whoever gives it to us may have written it by hand: it is read strictly, and nothing in it is believed.
"""

import os
import stat
from decimal import Decimal
from json import JSONDecoder
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeAlias

import msgspec
from msgspec import Meta, Struct, field

from orderproof.diagnostic import Diagnostic, IncompleteError, OrderproofError
from orderproof.receipt.files import folder_parts, parts_of

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
MAX_RECEIPT = 128 << 20
"""Bytes of a receipt that are read, and written."""
_MAX_DIGITS = 18

Sha256: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Result: TypeAlias = Literal["PASSED", "WARNED", "FAILED"]
Under: TypeAlias = Literal["root", "rules", "shipped", "elsewhere"]
"""Where a name begins: in the folder of the run, in that of the rule set, among what came with the program, or
somewhere that the receipt does not tell."""


class Digest(Struct, frozen=True):
    """The digests of a file; only this one is looked at."""

    sha256: Sha256


class SubjectNotes(Struct, frozen=True):
    """What a subject is: a file with documents, or one that is attached to a document."""

    kind: Literal["document", "attachment"] = field(name="orderproof.kind")


class Subject(Struct, frozen=True):
    """A file that was judged, by its name below the folder of the run."""

    name: str
    digest: Digest
    annotations: SubjectNotes


class ResourceNotes(Struct, frozen=True):
    """What a file of the configuration is, and where its name begins."""

    kind: Literal["rules", "accounts", "schema", "mapping", "waivers", "baseline", "config"] = field(
        name="orderproof.kind"
    )
    under: Under = field(name="orderproof.under")


class Resource(Struct, frozen=True):
    """A file by which was judged; a rule set is one, with the digest that reports name."""

    name: str
    digest: Digest
    annotations: ResourceNotes


class Tool(Struct, frozen=True, forbid_unknown_fields=True):
    """The program that ran."""

    name: Literal["orderproof"]
    version: str


class Options(Struct, frozen=True, forbid_unknown_fields=True):
    """What the run was told and verdicts depend on, as it is said on the command line."""

    parameters: dict[str, str]
    timezone: str | None
    recursive: bool
    input_format: str | None
    mapping: str | None
    delimiter: str | None
    encoding: str | None
    sheet: str | None
    attachments_root: str | None
    only: tuple[str, ...]
    skip: tuple[str, ...]
    fail_on: Literal["error", "warning", "never"]
    engine: str
    allow_empty: bool
    allow_not_judged: bool


class RulesPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """The rule set, and where it lay."""

    id: str
    version: str
    name: str
    under: Literal["root", "shipped", "elsewhere"]


class Found(Struct, frozen=True, forbid_unknown_fields=True):
    """How many findings there were, and a digest of them and of what could not be read, in the run's order."""

    count: int
    sha256: Sha256


class Engine(Struct, frozen=True, forbid_unknown_fields=True):
    """How many documents an engine judged, and those of them that another one judged the same."""

    name: str
    judged: int
    confirmed: int


class Own(Struct, frozen=True, forbid_unknown_fields=True):
    """What the predicate has no field for.

    ``searched`` are the folders and patterns in which documents were looked for, ``unread`` what was named and could
    not be opened.
    """

    tool: Tool
    as_of: str
    rules: RulesPlace
    options: Options
    parameters: dict[str, Any]
    limits: dict[str, int]
    searched: tuple[str, ...]
    unread: tuple[str, ...]
    exit_code: int
    complete: bool
    cross_run_complete: bool
    summary: dict[str, int]
    engines: tuple[Engine, ...]
    never_applicable: tuple[str, ...]
    findings: Found


class Predicate(Struct, frozen=True, rename="camel"):
    """The result of a run, by its checks."""

    result: Result
    configuration: tuple[Resource, ...]
    passed_tests: tuple[str, ...]
    warned_tests: tuple[str, ...]
    failed_tests: tuple[str, ...]
    own: Own = field(name="orderproof.receipt/1")


class Receipt(Struct, frozen=True):
    """A statement of ours. Whoever verifies it passes over fields that it does not know, as in-toto asks."""

    type_: Literal["https://in-toto.io/Statement/v1"] = field(name="_type")
    predicate_type: Literal["https://in-toto.io/attestation/test-result/v0.1"] = field(name="predicateType")
    subject: tuple[Subject, ...]
    predicate: Predicate

    @property
    def own(self) -> Own:
        return self.predicate.own


# Reading one


def read_receipt(path: Path) -> Receipt:
    """The receipt in a file; raises IncompleteError where it cannot be read, OrderproofError where it is none."""
    name = path.as_posix()
    content = _content(path, name)
    try:
        receipt = msgspec.convert(_decoded(content), Receipt)
    except msgspec.ValidationError as error:
        _refuse(name, f"this is no receipt of a run: {_first_small(str(error))}")
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else _first_small(str(error))
        _refuse(name, f"this is no receipt of a run, for it is no JSON that we read: {reason}")
    _check_names(receipt, name)
    clean = receipt.own.exit_code == 0 and receipt.own.complete and not receipt.predicate.failed_tests
    if receipt.predicate.result != "FAILED" and not clean:
        _refuse(name, f"this receipt contradicts itself: no such run is {receipt.predicate.result}")
    return receipt


def _content(path: Path, name: str) -> bytes:
    try:
        # A pipe must not make the program wait.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise _unread(name, "this is no file")
            content = stream.read(MAX_RECEIPT + 1)
    except OSError as error:
        raise _unread(name, (error.strerror or "the system gives no reason").lower()) from None
    except ValueError:
        raise _unread(name, "no file can have this name") from None
    if len(content) > MAX_RECEIPT:
        _refuse(name, f"this is no receipt of a run: it is larger than {MAX_RECEIPT >> 20} MiB")
    return content


def _decoded(content: bytes) -> Any:
    return JSONDecoder(
        object_pairs_hook=_object, parse_int=_integer, parse_float=Decimal, parse_constant=_constant
    ).decode(content.decode())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in an object")
    return found


def _integer(lexeme: str) -> int:
    if len(lexeme) > _MAX_DIGITS:
        raise ValueError(f"a number has more than {_MAX_DIGITS} digits")
    return int(lexeme)


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _check_names(receipt: Receipt, name: str) -> None:
    """Raise OrderproofError for a name that leads anywhere but below where it begins, or stands twice."""
    own = receipt.own
    names = [subject.name for subject in receipt.subject]
    if len(set(map(parts_of, names))) != len(names):
        _refuse(name, "this receipt names a file twice")
    resources = [each for each in receipt.predicate.configuration if each.annotations.kind != "rules"]
    names += [each.name for each in resources]
    for each in names:
        if isinstance(reason := parts_of(each), str):
            _refuse(name, f"this receipt names `{each[:300]}`: {reason}")
    for each in (*own.searched, own.rules.name, *filter(None, (own.options.attachments_root,))):
        if isinstance(reason := folder_parts(each), str):
            _refuse(name, f"this receipt names `{each[:300]}`: {reason}")
    rules = [each for each in receipt.predicate.configuration if each.annotations.kind == "rules"]
    if len(rules) != 1 or (rules[0].name, rules[0].annotations.under) != (own.rules.name, own.rules.under):
        _refuse(name, "this receipt does not say by which rule set was judged")


def _unread(name: str, reason: str) -> IncompleteError:
    return IncompleteError([Diagnostic("verify.unreadable", f"this cannot be read: {reason}", path=name)])


def _refuse(name: str, message: str) -> NoReturn:
    help_ = "give a file that `orderproof check … --attest FILE` wrote, as it was written"
    raise OrderproofError([Diagnostic("verify.form", message, path=name, help=help_)])


def _first_small(text: str) -> str:
    return text[:1].lower() + text[1:]
