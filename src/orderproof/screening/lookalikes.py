"""Letters that look alike in two alphabets: a word that mixes them is read in the one alphabet that it can be."""

import re

_CYRILLIC = "АВЕЅІЈКМНОРСТУХаесоріјѕхук"
_CYRILLIC_AS_LATIN = "ABESIJKMHOPCTYXaecopijsxyk"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονιαρ"
_GREEK_AS_LATIN = "ABEZHIKMNOPTYXovıap".replace("ı", "i")
_TO_LATIN = dict(zip(_CYRILLIC + _GREEK, _CYRILLIC_AS_LATIN + _GREEK_AS_LATIN, strict=True))
_TO_CYRILLIC = dict(zip(_CYRILLIC_AS_LATIN, _CYRILLIC, strict=True))
# Small letters that look like others in italics only: they are taken for Latin among more that are.
_IN_ITALICS = dict(zip("тмнвпги", "tmhbnru", strict=True))
_ITALIC_TABLE = str.maketrans({**_TO_LATIN, **_IN_ITALICS})
_LATIN_TABLE = str.maketrans(_TO_LATIN)
_CYRILLIC_TABLE = str.maketrans(_TO_CYRILLIC)
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_TOKEN = re.compile("[0-9A-Za-z\u0370-\u03ff\u0400-\u04ff]+")
# `с40702…` is the end of a label such as `р/с` and a number, not a number that begins with a false letter.
_LABEL_AND_NUMBER = re.compile("[\u0370-\u03ff\u0430-\u045f]+[0-9]+")


def with_one_alphabet(text: str) -> str:
    """The text, as long as before, in which no word mixes Latin letters with those that only look so."""
    return _TOKEN.sub(_one_alphabet, text) if _FOREIGN.search(text) else text


def _one_alphabet(match: re.Match[str]) -> str:
    token = match.group()
    foreign = _FOREIGN.findall(token)
    if not foreign:
        return token
    if len(foreign) == len(token):
        # A whole word of false letters: in Cyrillic it may be one of Russian; nobody writes contracts in Greek.
        return token.translate(_LATIN_TABLE) if all(letter in _GREEK for letter in foreign) else token
    if all(letter in _TO_LATIN for letter in foreign):
        return token if _LABEL_AND_NUMBER.fullmatch(token) else token.translate(_LATIN_TABLE)
    letters = [letter for letter in token if letter.isascii()]
    if sum(map(str.isalpha, letters)) > len(foreign) and all(
        letter in _TO_LATIN or letter in _IN_ITALICS for letter in foreign
    ):
        return token.translate(_ITALIC_TABLE)
    if all(letter in _TO_CYRILLIC for letter in letters) and all(letter >= "\u0400" for letter in foreign):
        return token.translate(_CYRILLIC_TABLE)
    return token
