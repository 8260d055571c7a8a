"""What was found in a file, in words for people: of a mention one sentence with its place, of gaps why it is unread."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from orderproof.screening.mention import Mention, Screened
from orderproof.screening.text import Gap, Spot
from orderproof.screening.unread_zh import place_zh, unread_zh
from orderproof.screening.vocabulary import Spoken

_MOST_GAPS = 3
_LABEL_LENGTH = 60
_UNREAD_PICTURE = "its text cannot be read"
"""How the reasons end that OCR, or a file with text, would do away with."""


class _Words(Struct, frozen=True):
    classes: Mapping[str, str]
    checksums: Mapping[str, str]
    confidences: Mapping[str, str]
    codes: Mapping[str, str]
    beside: str
    page: str
    line: str
    paragraph: str
    unread: str
    unread_part: str
    comma: str
    semicolon: str
    reason: str
    more: str
    at: str
    advice: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        classes={"account": "an account", "account_like": "like an account", "none": "only a mention"},
        checksums={"valid": "check digits right", "invalid": "check digits wrong", "none": ""},
        confidences={"definite": "definite", "probable": "probable", "weak": "weak"},
        codes={},
        beside="beside “{label}”",
        page="page {number}",
        line="line {number}",
        paragraph="paragraph {number}",
        unread="{name} could not be read: {reasons}",
        unread_part="{name} could not be read whole: {reasons}",
        comma=", ",
        semicolon="; ",
        reason="{told}: {reason}",
        more="and {count:,} more reasons",
        at="{reason} ({place})",
        advice="ask for it as a file with text, or install the extra `ocr`, which reads pictures",
    ),
    "zh": _Words(
        classes={"account": "账号", "account_like": "疑似账号", "none": "仅提及"},
        checksums={"valid": "校验位正确", "invalid": "校验位错误", "none": ""},
        confidences={"definite": "确定", "probable": "很可能", "weak": "存疑"},
        codes={
            "encrypted": "文件已加密",
            "damaged": "文件已损坏",
            "limit": "超出读取上限",
            "empty": "文件中没有文字",
            "format": "不支持的文件格式",
            "picture": "图片中的文字未能读取",
            "embedded": "内嵌文件未能读取",
            "missing": "找不到文件",
            "refused": "该路径不予读取",
            "timeout": "读取超时",
            "internal": "读取程序出错",
        },
        beside="旁边为“{label}”",
        page="第 {number} 页",
        line="第 {number} 行",
        paragraph="第 {number} 段",
        unread="无法读取 {name}：{reasons}",
        unread_part="未能完整读取 {name}：{reasons}",
        comma="，",
        semicolon="；",
        reason="{told}：{reason}",
        more="另有 {count:,} 项原因",
        at="{reason}（{place}）",
        advice="请索取含文字的文件，或安装可识别图片文字的扩展 `ocr`",
    ),
}


def place_of(spot: Spot, lang: str = "en") -> str:
    """Where something stands in a file, such as ``page 2 line 14``; empty where its format knows no places."""
    words = _WORDS[lang]
    parts = [place_zh(spot.part) if lang == "zh" else spot.part] if spot.part else []
    if spot.page is not None:
        parts.append(words.page.format(number=spot.page))
    if spot.cell:
        parts.append(place_zh(spot.cell) if lang == "zh" else spot.cell)
    elif spot.line is not None:
        parts.append(words.line.format(number=spot.line))
    elif spot.paragraph is not None:
        parts.append(words.paragraph.format(number=spot.paragraph))
    return " ".join(parts)


def told_mention(mention: Mention, spoken: Spoken, lang: str, *, reveal: bool = False) -> str:
    """A mention in one sentence: kind, number, words beside it, check digits, place, confidence and why."""
    words = _WORDS[lang]
    label = mention.label[:_LABEL_LENGTH]
    parts = (
        f"{spoken.kind(mention.kind, lang)} {mention.written if reveal else mention.masked}".strip(),
        words.beside.format(label=label) if label else "",
        words.checksums[mention.checksum],
        place_of(mention.spot, lang),
        place_zh(mention.hidden) if lang == "zh" else mention.hidden,
        words.confidences[mention.confidence],
    )
    told = words.comma.join(part for part in parts if part)
    reason = spoken.reason(mention.reason, lang)
    return words.reason.format(told=told, reason=reason) if reason else told


def class_of(mention: Mention, lang: str) -> str:
    """What a mention is."""
    return _WORDS[lang].classes[mention.cls]


def advice_on(gaps: Iterable[Gap], lang: str) -> str:
    """What to do where pictures could not be read; empty where there is no such gap."""
    unread = any(gap.code == "picture" and gap.reason.endswith(_UNREAD_PICTURE) for gap in gaps)
    return _WORDS[lang].advice if unread else ""


def told_gap(gap: Gap, lang: str) -> str:
    """Why something was not read, and where that is known, where it stands."""
    known = _WORDS[lang].codes.get(gap.code)
    detail = gap.reason if known is None else unread_zh(gap.reason) or gap.reason
    reason = detail if known in (None, detail) else f"{known}（{detail}）"
    spot = replace(gap.spot, page=None) if f"page {gap.spot.page} " in gap.reason else gap.spot
    place = place_of(spot, lang)
    return _WORDS[lang].at.format(reason=reason, place=place) if place else reason


def told_gaps(name: str, screened: Screened, lang: str) -> str:
    """Why a file was not read whole, in one sentence; empty where it was."""
    if screened.is_read:
        return ""
    words = _WORDS[lang]
    reasons = list(dict.fromkeys(told_gap(gap, lang) for gap in screened.gaps))
    if len(reasons) > _MOST_GAPS:
        reasons[_MOST_GAPS:] = [words.more.format(count=len(reasons) - _MOST_GAPS)]
    form = words.unread_part if screened.mentions else words.unread
    told = form.format(name=name, reasons=words.semicolon.join(reasons))
    advice = advice_on(screened.gaps, lang)
    return f"{told}{words.semicolon}{advice}" if advice else told
