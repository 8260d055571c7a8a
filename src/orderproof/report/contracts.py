"""What the screening of contracts found, for people and for machines: each mention in its line, and what is unread."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from orderproof.report.encode import Json
from orderproof.report.quoting import inert, shown
from orderproof.screening.mention import Mention, Screened
from orderproof.screening.mention_line import marked
from orderproof.screening.text import Gap, Spot
from orderproof.screening.vocabulary import Spoken
from orderproof.screening.wording import advice_on, place_of, told_gap, told_mention

FORMAT = "orderproof.screen/1"
_CLASSES = ("account", "account_like", "none")
_TOLD = 600


class ScreenedFile(Struct, frozen=True):
    """A file by its name, the digest of its bytes where they could be had, and what is known of it."""

    path: str
    sha256: str | None
    screened: Screened

    @property
    def gravest(self) -> str:
        """The gravest class of its mentions, ``none`` without any."""
        found = {mention.cls for mention in self.screened.mentions}
        return next((name for name in _CLASSES if name in found), "none")


class _Words(Struct, frozen=True):
    classes: Mapping[str, str]
    nothing: str
    unread: str
    advice: str
    summary: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        classes={"account": "account", "account_like": "like an account", "none": "mention"},
        nothing="no account is in it",
        unread="not read whole: {reason}",
        advice="help: {advice}",
        summary="Files: {files} (with an account {account}, with what is like one {like}, not read whole {unread})",
    ),
    "zh": _Words(
        classes={"account": "账号", "account_like": "疑似账号", "none": "提及"},
        nothing="未发现账号",
        unread="未能完整读取：{reason}",
        advice="建议：{advice}",
        summary="文件：{files}（含账号 {account}，含疑似账号 {like}，未能完整读取 {unread}）",
    ),
}


def render_file(file: ScreenedFile, spoken: Spoken, lang: str, *, reveal: bool = False) -> str:
    """What is known of a file, as text."""
    return "".join(f"{inert(line)}\n" for line in _file(file, spoken, lang, reveal=reveal))


def _file(file: ScreenedFile, spoken: Spoken, lang: str, *, reveal: bool) -> Iterator[str]:
    words, screened = _WORDS[lang], file.screened
    yield shown(file.path, _TOLD)
    for mention in screened.mentions:
        told = told_mention(mention, spoken, lang, reveal=reveal)
        yield f"  {words.classes[mention.cls]}: {shown(told, _TOLD)}"
        yield from (f"    {line}" for line in marked(mention, screened.mentions, reveal=reveal))
    for gap in screened.gaps:
        yield f"  {words.unread.format(reason=shown(told_gap(gap, lang), _TOLD))}"
    if advice := advice_on(screened.gaps, lang):
        yield f"  {words.advice.format(advice=advice)}"
    if not screened.mentions and not screened.gaps:
        yield f"  {words.nothing}"


def render_summary(files: Iterable[ScreenedFile], lang: str) -> str:
    """How many files there were, and what is in them."""
    told = tuple(files)
    summary = _WORDS[lang].summary.format(
        files=len(told),
        account=sum(file.gravest == "account" for file in told),
        like=sum(file.gravest == "account_like" for file in told),
        unread=sum(not file.screened.is_read for file in told),
    )
    return f"{summary}\n"


def plain_screening(files: Iterable[ScreenedFile], spoken: Spoken, lang: str) -> Json:
    """All that is known of files, as plain values; no number of an account stands in them in full."""
    return {"format": FORMAT, "files": [_plain_file(file, spoken, lang) for file in files]}


def _plain_file(file: ScreenedFile, spoken: Spoken, lang: str) -> Json:
    return {
        "path": file.path,
        "sha256": file.sha256,
        "format": file.screened.format,
        "class": file.gravest,
        "read": file.screened.is_read,
        "mentions": [_plain_mention(mention, spoken, lang) for mention in file.screened.mentions],
        "gaps": [_plain_gap(gap) for gap in file.screened.gaps],
    }


def _plain_mention(mention: Mention, spoken: Spoken, lang: str) -> Json:
    return {
        "class": mention.cls,
        "kind": mention.kind,
        "label": mention.label,
        "masked": mention.masked,
        "checksum": mention.checksum,
        "confidence": mention.confidence,
        **_plain_spot(mention.spot),
        "hidden": mention.hidden,
        "reason": mention.reason,
        "why": spoken.reason(mention.reason, lang),
        "excerpt": mention.excerpt,
    }


def _plain_gap(gap: Gap) -> Json:
    return {"code": gap.code, "reason": gap.reason, **_plain_spot(gap.spot)}


def _plain_spot(spot: Spot) -> dict[str, Json]:
    numbers: dict[str, Json] = {"page": spot.page, "line": spot.line, "paragraph": spot.paragraph}
    return {"place": place_of(spot), "part": spot.part, "cell": spot.cell, **numbers}
