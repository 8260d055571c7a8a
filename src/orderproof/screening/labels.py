"""The words that say what a number is: found in a line whatever their case, width, accents, gaps and small mistakes."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from orderproof.screening.fold import folded, viewed

Role = Literal[
    "account", "context", "reference", "other", "correspondent", "payer", "buyer", "seller", "phrase", "payment",
    "service", "announcement", "negation", "goods",
]  # fmt: skip
Aspect = Literal["bank", "code", "holder", "payee", "instruction", ""]
BESIDE: frozenset[Role] = frozenset({"account", "context", "reference", "other", "correspondent", "payer", "phrase"})
"""The roles of which only one holds at a place: the longest words count."""

_TOKEN = re.compile(r"[^\W_]+")
_APART = re.compile(r"[,;，；。、!?]|[^\w]{5}|_{2}|(?<=[a-z]{5})\.\s")
_GLUE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_LIKE_LETTERS = str.maketrans("013458", "oleasb")
# Traditional characters as simplified ones: a label is the same in both, and some texts mix them.
_SIMPLE = str.maketrans(
    "帳賬帐號戶戸銀匯轉開錢寶貝數識別碼編儲幣歐離對結訂單發稅統證註冊報關櫃貨條電話傳郵遞區聯絡機賣買給國際環總資頭稱餘應務掛無費狀議兌動進廠產驗許護參歸還劃掃維圖據簽約協運艙險檢測試禮員會計價詢購採標專車項當",
    "账账账号户户银汇转开钱宝贝数识别码编储币欧离对结订单发税统证注册报关柜货条电话传邮递区联络机卖买给国际环总资头称余应务挂无费状议兑动进厂产验许护参归还划扫维图据签约协运舱险检测试礼员会计价询购采标专车项当",
)
_SHORTEST_SPELT = 6
_SHORT = 4
_MOST_SPELLINGS = 20_000


class Label(Struct, frozen=True):
    """What words say of the number beside them; ``reach`` is 0 where they reach as far as words usually do."""

    role: Role
    kind: str = ""
    language: str = ""
    aspect: Aspect = ""
    reach: int = 0
    needs_payment: bool = False
    digits: tuple[int, ...] = ()


class Hit(Struct, frozen=True):
    """Words of the vocabulary in a line, as places from and to in its folded text."""

    start: int
    end: int
    label: Label


class _Word(Struct, frozen=True):
    """Letters of a word, simplified, and its labels, each with the letters as the vocabulary has them."""

    letters: str
    labels: tuple[tuple[str, Label], ...]
    is_start: bool
    is_end: bool


def tokens_of(word: str) -> list[str]:
    """The runs of letters and digits that a word of a vocabulary is found by."""
    return _TOKEN.findall(viewed(folded(word).text))


def simplified(letters: str) -> str:
    """Letters by which words are the same: traditional characters as simplified ones."""
    return letters if letters.isascii() else letters.translate(_SIMPLE)


class LabelSearch:
    """All words of a vocabulary, ready to be found."""

    def __init__(self, words: Iterable[tuple[str, Label]], spelling: Sequence[str]) -> None:
        gathered: dict[tuple[str, bool, bool], list[tuple[str, Label]]] = {}
        right: set[str] = set()
        for word, label in words:
            tokens = tokens_of(word)
            right.update(tokens)
            letters = "".join(tokens)
            key = (simplified(letters), not word.startswith("*"), not word.endswith("*"))
            labels = gathered.setdefault(key, [])
            if (letters, label) not in labels:
                labels.append((letters, label))
        self._by_start: dict[str, list[_Word]] = {}
        for (letters, is_start, is_end), labels in gathered.items():
            self._by_start.setdefault(letters[:3], []).append(_Word(letters, tuple(labels), is_start, is_end))
        for listed in self._by_start.values():
            listed.sort(key=lambda word: -len(word.letters))
        self._spelling = _Spelling(spelling, right)

    def find(self, view: str) -> tuple[Hit, ...]:
        """The words in a line of which ``view`` is the view for labels, in the order of its text."""
        written, places = self._letters(view)
        letters = simplified(written)
        beside: list[Hit] = []
        others: list[Hit] = []
        for at in range(len(letters)):
            found = 0  # the end of the longest word here, against which the beginning of one does not hold
            for length in (3, 2, 1):
                for word in self._by_start.get(letters[at : at + length], ()):
                    if letters.startswith(word.letters, at) and (end := _end(view, places, at, word)):
                        if not word.is_end and end == found:
                            continue
                        for label in _labels(word, written, at):
                            hit = Hit(places[at], end, label)
                            (beside if label.role in BESIDE else others).append(hit)
                        found = max(found, end)
                if found:
                    break
        return tuple(sorted((*_longest(beside), *others), key=lambda hit: (hit.start, hit.end)))

    def _letters(self, view: str) -> tuple[str, list[int]]:
        """The letters and digits of a view without what is between, its words spelt right; and where each stands."""
        parts: list[str] = []
        places: list[int] = []
        for match in _TOKEN.finditer(view):
            token, start = match.group(), match.start()
            right = self._spelling.right(token)
            parts.append(right)
            last = len(token) - 1
            places.extend(range(start, start + len(token)))
            if len(right) < len(token):
                del places[len(places) - len(token) + len(right) - 1 : -1]
            elif len(right) > len(token):
                places.extend([start + last] * (len(right) - len(token)))
        return "".join(parts), places


def _labels(word: _Word, written: str, at: int) -> list[Label]:
    """The labels of a word as it is written here; all of them where the vocabulary does not write it so."""
    exact = [label for letters, label in word.labels if written.startswith(letters, at)]
    return exact or [label for _, label in word.labels]


def _end(view: str, places: list[int], at: int, word: _Word) -> int:
    """Where a word that begins at a letter ends in the view; 0 where it does not stand there as a word."""
    start, last = places[at], places[at + len(word.letters) - 1]
    end = last + 1
    if word.is_start and start and _is_joined(view[start - 1], view[start]):
        return 0
    if start and view[start - 1] == "/" and view[start + 1 : start + 2] == " " and len(word.letters) <= _SHORT:
        return 0  # the `T` of `T/T in advance` begins no word
    if not word.is_end:
        while end < len(view) and view[end].isalpha():
            end += 1
    elif end < len(view) and not view[end].isdigit() and _is_joined(view[last], view[end]):
        return 0
    if end - start > len(word.letters) and _APART.search(view, start, last):
        return 0
    return end


def _is_joined(before: str, after: str) -> bool:
    """Whether no word can begin between two characters."""
    if not (before.isalpha() and after.isalpha()):
        return False
    if _GLUE.match(before) or _GLUE.match(after):
        return False
    return bool(_ARABIC.match(before)) == bool(_ARABIC.match(after))


def _longest(hits: list[Hit]) -> list[Hit]:
    """The hits that hold where several overlap: what ends last, of those the longest; with what it continues."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.end, hit.start)):
        if not kept or hit.end <= kept[-1].start:
            kept.append(hit)
            continue
        last = kept[-1]
        if hit.start < last.start and hit.end < last.end:
            whole = _whose(hit.label, last.label)
            if whole is not None:
                kept[-1] = Hit(hit.start, last.end, whole)
        elif (hit.start, hit.end) == (last.start, last.end):
            kept.append(hit)
    return kept


