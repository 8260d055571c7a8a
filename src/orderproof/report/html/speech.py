"""Texts of the page in both languages, of which one is shown at a time."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from orderproof.report.html.element import Html, element
from orderproof.report.html.words import PAGE_WORDS, PageWords
from orderproof.report.words import LANGUAGES, Words


class Speech(Struct, frozen=True):
    """A language: the words of the page, and those that all reports share."""

    lang: str
    page: PageWords
    words: Words


Saying: TypeAlias = Callable[[Speech], str]

SPEECHES: Mapping[str, Speech] = {lang: Speech(lang, PAGE_WORDS[lang], words) for lang, words in LANGUAGES.items()}


def both(name: str, say: Saying, lang: str, /, **attributes: str) -> Html:
    """An element with a text in one language, which the page's script can say in the other."""
    texts = {f"data_{other}": say(speech) for other, speech in SPEECHES.items()}
    return element(name, texts[f"data_{lang}"], **texts, **attributes)


def counted(count: int) -> str:
    """A count for people."""
    return f"{count:,}"
