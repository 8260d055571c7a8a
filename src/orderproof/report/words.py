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
    waived: str
    at: str
    read: str
    missing: str
    because: str
    related: str
    heading: str
    heading_id: str
    only_warnings: str
    across: str
    head: str
    excused: str
    excuses: Mapping[str, str]
    waived_by: str
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
    count_waived: str
    baseline: str
    unseen: str
    never_applicable: str
    left_out: str
    cross_run: str
    gaps: Mapping[Gap, str]
    mistyped: str
    not_judged: str
    engines: str
    confirmed: str
    alone: str
    interrupted: str
    incomplete: str
    incomplete_above: str
    nothing_read: str
    nothing_applied: str
    run: str
    progress_documents: str
    progress_rate: str
    progress_findings: str
    progress_share: str
    progress_left: str


_ENGLISH = Words(
    verdicts={
        "pass": "pass",
        "violation": "violation",
        "undetermined": "undetermined",
        "not_applicable": "not applicable",
        "unreadable": "unreadable",
        "not_judged": "not judged",
    },
    severities={"error": "error", "warning": "warning"},
    states={
        FactState.HOLDS: "holds",
        FactState.DOES_NOT_HOLD: "does not hold",
        FactState.UNKNOWN: "is unknown",
    },
    label_width=8,
    rule="rule    ",
    waived="waived  ",
    at="at      ",
    read="read    ",
    missing="missing ",
    because="because ",
    related="also in ",
    heading="{verdict}: {document}",
    heading_id=", id {id}",
    only_warnings="{verdict}, with warnings",
    across="Findings across documents:",
    head="{severity}, {verdict}: {message}",
    excused="{severity} ({excuse})",
    excuses={"waived": "waived", "known": "known"},
    waived_by="{reason} (owner: {owner}; until {expires})",
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
    count_waived="Waived findings: {count:,}; they do not fail the run",
    baseline="Known findings: {known:,}, in the baseline already; they do not fail the run. Fixed since: {fixed:,}",
    unseen="; not to be told of: {count:,}, on documents or by checks that this run did not judge",
    never_applicable="Checks that applied to nothing: {count:,} ({names})",
    left_out="Checks that --only or --skip left out: {count:,} ({names})",
    cross_run="Not evaluated: parts of the checks across documents ({reasons}); where these pass, they pass for the documents that were compared",
    gaps={
        Gap.UNREADABLE: "a document could not be read",
        Gap.NO_DOCUMENT: "an input holds no document",
        Gap.NO_KEY: "a value by which to compare is missing",
        Gap.REPEATED: "an id stands in more than one document",
        Gap.NOT_CARRIED: "a source does not carry what they compare",
        Gap.NOT_CHANGED: "documents that did not change are left out",
    },
    mistyped="Likely mistyped fields: {count:,} ({names}); no check reads them",
    not_judged="Not evaluated: verdicts not judged on this source ({count:,}): {source} does not carry {fields}; documents {documents:,}; rules {rules}",
    engines="Judged by {name}",
    confirmed="; documents confirmed by {name}: {count:,}",
    alone="; documents judged by {name} alone: {count:,}",
    interrupted="Interrupted: this report is incomplete. It tells what was finished; what came after, and checks across documents, were not evaluated.",
    incomplete="Incomplete: an input could not be checked, or not fully; the messages on standard error say why.",
    incomplete_above="Incomplete: an input could not be checked, or not fully; the messages above say why.",
    nothing_read="Nothing was checked: no document was read.",
    nothing_applied="Nothing was checked: no check applies to these documents.",
    run="As of {as_of}; rules: {rule_sets}",
    progress_documents="documents {count:,}",
    progress_rate="{count:,}/s",
    progress_findings="findings {count:,}",
    progress_share="{share} % read",
    progress_left="{time} left",
)

_CHINESE = Words(
    verdicts={
        "pass": "通过",
        "violation": "违规",
        "undetermined": "无法判定",
        "not_applicable": "不适用",
        "unreadable": "无法读取",
        "not_judged": "来源所限未判定",
    },
    severities={"error": "错误", "warning": "警告"},
    states={FactState.HOLDS: "成立", FactState.DOES_NOT_HOLD: "不成立", FactState.UNKNOWN: "未知"},
    label_width=5,
    rule="规则 ",
    waived="豁免 ",
    at="位置 ",
    read="读取 ",
    missing="缺失 ",
    because="依据 ",
    related="关联 ",
    heading="{verdict}：{document}",
    heading_id="，编号 {id}",
    only_warnings="{verdict}（有警告）",
    across="跨单据检查的发现：",
    head="{severity}，{verdict}：{message}",
    excused="{severity}（{excuse}）",
    excuses={"waived": "已豁免", "known": "已知"},
    waived_by="{reason}（负责人：{owner}；有效期至 {expires}）",
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
    count_waived="已豁免的发现：{count:,} 项，不影响本次运行的结果",
    baseline="已知的发现：{known:,} 项，基线中已有，不影响本次运行的结果；此后已消除：{fixed:,} 项",
    unseen="；无从得知：{count:,} 项，本次运行未判定相关单据或检查",
    never_applicable="从未适用的检查：{count:,} 项（{names}）",
    left_out="被 --only 或 --skip 略去的检查：{count:,} 项（{names}）",
    cross_run="未评估：部分跨单据检查（{reasons}）；其“通过”仅对已参与比对的单据有效",
    gaps={
        Gap.UNREADABLE: "有单据无法读取",
        Gap.NO_DOCUMENT: "有输入不含单据",
        Gap.NO_KEY: "缺少用于比对的值",
        Gap.REPEATED: "有编号在多份单据中重复",
        Gap.NOT_CARRIED: "有来源不含用于比对的内容",
        Gap.NOT_CHANGED: "未变更的单据未参与检查",
    },
    mistyped="疑似拼写错误的字段：{count:,} 个（{names}）；没有检查读取这些字段",
    not_judged="未评估：{count:,} 项结论因来源所限未判定：{source} 不提供 {fields}；单据 {documents:,} 份；规则 {rules}",
    engines="判定引擎：{name}",
    confirmed="；经 {name} 复核一致的单据 {count:,} 份",
    alone="；仅由 {name} 判定的单据 {count:,} 份",
    interrupted="已中断：本报告不完整，仅包含已完成的部分；其后的内容及跨单据检查未评估。",
    incomplete="不完整：有输入未能检查或未能完整检查，原因见标准错误输出。",
    incomplete_above="不完整：有输入未能检查或未能完整检查，原因见上文信息。",
    nothing_read="未检查任何内容：没有读取到单据。",
    nothing_applied="未检查任何内容：没有检查适用于这些单据。",
    run="基准时间 {as_of}；规则集：{rule_sets}",
    progress_documents="单据 {count:,} 份",
    progress_rate="{count:,}/秒",
    progress_findings="发现 {count:,} 项",
    progress_share="已读取 {share}%",
    progress_left="剩余 {time}",
)

LANGUAGES: Mapping[str, Words] = {"en": _ENGLISH, "zh": _CHINESE}
