"""Digits that are written as words, in Chinese and in the languages of contracts."""

import re
from collections.abc import Callable

SHORTEST_RUN = 6
_HAN = {
    character: str(digit)
    for digit, characters in enumerate(
        ("零〇○洞", "一壹壱幺", "二贰貳弐两兩", "三叁參叄参", "四肆", "五伍", "六陆陸", "七柒拐", "八捌", "九玖勾")
    )
    for character in characters
}
_HAN_RUN = re.compile(f"[{''.join(_HAN)}0-9](?:[ -]?[{''.join(_HAN)}0-9])*+")
_HAN_LETTER = re.compile(f"[{''.join(_HAN)}]")
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[\s,.;:/&+_·-]{0,4}(?:[0-9]{1,6}[\s,.;:/&+_·-]{1,4}){0,3}")
_AFTER = re.compile(r"[ -][0-9]{1,8}(?![0-9A-Za-z])")
_SPOKEN = """
zero one two three four five six seven eight nine
oh one two three four five six seven eight niner
cero uno dos tres cuatro cinco seis siete ocho nueve
zéro un deux trois quatre cinq six sept huit neuf
zero um dois três quatro cinco meia sete oito nove
zero uma duas tres quatro cinco seis sete oito nove
null eins zwei drei vier fünf sechs sieben acht neun
null ein zwo drei vier fuenf sechs sieben acht neun
ноль один два три четыре пять шесть семь восемь девять
нуль одна две три четыре пять шесть семь восемь девять
sıfır bir iki üç dört beş altı yedi sekiz dokuz
không một hai ba bốn năm sáu bảy tám chín
lẻ mốt hai ba tư lăm sáu bẩy tám chín
صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة
صفر واحدة اثنين ثلاث أربع خمس ست سبع ثماني تسع
"""
Run = tuple[int, int, list[tuple[str, int]]]
_TIMES = {"double": 2, "doble": 2, "duplo": 2, "doppel": 2, "triple": 3, "treble": 3, "triplo": 3}


def spelled_runs(text: str, viewed: Callable[[str], str]) -> list[Run]:
    """Where at least six digits are written as words: from, to, and each digit with the place of its word.

    ``viewed`` gives a text of the same length in lower case and without accents.
    """
    runs = _han_runs(text)
    if _digit_words(viewed).keys().isdisjoint(_WORD.findall(viewed(text))):
        return runs
    return sorted([*runs, *_word_runs(viewed(text), _digit_words(viewed))], key=lambda run: run[0])


def _han_runs(text: str) -> list[Run]:
    """Runs of Chinese digits; ordinary ones may stand among them where nothing stands between."""
    if text.isascii() or _HAN_LETTER.search(text) is None:
        return []
    runs = []
    for match in _HAN_RUN.finditer(text):
        digits = [
            (_HAN.get(letter, letter), match.start() + at)
            for at, letter in enumerate(match.group())
            if letter not in " -"
        ]
        spelled = sum(1 for letter in match.group() if letter in _HAN)
        is_mixed = spelled >= 2 and len(digits) >= 8 and len(digits) == len(match.group())
        if spelled >= SHORTEST_RUN or is_mixed:
            runs.append((match.start(), match.end(), digits))
    return runs


def _word_runs(view: str, values: dict[str, str]) -> list[Run]:
    """Runs of words for digits; a few digits may stand among them."""
    runs: list[Run] = []
    digits: list[tuple[str, int]] = []
    first = reached = spelled = 0
    times = 1
    for match in _WORD.finditer(view):
        word = match.group()
        between = view[reached : match.start()]
        if (word not in values and word not in _TIMES) or ((digits or times > 1) and not _BETWEEN.fullmatch(between)):
            _add_run(runs, first, reached, digits, spelled)
            digits, spelled, times = [], 0, 1
        if word in values:
            first = first if digits or times > 1 else match.start()
            digits.extend((letter, reached + at) for at, letter in enumerate(between) if digits and letter.isdigit())
            digits.extend([(values[word], match.start())] * times)
            spelled, times = spelled + 1, 1
            reached = match.end()
        elif word in _TIMES:
            first = first if digits else match.start()
            times = _TIMES[word]
            reached = match.end()
    _add_run(runs, first, reached, digits, spelled)
    return [_with_rest(view, run) for run in runs]


def _with_rest(view: str, run: Run) -> Run:
    """A run with the digits after its last word, where digits stand among its words, too."""
    start, end, digits = run
    rest = _AFTER.match(view, end)
    if rest is None or not any(character.isdigit() for character in view[start:end]):
        return run
    more = [(character, at) for at, character in enumerate(rest.group(), end) if character.isdigit()]
    return start, rest.end(), [*digits, *more]


def _add_run(runs: list[Run], first: int, end: int, digits: list[tuple[str, int]], spelled: int) -> None:
    if spelled >= SHORTEST_RUN or (spelled >= 4 and len(digits) >= 8):
        runs.append((first, end, digits))


def _digit_words(viewed: Callable[[str], str]) -> dict[str, str]:
    """The digit of each word, as labels are seen; made once."""
    if not _VALUES:
        for line in _SPOKEN.split("\n"):
            _VALUES.update({viewed(word): str(digit) for digit, word in enumerate(line.split())})
    return _VALUES


_VALUES: dict[str, str] = {}
