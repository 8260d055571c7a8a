"""What is wrong with a vocabulary of accounts beyond its form, and what may be meant but is worth a second look."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from orderproof.data import schemas_folder
from orderproof.diagnostic import Diagnostic, Severity, did_you_mean, near
from orderproof.screening.vocabulary_names import (
    CHECKS,
    DIGITS,
    FORMS,
    KINDS,
    LANGUAGES,
    OWN_KINDS,
    SEARCH,
)
from orderproof.screening.vocabulary_places import Said, elements, keys, place, text, texts, value
from orderproof.screening.vocabulary_words import mistakes_in_words
from orderproof.tree import Node, Pointer

_NEEDED = ("digits", "starts", "checks", "languages")
_NO_LANGUAGE = "codes are those of ISO 639, such as `en`; `other` where there are many"
_PATTERN = "patterns are those of RE2, such as `[0-9]{3}-[0-9]{6}`; they look neither ahead nor back"


def mistakes(tree: Node, reasons: Iterable[str]) -> list[Diagnostic]:
    """The errors of a vocabulary of the right form, in the order of its file; it needs these ``reasons``."""
    found = [
        *_numbers_of_search(tree),
        *_lists(tree),
        *_labels(tree),
        *mistakes_in_words(tree),
        *_names(tree),
        *_formats(tree),
        *_unspoken(tree, reasons),
    ]
    return _in_order(found)


def doubts(tree: Node, reasons: Iterable[str]) -> list[Diagnostic]:
    """The warnings about a vocabulary that is right, in the order of its file."""
    found = [*_caseless(tree), *_unlanguaged(tree), *_kinds_of_roles(tree), *_unused(tree, reasons), *_hidden(tree)]
    return _in_order(found)


def _in_order(found: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(found, key=lambda each: 0 if each.span is None else each.span.start)


# What is surely wrong


def _numbers_of_search(tree: Node) -> Iterator[Diagnostic]:
    for name, bounds in SEARCH.items():
        if _is_outside(tree, ("search", name), bounds):
            yield _out_of_range(tree, ("search", name), bounds, f"it says: {_described(name)}")


def _described(name: str) -> str:
    """What a number of ``search`` means, by the schema."""
    import json  # late: only for mistakes

    schema = json.loads((schemas_folder() / "accounts.schema.json").read_text("utf-8"))
    told: str = schema["properties"]["search"]["properties"][name]["description"]
    return f"{told[:1].lower()}{told[1:].rstrip('.')}"


def _is_outside(tree: Node, pointer: Pointer, bounds: tuple[float, float]) -> bool:
    number = value(tree, *pointer)
    return isinstance(number, int | Decimal) and not bounds[0] <= number <= bounds[1]


def _out_of_range(tree: Node, pointer: Pointer, bounds: tuple[float, float], hint: str) -> Diagnostic:
    name = next(step for step in reversed(pointer) if isinstance(step, str))
    what = f"an element of `{name}`" if isinstance(pointer[-1], int) else f"`{name}`"
    message = f"{what} is {value(tree, *pointer)}, expected a number from {bounds[0]:g} to {bounds[1]:g}"
    return Diagnostic("accounts.range", message, span=place(tree, *pointer), help=hint)


def _digits(tree: Node, *at: str | int) -> Iterator[Diagnostic]:
    """Counts of digits that no number has."""
    for number, _ in enumerate(elements(tree, *at, "digits")):
        if _is_outside(tree, (*at, "digits", number), DIGITS):
            yield _out_of_range(tree, (*at, "digits", number), DIGITS, "it is how many digits a number has")


def _lists(tree: Node) -> Iterator[Diagnostic]:
    """Lists that may not be empty."""
    pointers: list[Pointer] = [("labels",)]
    pointers += [("labels", number, "words") for number, _ in enumerate(elements(tree, "labels"))]
    pointers += [("formats", number, key) for number, _ in enumerate(elements(tree, "formats")) for key in _NEEDED]
    for pointer in pointers:
        if value(tree, *pointer) == []:
            message = f"`{pointer[-1]}` is an empty list"
            hint = "fill it, or leave the key out" if pointer[0] == "formats" else "fill it"
            yield Diagnostic("accounts.missing-key", message, span=place(tree, *pointer), help=hint)


def _labels(tree: Node) -> Iterator[Diagnostic]:
    near_ = value(tree, "search", "near")
    bounds = (1, near_ if isinstance(near_, int) and near_ > 0 else SEARCH["near"][1])
    for number, _ in enumerate(elements(tree, "labels")):
        at = ("labels", number)
        if text(tree, *at, "role") == "context" and not text(tree, *at, "aspect"):
            message = "a group of `context` needs `aspect`"
            hint = "add `aspect: …`, one of bank, code, holder, payee, instruction"
            yield Diagnostic("accounts.missing-key", message, span=place(tree, *at), help=hint)
        if _is_outside(tree, (*at, "reach"), bounds):
            yield _out_of_range(tree, (*at, "reach"), bounds, "words reach as far as `near` of `search` without it")
        yield from _digits(tree, *at)
        language = text(tree, *at, "language")
        if language and not _is_language(language):
            message = f"`{language}` is no code of a language"
            yield Diagnostic(
                "accounts.language", message, span=place(tree, *at, "language"), help=_language_hint(language)
            )


def _is_language(code: str) -> bool:
    return code in LANGUAGES or (code.isascii() and code.isalpha() and code.islower() and 2 <= len(code) <= 3)


def _language_hint(language: str) -> str:
    named = {name: code for code, name in LANGUAGES.items()}
    meant = near(language, named)
    return _NO_LANGUAGE if meant is None else f"did you mean `{named[meant]}`?"


def _names(tree: Node) -> Iterator[Diagnostic]:
    """Names of forms, check digits and languages that there are not."""
    for key in ("never", "not_alone"):
        yield from _unknown("accounts.unknown-form", "form", texts(tree, key), FORMS)
    languages = {text(tree, "labels", number, "language") for number, _ in enumerate(elements(tree, "labels"))} - {""}
    for number, _ in enumerate(elements(tree, "formats")):
        at = ("formats", number)
        yield from _unknown("accounts.unknown-check", "kind of check digits", texts(tree, *at, "checks"), CHECKS)
        if all(map(_is_language, languages)):  # else one that is mistyped there would be told of here again
            used = (said for said in texts(tree, *at, "languages") if said.text)
            yield from _unknown("accounts.unknown-language", "language of labels", used, languages)


def _unknown(code: str, what: str, said: Iterable[Said], known: Iterable[str]) -> Iterator[Diagnostic]:
    names = sorted(known)
    for each in said:
        if each.text not in names:
            hint = did_you_mean(each.text, names) or f"there are: {', '.join(names) or 'none'}"
            yield Diagnostic(code, f"no {what} is called `{each.text}`", span=each.span, help=hint)


def _formats(tree: Node) -> Iterator[Diagnostic]:
    for number, _ in enumerate(elements(tree, "formats")):
        at = ("formats", number)
        yield from _digits(tree, *at)
        for said in texts(tree, *at, "starts"):
            if not said.text:
                message = "every number starts with an empty text"
                yield Diagnostic(
                    "accounts.start", message, span=said.span, help="give the first digits, or leave it out"
                )
        if value(tree, *at, "written") is not None:
            yield from _bad_pattern(tree, (*at, "written"))


def _bad_pattern(tree: Node, pointer: Pointer) -> Iterator[Diagnostic]:
    import re2  # late: a native library, only for vocabularies with patterns

    options = re2.Options()
    options.log_errors = False
    written = text(tree, *pointer)
    try:
        re2.compile(written, options=options)
    except re2.error as error:
        reason = error.args[0].decode(errors="replace") if error.args else "it cannot be compiled"
        message = f"`{written}` is not a pattern: {reason}"
        yield Diagnostic("accounts.pattern", message, span=place(tree, *pointer), help=_PATTERN)


def _unspoken(tree: Node, reasons: Iterable[str]) -> Iterator[Diagnostic]:
    """The reasons that have no sentence."""
    spoken = {name for name, _ in keys(tree, "reasons")}
    for reason in reasons:
        if reason not in spoken:
            message = f"`reasons` needs `{reason}`"
            span = place(tree, "reasons")
            yield Diagnostic("accounts.missing-key", message, span=span, help=f"add `{reason}: {{en: …, zh: …}}`")


# What may be meant


def _warning(code: str, message: str, node: Node, pointer: Pointer, help_: str | None) -> Diagnostic:
    return Diagnostic(code, message, span=place(node, *pointer), help=help_, severity=Severity.WARNING)


def _caseless(tree: Node) -> Iterator[Diagnostic]:
    if not elements(tree, "cases"):
        message = "this vocabulary has no case"
        hint = "add `cases`: texts, and whether an account is in them; `orderproof rules test` runs them"
        yield _warning("lint.no-account-case", message, tree, ("accounts",), hint)


def _unlanguaged(tree: Node) -> Iterator[Diagnostic]:
    """Words of an account without a language or kind, by which their numbers would be named."""
    for number, _ in enumerate(elements(tree, "labels")):
        at = ("labels", number)
        if text(tree, *at, "role") == "account" and not text(tree, *at, "language") and not text(tree, *at, "kind"):
            message = "these words of an account have neither `language` nor `kind`"
            yield _warning("lint.no-language", message, tree, at, f"add `language: …`; {_NO_LANGUAGE}")


def _kinds_of_roles(tree: Node) -> Iterator[Diagnostic]:
    for number, _ in enumerate(elements(tree, "labels")):
        role, kind = text(tree, "labels", number, "role"), text(tree, "labels", number, "kind")
        known = KINDS.get(role)
        if kind and known is not None and kind not in known:
            message = f"`{kind}` is no kind of `{role}` that the search asks for"
            hint = did_you_mean(kind, known) or f"there are: {', '.join(sorted(known))}"
            yield _warning("lint.unread-kind", message, tree, ("labels", number, "kind"), hint)


def _unused(tree: Node, reasons: Iterable[str]) -> Iterator[Diagnostic]:
    """Sentences for reasons that the search does not give, and names of kinds that nothing has."""
    kinds = set(OWN_KINDS)
    for list_ in ("labels", "formats"):
        kinds.update(text(tree, list_, number, "kind") for number, _ in enumerate(elements(tree, list_)))
    for table, known, what in (("reasons", set(reasons), "reason"), ("kinds", kinds - {""}, "kind")):
        for name, span in keys(tree, table):
            if name not in known:
                message = f"no {what} is called `{name}`"
                hint = did_you_mean(name, sorted(known)) or "take it out"
                yield Diagnostic("lint.unused-words", message, span=span, help=hint, severity=Severity.WARNING)


def _hidden(tree: Node) -> Iterator[Diagnostic]:
    """Formats behind one that every number has."""
    open_ = [
        number
        for number, node in enumerate(elements(tree, "formats"))
        if {key for key, _ in keys(tree, "formats", number)} <= {"kind", "is"}
    ]
    count = len(elements(tree, "formats"))
    if open_ and open_[0] < count - 1:
        message = "every number has this format, so none of those after it is reached"
        yield _warning("lint.unreached-format", message, tree, ("formats", open_[0]), "move it to the end")
