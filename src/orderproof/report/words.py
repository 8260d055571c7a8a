"""The fixed words of reports for people, a table a language."""

from collections.abc import Mapping

from msgspec import Struct

from orderproof.finding import FactState
from orderproof.report.model import Gap


class Words(Struct, frozen=True):
    """A language's words. Braces are filled in by name; the labels have ``label_width`` columns, with the blank."""

    verdicts: Mapping[str, str]
    severities: Mapping[str, str]
    states: Mapping[FactState, str]
    label_width: int
    rule: str
    at: str
    read: str
    missing: str
    because: str
    related: str
    heading: str
    heading_id: str
    only_warnings: str
    head: str
    undecided: str
    undecided_head: str
    short_head: str
    rule_line: str
    rule_title: str
    subject: str
    group: str
    fact: str
    fact_subject: str
    absent: str
    see_above: str
    more: str
    more_at_least: str
    comma: str
    count: str
    documents: str
    with_warnings: str
    checks: str
    without_details: str
    unreadable: str
    undetermined: str
    cross_run: str
    gaps: Mapping[Gap, str]
    mistyped: str
    incomplete: str
    incomplete_above: str
    nothing_read: str
    nothing_applied: str
    run: str


_ENGLISH = Words(
    verdicts={
        "pass": "pass",
        "violation": "violation",
        "undetermined": "undetermined",
        "not_applicable": "not applicable",
        "unreadable": "unreadable",
    },
    severities={"error": "error", "warning": "warning"},
    states={
        FactState.HOLDS: "holds",
        FactState.DOES_NOT_HOLD: "does not hold",
        FactState.UNKNOWN: "is unknown",
    },
    label_width=8,
    rule="rule    ",
    at="at      ",
    read="read    ",
    missing="missing ",
    because="because ",
    related="also in ",
    heading="{verdict}: {document}",
    heading_id=", id {id}",
    only_warnings="{verdict}, with warnings",
    head="{severity}, {verdict}: {message}",
    undecided="cannot tell: ",
    undecided_head="{severity}: {message}",
    short_head="{head} [{rule}, clause {clause}] {place}",
    rule_line="{rule}, clause {clause}",
    rule_title=": {title}",
    subject="({entity} {key})",
    group="(group {key})",
    fact="{fact} {state}",
    fact_subject=" for {entity} {key}",
    absent="absent",
    see_above=" (as above)",
    more="… and {count:,} more",
    more_at_least="… and at least {count:,} more",
    comma=", ",
    count="{name} {count:,}",
    documents="Documents: {count:,} ({parts})",
    with_warnings=", of them with warnings {count:,}",
    checks="Verdicts of checks: {count:,} ({parts})",
    without_details="Without details: further findings of a rule after its first {limit} ({count:,}); the JSON report has their evidence.",
    unreadable="Not evaluated: unreadable documents ({count:,}): {names}",
    undetermined="Not evaluated: undetermined verdicts ({count:,}), where what is known does not decide",
    cross_run="Not evaluated: parts of the checks across documents ({reasons}); where these pass, they pass for the documents that were compared",
    gaps={
        Gap.UNREADABLE: "a document could not be read",
        Gap.NO_DOCUMENT: "an input holds no document",
        Gap.NO_KEY: "a value by which to compare is missing",
        Gap.REPEATED: "an id stands in more than one document",
    },
    mistyped="Likely mistyped fields: {count:,} ({names}); no check reads them",
    incomplete="Incomplete: an input could not be checked, or not fully; the messages on standard error say why.",
    incomplete_above="Incomplete: an input could not be checked, or not fully; the messages above say why.",
    nothing_read="Nothing was checked: no document was read.",
    nothing_applied="Nothing was checked: no check applies to these documents.",
    run="As of {as_of}; rules: {rule_sets}",
)

_CHINESE = Words(
    verdicts={
        "pass": "通过",
        "violation": "违规",
        "undetermined": "无法判定",
        "not_applicable": "不适用",
        "unreadable": "无法读取",
    },
    severities={"error": "错误", "warning": "警告"},
    states={FactState.HOLDS: "成立", FactState.DOES_NOT_HOLD: "不成立", FactState.UNKNOWN: "未知"},
    label_width=5,
    rule="规则 ",
    at="位置 ",
    read="读取 ",
    missing="缺失 ",
    because="依据 ",
    related="关联 ",
    heading="{verdict}：{document}",
    heading_id="，编号 {id}",
    only_warnings="{verdict}（有警告）",
    head="{severity}，{verdict}：{message}",
    undecided="无法判定：",
    undecided_head="{severity}：{message}",
    short_head="{head} [{rule}，条款 {clause}] {place}",
    rule_line="{rule}，条款 {clause}",
    rule_title="：{title}",
    subject="（{entity} {key}）",
    group="（组 {key}）",
    fact="{fact} {state}",
    fact_subject="（{entity} {key}）",
    absent="未提供",
    see_above="（同上）",
    more="…… 另有 {count:,} 项",
    more_at_least="…… 至少另有 {count:,} 项",
    comma="，",
    count="{name} {count:,}",
    documents="单据：{count:,} 份（{parts}）",
    with_warnings="，其中有警告 {count:,}",
    checks="检查结论：{count:,} 项（{parts}）",
    without_details="未列详情：{count:,} 项；每条规则仅前 {limit} 项列出详情，其余证据见 JSON 报告。",
    unreadable="未评估：{count:,} 份单据无法读取（{names}）",
    undetermined="未评估：{count:,} 项结论无法判定，已知信息不足以得出结论",
    cross_run="未评估：部分跨单据检查（{reasons}）；其“通过”仅对已参与比对的单据有效",
    gaps={
        Gap.UNREADABLE: "有单据无法读取",
        Gap.NO_DOCUMENT: "有输入不含单据",
        Gap.NO_KEY: "缺少用于比对的值",
        Gap.REPEATED: "有编号在多份单据中重复",
    },
    mistyped="疑似拼写错误的字段：{count:,} 个（{names}）；没有检查读取这些字段",
    incomplete="不完整：有输入未能检查或未能完整检查，原因见标准错误输出。",
    incomplete_above="不完整：有输入未能检查或未能完整检查，原因见上文信息。",
    nothing_read="未检查任何内容：没有读取到单据。",
    nothing_applied="未检查任何内容：没有检查适用于这些单据。",
    run="基准时间 {as_of}；规则集：{rule_sets}",
)

LANGUAGES: Mapping[str, Words] = {"en": _ENGLISH, "zh": _CHINESE}
