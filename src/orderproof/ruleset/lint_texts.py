"""What is surely not meant in the titles and messages that people read."""

from collections.abc import Iterator

from orderproof.diagnostic import Diagnostic, OrderproofError, Severity
from orderproof.language.lexer import Word, tokens
from orderproof.language.template import Hole, split_message
from orderproof.language.text import ExpressionText
from orderproof.ruleset.model import CheckDefinition, RuleSet, Text
from orderproof.source import Span

_QUOTES = (("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"), ("＂", "＂"))


def lint_texts(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Warnings about the titles and messages of all checks."""
    translated = any(len(check.title) > 1 for check in rule_set.checks)
    for check in rule_set.checks:
        if translated and len(check.title) == 1:
            message = f"`{check.id.value}` has no `zh`, other checks have"
            yield _warning("lint.language", message, check.id.span, "add title and message in `zh`")
        for _, text in (*check.title, *check.message):
            yield from _written(text)
        yield from _placeholders(check)


def _warning(code: str, message: str, span: Span, help: str) -> Diagnostic:
    return Diagnostic(code, message, span=span, help=help, severity=Severity.WARNING)


def _written(text: Text) -> Iterator[Diagnostic]:
    """What an input method writes for the ASCII signs of YAML and of placeholders."""
    value = text.value
    start = min((at for at in (value.find("｛"), value.find("｝")) if at >= 0), default=None)
    if start is not None:
        end = value.find("｝", start) + 1 or start + 1
        message = "braces that are full-width make no placeholder: the text is printed as it stands"
        yield _warning("lint.full-width-brace", message, _span(text, start, end), "placeholders are written in `{ }`")
    stripped = value.strip()
    for opening, closing in _QUOTES:
        inside = stripped[1:-1]
        if len(stripped) > 1 and stripped[0] == opening and stripped[-1] == closing and closing not in inside:
            message = f"the whole text stands in `{opening}{closing}`, which are printed with it"
            yield _warning("lint.quoted-text", message, text.span, 'take them out, or write `"` around the text')


def _span(text: Text, start: int, end: int) -> Span:
    return ExpressionText(text.value, text.span.source, text.inner).span(start, end)


# What one language says and the other does not


def _placeholders(check: CheckDefinition) -> Iterator[Diagnostic]:
    """What stands in the braces of one language's message must stand in the other's."""
    if any("｛" in text.value for _, text in check.message):
        return  # that is said, and a placeholder is lacking because of it
    try:
        said = {language.value: _holes(text) for language, text in check.message}
    except OrderproofError:
        return  # what is wrong with a placeholder is said where rules are compiled
    for language, other in (("en", "zh"), ("zh", "en")):
        if language in said and other in said:
            lacking = (hole for meaning, hole in said[language].items() if meaning not in said[other])
            for hole in lacking:
                message = (
                    f"the `{other}` message lacks `{{{' '.join(hole.value.split())}}}`, which the `{language}` one has"
                )
                span = hole.span(0, len(hole.value))
                yield _warning("lint.placeholder", message, span, "let both languages say the same")


def _holes(text: Text) -> dict[tuple[str, ...], ExpressionText]:
    """The placeholders of a message by what they mean.

    The words between which a placeholder chooses, or that it says where a value is absent, are each language's own.
    """
    pieces = split_message(ExpressionText(text.value, text.span.source, text.inner))
    return {_meaning(piece.text): piece.text for piece in pieces if isinstance(piece, Hole)}


def _meaning(text: ExpressionText) -> tuple[str, ...]:
    words = tokens(text)
    chooses = any(word.word is Word.NAME and word.value in ("if", "default") for word in words)
    return tuple('""' if chooses and word.word is Word.TEXT else text.value[word.start : word.end] for word in words)
