"""What a number of a form is called, by the formats of a vocabulary."""

import re
from collections.abc import Iterable

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
        and (form.written is None or re.fullmatch(form.written, number.written) is not None)
    )