def _whose(first: Label, account: Label) -> Label | None:
    """What `courier account` and `account no` are together; None where the later words alone count."""
    if account.role == "context" and first.role == "account":
        is_told = account.aspect == "instruction" and not first.needs_payment  # `5 numaralı hesaba havale`
        return first if first.kind or is_told else None  # `WeChat Pay to`
    if account.role == "payer" and first.role == "phrase":
        return first  # `for the account of the buyer` names no account
    if account.role == "phrase" and first.role in ("account", "payer", "other") and not first.needs_payment:
        return first if first.role != "other" or account.kind == "for" else None  # `bank account for` names one
    if account.role != "account":
        return None
    if first.role in ("other", "payer", "correspondent"):
        return first
    return first if first.role == "account" and first.kind and not account.kind else None


class _Spelling:
    """Words as they should be: those that are one letter from a known one, or have digits for letters."""

    def __init__(self, words: Sequence[str], right: set[str]) -> None:
        self._right = right
        self._words = frozenset("".join(_TOKEN.findall(word)) for word in words)
        self._shorter: dict[str, str] = {}
        for word in self._words:
            for shorter in _shorter(word):
                self._shorter.setdefault(shorter, word)
        self._known: dict[str, str] = {}

    def right(self, token: str) -> str:
        if token == "n0":
            return "no"
        if len(token) < _SHORTEST_SPELT - 1 or not token.isascii() or token.isdigit() or len(token) > 16:
            return token
        if len(self._known) > _MOST_SPELLINGS:
            self._known.clear()
        known = self._known.get(token)
        if known is None:
            known = self._known[token] = self._righted(token)
        return known

    def _righted(self, token: str) -> str:
        if token in self._right or token in self._words:
            return token
        if not token.isalpha():
            letters = token.translate(_LIKE_LETTERS)
            return letters if letters in self._words else token
        if token.endswith("s") and token[:-1] in self._words:
            return token
        if len(token) < _SHORTEST_SPELT:
            return token
        if token in self._shorter and len(self._shorter[token]) > _SHORTEST_SPELT:
            return self._shorter[token]
        for shorter in _shorter(token):
            if shorter in self._words and len(shorter) > _SHORTEST_SPELT:
                return shorter
            near = self._shorter.get(shorter)
            if near is not None and len(near) == len(token) > _SHORTEST_SPELT and near[0] == token[0]:
                return near
        return token


def _shorter(word: str) -> list[str]:
    """The word without each of its letters."""
    return [word[:at] + word[at + 1 :] for at in range(len(word))]
