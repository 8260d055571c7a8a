"""What a number of a form is called, by the formats of a vocabulary."""

from collections.abc import Callable, Iterable
from functools import cache

from orderproof.screening.candidate import Candidate
from orderproof.screening.labels import Label
from orderproof.screening.vocabulary import Format

CARD_START = "62"
"""What most cards of Chinese banks begin with."""


def form_of(formats: Iterable[Format], number: Candidate, label: Label) -> Format | None:
    """The first format that a number beside a label has."""
    return next((form for form in formats if _fits(form, number, label)), None)


def _fits(form: Format, number: Candidate, label: Label) -> bool:
    return (
        (not form.digits or (number.digits in form.digits and number.value.isdigit()))
        and (not form.starts or number.value.startswith(tuple(form.starts)))
        and (not form.checks or not set(form.checks).isdisjoint(number.checks))
        and (form.languages is None or label.language in form.languages)
        and (form.written is None or _pattern(form.written)(number.written) is not None)
    )


@cache
def _pattern(written: str) -> Callable[[str], object]:
    """The match of a whole text with a pattern of an analyst, in a time that grows with the text alone."""
    import re2  # late: a native library, only for vocabularies with patterns

    options = re2.Options()
    options.log_errors = False
    matches: Callable[[str], object] = re2.compile(written, options=options).fullmatch
    return matches
