"""What stands where a number is still to be written: lines, crosses, and words that say so."""

import re

from orderproof.screening.fold import folded, label_view

_FILLER = re.compile(r"[\s_.\-*xX×/\\|…·:：()\[\]{}<>〈〉【】「」●•○□■0?#~=]*")
_WORDS = re.compile(
    r"n ?/ ?a\.?|n\.a\.?|na|nil|none|not applicable|tba|tbd|tbc|(?:to be|will be) [a-z ,]{3,60}|待[^\d]{1,8}|暂无|暫無|无|無|空白|空|未定|另行通知|"
    r"not available|pending|blank|leave blank|нет|не применимо|отсутствует|заполнить|a definir|a completar|por definir|à compléter|"
    r"a preencher|wird nachgereicht|entfallt|keine?|yok|bos|khong co|لا يوجد|فارغ|insert [a-z ]{1,40}|fill in [a-z ]{0,40}|your [a-z ]{1,40}"
)
_FILL = re.compile(r"(?s:.*)(?:_{3,}|\.{6,}|…{2,})")
_ENDS = " .:;,()[]{}<>【】_…"
_BRACKETS = re.compile(r"[\[\(<{【〈「](.{0,80})[\]\)>}】〉」]", re.DOTALL)


def is_left_open(text: str, *, fits: bool) -> bool:
    """Whether what stands between a label and a number says that the number is still to be written.

    A number right on the line to write on fills it, if it ``fits``, which a date does not.
    """
    fill = _FILL.match(text)
    if fill is not None and (not fits or text[fill.end() :].strip(_ENDS)):
        return True
    return not text.rstrip().endswith((":", "：")) and _WORDS.fullmatch(text.strip(_ENDS)) is not None


def is_blank(text: str) -> bool:
    """Whether nothing is written here yet: blank lines, crosses, `N/A`, or words in brackets that ask for it."""
    view = label_view(folded(text)).strip()
    if len(view) > 200:
        return _FILLER.fullmatch(view) is not None
    if _FILLER.fullmatch(view) or _WORDS.fullmatch(view.strip(_ENDS)):
        return True
    inside = _BRACKETS.fullmatch(view)
    return inside is not None and re.search(r"\d", inside.group(1)) is None and "@" not in inside.group(1)
