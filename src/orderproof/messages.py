"""The texts of findings: a rule's own message, or what keeps a verdict from being decided; and why a check says nothing."""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct

from orderproof.explain import Explanation
from orderproof.finding import FactState, Read
from orderproof.language.typed import UNKNOWN, Result
from orderproof.ruleset.program import Message
from orderproof.showing import written
from orderproof.tree import write_pointer

MAX_NAMED = 5


class _Words(Struct, frozen=True):
    unknown: str
    truths: Mapping[bool, str]
    one_missing: str
    many_missing: str
    unsupplied: str
    left_open: str
    told: str
    undecided: str
    repeated: str
    excluded: str
    not_met: str
    no_subject: str
    no_group: str
    not_carried: str
    unread: str
    value: str
    absent: str
    states: Mapping[FactState, str]
    comma: str
    last_comma: str
    more: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        unknown="(unknown)",
        truths={True: "true", False: "false"},
        one_missing="cannot tell: {names} is missing",
        many_missing="cannot tell: {names} are missing",
        unsupplied="cannot tell: {names} comes from a source beside the document, and none supplied it",
        left_open="cannot tell: the rule leaves it open where {names}",
        told="cannot tell: {names}",
        undecided="cannot tell: what is known does not decide it",
        repeated="cannot tell: a document before this one has the same id, so this one is compared with no other",
        excluded="does not apply: {names}",
        not_met="does not apply: its condition is not met",
        no_subject="does not apply: there is no {entity} in this document",
        no_group="does not apply: the group is none that the rule judges",
        not_carried="not judged: this kind of source does not carry {names}",
        unread="not judged: the document could not be read",
        value="{name} = {value}",
        absent="{name} is absent",
        states={
            FactState.HOLDS: "{fact} holds",
            FactState.DOES_NOT_HOLD: "{fact} does not hold",
            FactState.UNKNOWN: "{fact} is unknown",
        },
        comma=", ",
        last_comma=" and ",
        more="{count:,} more",
    ),
    "zh": _Words(
        unknown="（未知）",
        truths={True: "是", False: "否"},
        one_missing="无法判定：缺少 {names}",
        many_missing="无法判定：缺少 {names}",
        unsupplied="无法判定：{names} 须由单据以外的来源提供，而本次没有提供",
        left_open="无法判定：规则对此情形未作规定：{names}",
        told="无法判定：{names}",
        undecided="无法判定：已知信息不足以作出结论",
        repeated="无法判定：之前已有编号相同的单据，本单据未与其他单据比对",
        excluded="不适用：{names}",
        not_met="不适用：不满足其适用条件",
        no_subject="不适用：该单据中没有 {entity}",
        no_group="不适用：该分组不在规则的检查范围内",
        not_carried="未判定：此类来源不提供 {names}",
        unread="未判定：无法读取该单据",
        value="{name} = {value}",
        absent="未提供 {name}",
        states={
            FactState.HOLDS: "{fact} 成立",
            FactState.DOES_NOT_HOLD: "{fact} 不成立",
            FactState.UNKNOWN: "{fact} 未知",
        },
        comma="、",
        last_comma="、",
        more="其余 {count:,} 项",
    ),
}
LANGUAGES = tuple(_WORDS)


def in_language(texts: Mapping[str, str], lang: str) -> str:
    """A rule's text in a language, in English where it has none."""
    return texts.get(lang) or texts["en"]


def message_of(messages: Mapping[str, Message], lang: str) -> Message:
    """A rule's message in a language, in English where it has none."""
    return messages.get(lang) or messages["en"]


def filled(message: Message, values: Sequence[Result | None], lang: str, zone: ZoneInfo) -> str:
    """A message with the values of its placeholders, which stand at their parts' numbers."""
    words = _WORDS[lang]
    pieces: list[str] = []
    for part, value in zip(message.parts, values, strict=True):
        if isinstance(part, str):
            pieces.append(part)
        else:
            pieces.append(_placed(value, words, zone))
    return "".join(pieces)


def _placed(value: Result | None, words: _Words, zone: ZoneInfo) -> str:
    if value is None or value is UNKNOWN:
        return words.unknown
    return words.truths[value] if isinstance(value, bool) else written(value, zone)


def undetermined(explanation: Explanation, lang: str) -> str:
    """Why a verdict could not be decided."""
    words = _WORDS[lang]
    missing = [path for path in explanation.missing if path not in explanation.supplied]
    if missing:
        form = words.one_missing if len(missing) == 1 else words.many_missing
        return form.format(names=_listed(missing, words))
    if explanation.told:
        return words.told.format(names=_listed(list(explanation.told), words))
    if explanation.missing:
        return words.unsupplied.format(names=_listed(list(explanation.missing), words))
    if explanation.open:
        return words.left_open.format(names=_listed(list(explanation.open), words))
    return words.undecided


def repeated(lang: str) -> str:
    """Why a document whose id has stood before is compared with no other."""
    return _WORDS[lang].repeated


# Why a check says nothing of a subject


def does_not_apply(explanation: Explanation, lang: str) -> str:
    """Why a condition is not met: the values and the derived facts that decided it."""
    words = _WORDS[lang]
    names = [_read(read, words) for read in explanation.evidence]
    names += (words.states[fact.state].format(fact=fact.fact) for fact in explanation.because)
    return words.excluded.format(names=_listed(names, words)) if names else words.not_met


def _read(read: Read, words: _Words) -> str:
    if read.told:
        return str(read.value)
    name = write_pointer(read.pointer)
    if read.value is None:
        return words.absent.format(name=name)
    value = words.truths[read.value] if isinstance(read.value, bool) else read.value
    return words.value.format(name=name, value=value)


def no_subject(entity: str, lang: str) -> str:
    """Why a check does not apply to a document without a subject for it."""
    return _WORDS[lang].no_subject.format(entity=entity)


def no_group(lang: str) -> str:
    """Why a check across documents does not apply to a group."""
    return _WORDS[lang].no_group


def not_carried(fields: Iterable[str], lang: str) -> str:
    """Why a check is not judged on a source."""
    words = _WORDS[lang]
    return words.not_carried.format(names=_listed(list(fields), words))


def unread(lang: str) -> str:
    """Why no check of a document was judged."""
    return _WORDS[lang].unread


def _listed(names: list[str], words: _Words) -> str:
    shown = names[:MAX_NAMED]
    if len(names) > MAX_NAMED:
        shown.append(words.more.format(count=len(names) - MAX_NAMED))
    return shown[0] if len(shown) == 1 else words.comma.join(shown[:-1]) + words.last_comma + shown[-1]
