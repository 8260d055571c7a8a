"""The fixed words of explanations, a table a language."""

from collections.abc import Mapping

from msgspec import Struct

from orderproof.why.steps import Branch, Form


class WhyWords(Struct, frozen=True):
    """A language's words; braces are filled in by name. ``truths`` are by truth, None for unknown."""

    truths: Mapping[bool | None, str]
    truth_width: int
    forms: Mapping[Form, str]
    branches: Mapping[Branch, str]
    choice: str
    rule: str
    document: str
    for_each: str
    for_each_by: str
    no_subject: str
    not_judged: str
    unseen: str
    subject: str
    applies: str
    applies_always: str
    requires: str
    having: str
    member_when: str
    key: str
    no_key: str
    in_group: str
    not_compared: str
    no_member: str
    group: str
    members: str
    member: str
    unsure_member: str
    unsure: str
    message: str
    missing: str
    list_length: str
    list_empty: str
    not_supplied: str
    not_carried: str
    default: str
    no_key_in_table: str
    unknown: str
    entry: str
    repeated: str
    left_out: str
    maybe: str
    colon: str


_ENGLISH = WhyWords(
    truths={True: "true", False: "false", None: "unknown"},
    truth_width=9,
    forms={Form.ALL_OF: "all of these:", Form.ANY_OF: "any of these:", Form.NOT: "not:"},
    branches={Branch.IF: "if", Branch.THEN: "then", Branch.ELSE: "else"},
    choice="one of two, by the condition after `if`:",
    document="document",
    rule="{rule}, clause {clause}{title}",
    for_each="{severity}, for each {entity}",
    for_each_by="{severity}, for each group of {entity} records across all documents",
    no_subject="{verdict}: there is no {entity} in this document",
    not_judged="not judged on this source",
    unseen="{verdict}: this kind of source does not say whether there is any {entity}",
    subject="{verdict}: {entity} {key}{place}",
    applies="applies when",
    applies_always="applies always",
    requires="requires",
    having="judged only if the group has",
    member_when="belongs to a group when",
    key="by its key",
    no_key="{entity} {key}{place}: joins no group, because its key is unknown",
    in_group="{entity} {key}{place}: in the group {group}, {verdict}",
    not_compared="{entity} {key}{place}: compared with nothing, because an earlier document has the same id",
    no_member="{verdict}: {entity} {key}{place}",
    group="{verdict}: the group {key}",
    members="members: {count:,}",
    member="{document}, {entity} {key}{place}",
    unsure_member="{document}, {entity} {key}{place}: not known whether it belongs",
    unsure="It is not known whether all members belong; a verdict stands only if it is the same with and without those.",
    message="message",
    missing="missing",
    list_length="{name}: list of {count:,}",
    list_empty="{name}: nothing in the list",
    not_supplied=" (comes from a source beside the document, and none supplied it)",
    not_carried="{name}: this kind of source does not carry it",
    default="absent, counts as {value}",
    no_key_in_table="not in the table",
    unknown="unknown",
    entry="entry {number} of {count}",
    repeated=" (opened above)",
    left_out="{name}: left out",
    maybe="{name}: not known whether it counts",
    colon=": ",
)

_CHINESE = WhyWords(
    truths={True: "真", False: "假", None: "未知"},
    truth_width=6,
    forms={Form.ALL_OF: "须全部为真：", Form.ANY_OF: "任一为真即可：", Form.NOT: "取反："},
    branches={Branch.IF: "如果", Branch.THEN: "则", Branch.ELSE: "否则"},
    choice="二者取一，视“如果”之后的条件而定：",
    document="单据",
    rule="{rule}，条款 {clause}{title}",
    for_each="{severity}，逐个检查：{entity}",
    for_each_by="{severity}，跨全部单据按同一取值分组检查：{entity}",
    no_subject="{verdict}：该单据中没有 {entity}",
    not_judged="此来源不作判定",
    unseen="{verdict}：此类来源不说明是否有 {entity}",
    subject="{verdict}：{entity} {key}{place}",
    applies="适用条件",
    applies_always="始终适用",
    requires="要求",
    having="仅当分组满足以下条件时才作判定",
    member_when="归入分组的条件",
    key="分组取值",
    no_key="{entity} {key}{place}：分组取值未知，未归入任何分组",
    in_group="{entity} {key}{place}：属于分组 {group}，{verdict}",
    not_compared="{entity} {key}{place}：前面的单据已有相同编号，未参与比对",
    no_member="{verdict}：{entity} {key}{place}",
    group="{verdict}：分组 {key}",
    members="成员：{count:,} 个",
    member="{document}，{entity} {key}{place}",
    unsure_member="{document}，{entity} {key}{place}：是否属于该分组未知",
    unsure="部分成员是否属于该分组未知；只有计入与不计入这些成员时结论相同，结论才成立。",
    message="说明",
    missing="缺失",
    list_length="{name}：共 {count:,} 项",
    list_empty="{name}：列表为空",
    not_supplied="（须由单据以外的来源提供，而本次没有提供）",
    not_carried="{name}：此类来源不提供该项",
    default="未提供，按 {value} 计",
    no_key_in_table="表中没有该项",
    unknown="未知",
    entry="第 {number} 种情形（共 {count} 种）",
    repeated="（已在上文展开）",
    left_out="{name}：不计入",
    maybe="{name}：是否计入未知",
    colon="：",
)

WHY_WORDS: Mapping[str, WhyWords] = {"en": _ENGLISH, "zh": _CHINESE}
