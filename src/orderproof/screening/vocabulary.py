"""The vocabulary of accounts: which words name an account, which forms it has, and how much evidence is enough."""

from decimal import Decimal
from typing import Any, Literal

import msgspec
from msgspec import Struct

from orderproof.diagnostic import Diagnostic, OrderproofError
from orderproof.reading.json_tree import parse_json
from orderproof.reading.yaml_tree import parse_yaml_one
from orderproof.ruleset.misshapen import FileKind, explain_shape
from orderproof.screening.labels import Aspect, Label, LabelSearch, Role
from orderproof.screening.vocabulary_mistakes import doubts, mistakes
from orderproof.source import Source
from orderproof.tree import Node, Plain, plain

FILE_NAME = "accounts.yaml"
_KIND = FileKind(
    schema="accounts.schema.json",
    area="accounts",
    name="a vocabulary of accounts",
    forms={"accounts": ("a vocabulary's name", "use lower-case letters and digits, with `-` between words")},
    owners={"labels": "a group of labels", "formats": "a format", "cases": "a case", "reasons": "a reason"},
)


class Search(Struct, frozen=True, forbid_unknown_fields=True):
    """How far words reach, and how many of them make evidence; the schema explains each."""

    near: int
    block_lines: int
    block_aspects: int
    owner_lines: int
    page_lines: int
    fewest_digits: int
    block_digits: int
    instruction_digits: int
    lone_digits: int
    picture_lines: int
    picture_share: float


class LabelGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that say the same of the number beside them."""

    role: Role
    words: list[str]
    language: str = ""
    kind: str = ""
    aspect: Aspect = ""
    reach: int = 0
    needs: Literal["payment", ""] = ""
    digits: list[int] = []


class Format(Struct, frozen=True, forbid_unknown_fields=True):
    """What a number of a form is called; what is left out does not matter."""

    kind: str
    digits: list[int] = []
    starts: list[str] = []
    checks: list[str] = []
    languages: list[str] | None = None
    written: str | None = None
    is_: Literal["correspondent", ""] = msgspec.field(default="", name="is")


class Sentence(Struct, frozen=True, forbid_unknown_fields=True):
    """Words for people in both languages: why a mention is what it is, or what its kind is called."""

    en: str
    zh: str


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """A text, and the gravest class that its mentions must have; ``none`` where it mentions no account."""

    text: str
    expect: Literal["account", "account_like", "none"]
    note: str = ""


class _Vocabulary(Struct, frozen=True, forbid_unknown_fields=True):
    accounts: str
    version: str
    search: Search
    labels: list[LabelGroup]
    formats: list[Format]
    reasons: dict[str, Sentence]
    kinds: dict[str, Sentence] = {}
    spelling: list[str] = []
    never: list[str] = []
    not_alone: list[str] = []
    cases: list[Case] = []
    note: str = ""


class Spoken(Struct, frozen=True):
    """What people read for the reasons and the kinds of mentions."""

    reasons: dict[str, Sentence]
    kinds: dict[str, Sentence]

    def reason(self, name: str, lang: str) -> str:
        """The sentence of a reason; empty where it has none."""
        return _in_language(self.reasons.get(name), lang, "")

    def kind(self, name: str, lang: str) -> str:
        """What a kind is called; as it is where it has no name."""
        return _in_language(self.kinds.get(name), lang, name)


def _in_language(sentence: Sentence | None, lang: str, otherwise: str) -> str:
    if sentence is None:
        return otherwise
    return sentence.zh if lang == "zh" else sentence.en


class Vocabulary(Struct, frozen=True):
    """A vocabulary that is ready to search with."""

    name: str
    version: str
    search: Search
    labels: LabelSearch
    formats: tuple[Format, ...]
    never: frozenset[str]
    not_alone: frozenset[str]
    spoken: Spoken
    cases: tuple[Case, ...]


REASONS = (
    *("checksum", "iban", "wallet", "label", "label_above", "block", "instruction", "service", "link", "own", "masked"),
    *("payer", "refund", "payee", "card_alone", "correspondent", "other"),
)
"""The reasons that the search gives; a vocabulary must have a sentence for each."""


def load_vocabulary(content: bytes, name: str = FILE_NAME) -> Vocabulary:
    """The vocabulary of a YAML or JSON file; raises OrderproofError with everything that is wrong with it."""
    tree, file = _read(content, name)
    wrong = mistakes(tree, REASONS)
    if wrong:
        raise OrderproofError(wrong)
    return _ready(file)


def lint_vocabulary(content: bytes, name: str = FILE_NAME) -> tuple[Diagnostic, ...]:
    """All errors of a vocabulary; its warnings where it has none."""
    try:
        tree, _ = _read(content, name)
    except OrderproofError as error:
        return error.diagnostics
    return tuple(mistakes(tree, REASONS) or doubts(tree, REASONS))


def _read(content: bytes, name: str) -> tuple[Node, _Vocabulary]:
    """The tree of a vocabulary file, and the file in its form; raises OrderproofError where it has another one."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"the file is not UTF-8 (in line {line})"
        raise OrderproofError([Diagnostic("accounts.encoding", message, path=name, help="save it as UTF-8")]) from None
    source = Source(name, text)
    tree = parse_json(source) if name.lower().endswith(".json") else parse_yaml_one(source, inner=True)
    try:
        return tree, msgspec.convert(_numbers(plain(tree)), _Vocabulary)
    except msgspec.ValidationError:
        explained = explain_shape(tree, tree, in_folder=False, kind=_KIND)
        raise OrderproofError(explained) from None


def _ready(file: _Vocabulary) -> Vocabulary:
    words = [(word, _label(group)) for group in file.labels for word in group.words]
    return Vocabulary(
        file.accounts,
        file.version,
        file.search,
        LabelSearch(words, file.spelling),
        tuple(file.formats),
        frozenset(file.never),
        frozenset(file.not_alone),
        Spoken(file.reasons, file.kinds),
        tuple(file.cases),
    )


def _label(group: LabelGroup) -> Label:
    return Label(
        group.role, group.kind, group.language, group.aspect, group.reach, bool(group.needs), tuple(group.digits)
    )


def _numbers(value: Plain) -> Any:
    """Exact numbers as floats: shares and counts need no exactness."""
    match value:
        case Decimal():
            return float(value)
        case list():
            return [_numbers(item) for item in value]
        case dict():
            return {key: _numbers(item) for key, item in value.items()}
        case _:
            return value
