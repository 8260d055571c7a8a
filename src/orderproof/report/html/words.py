"""The words of the page, a table a language; what reports share is in ``report.words``."""

from collections.abc import Mapping

from msgspec import Struct


class PageWords(Struct, frozen=True):
    """A language's words on the page. Braces are filled in by name, here or by the script."""

    name: str
    title: str
    meta: str
    complete: str
    complete_more: str
    incomplete: str
    incomplete_more: str
    interrupted: str
    interrupted_more: str
    nothing: str
    partly: str
    partly_more: str
    gap: str
    not_decided: str
    not_judged: str
    unreadable: str
    documents: str
    findings: str
    errors: str
    warnings: str
    undecided: str
    waived: str
    known: str
    new: str
    by_rule: str
    by_clause: str
    rule: str
    clause: str
    never: str
    never_more: str
    more_rules: str
    nothing_found: str
    no_script: str
    not_told: str
    diagnostics: str
    diagnostics_more: str
    diagnostics_link: str
    diagnostics_left: str
    help: str
    in_words: str
    run: str
    rule_set: str
    waivers: str
    baseline: str
    parameters: str
    made_by: str
    verdict: str
    severity: str
    state: str
    all: str
    search: str
    search_hint: str
    reset: str
    finding: str
    document: str
    place: str
    shown_of: str
    none_match: str
    no_findings: str
    previous: str
    next: str
    pages: str
    expand_all: str
    collapse_all: str
    subject: str
    group: str
    excerpt: str
    read: str
    missing: str
    because: str
    related: str
    note: str
    fingerprint: str
    absent: str
    see_above: str
    more: str
    waiver: str
    waiver_line: str
    spoken: str
    statuses: str
    statuses_more: str
    statuses_none: str
    statuses_left: str
    legend: str
    no_subject: str
    printed: str
    reason: str
    sort_by: str
    skip: str
    error_status: str


_ENGLISH = PageWords(
    name="English",
    title="Order check report",
    meta="As of {as_of} · {rule_sets} · {document_type}",
    complete="Complete",
    complete_more="Every document was read, and every check was evaluated on it.",
    incomplete="Incomplete",
    incomplete_more="Something could not be checked, or not fully: what is listed here is not all there may be.",
    interrupted="Interrupted",
    interrupted_more="The run was stopped. This tells what was finished; what came after, and checks across documents, were not evaluated.",
    nothing="Nothing was checked",
    partly="Not everything could be judged",
    partly_more="What was read was judged, but some checks lacked what they ask for.",
    gap="Checks across documents did not see everything: {reason}.",
    not_decided="Verdicts that could not be given because documents do not say enough: {count}.",
    not_judged="Verdicts that could not be given because a source does not carry what they need: {count}.",
    unreadable="Documents that could not be read: {count}. They are neither passed nor failed.",
    documents="Documents",
    findings="Findings",
    errors="errors",
    warnings="warnings",
    undecided="of these undecided",
    waived="waived",
    known="known",
    new="counts",
    by_rule="By rule",
    by_clause="By clause",
    rule="Rule",
    clause="Clause",
    never="Never applicable",
    never_more="These rules applied to nothing in this run, so they say nothing about it:",
    more_rules="More rules with findings: {count}",
    nothing_found="Rules that found nothing: {count}",
    no_script="Without scripts this page shows the first {count} findings of {total}. Open it in a browser that runs scripts to filter, sort and search them all.",
    not_told="This page holds {kept} findings of {total}; the counts above are of all. The JSON report has every one.",
    diagnostics="What could not be checked",
    diagnostics_link="Messages about inputs, which say why: {count}",
    diagnostics_more="Messages about inputs; they are in English.",
    diagnostics_left="… and {count} more; the JSON report has all of them.",
    help="Help",
    in_words="In words",
    run="This run",
    rule_set="Rule set",
    waivers="Waivers",
    baseline="Baseline",
    parameters="Parameters",
    made_by="Made by orderproof {version}",
    verdict="Verdict",
    severity="Severity",
    state="Status",
    all="All",
    search="Search",
    search_hint="Document, id, message, path …",
    reset="Clear filters",
    finding="Finding",
    document="Document",
    place="Place",
    shown_of="{shown} of {total} findings",
    none_match="No finding matches these filters.",
    no_findings="No findings.",
    previous="Previous",
    next="Next",
    pages="{from} – {to} of {total}",
    expand_all="Expand page",
    collapse_all="Collapse page",
    subject="Subject",
    group="Group",
    excerpt="In the document",
    read="Values read",
    missing="Missing values",
    because="Because",
    related="Also in",
    note="About this rule",
    fingerprint="Fingerprint",
    absent="absent",
    see_above="as above",
    more="… and {count} more",
    waiver="Waiver",
    waiver_line="{reason} – {owner}, until {expires}",
    spoken="Messages are in Chinese, the language of the run.",
    statuses="Every rule in every document",
    statuses_more="A row a document, a column a rule, the gravest verdict in each cell. Open a row for every verdict with its reason.",
    statuses_none="This report was made without the verdicts of every check.",
    statuses_left="Documents that are not listed here: {count}. They are counted above; the JSON report has every one.",
    legend="Legend",
    no_subject="nothing to check",
    printed="The first {shown} of {total} findings are printed; filter to print others.",
    reason="Reason",
    sort_by="Sort by {name}",
    skip="Skip to the findings",
    error_status="could not be read",
)

_CHINESE = PageWords(
    name="中文",
    title="订单检查报告",
    meta="基准时间 {as_of} · {rule_sets} · {document_type}",
    complete="完整",
    complete_more="所有单据均已读取，所有检查均已评估。",
    incomplete="不完整",
    incomplete_more="有内容未能检查或未能完整检查：此处所列可能并非全部。",
    interrupted="已中断",
    interrupted_more="运行被中止。本报告仅包含已完成的部分；其后的内容及跨单据检查未评估。",
    nothing="未检查任何内容",
    partly="部分内容无法判定",
    partly_more="已读取的内容均已判定，但部分检查缺少所需的内容。",
    gap="跨单据检查未能覆盖全部内容：{reason}。",
    not_decided="因单据提供的信息不足而未能给出的结论：{count} 项。",
    not_judged="因来源不提供所需内容而未能给出的结论：{count} 项。",
    unreadable="无法读取的单据：{count} 份，既未通过，也未判为违规。",
    documents="单据",
    findings="发现",
    errors="错误",
    warnings="警告",
    undecided="其中无法判定",
    waived="已豁免",
    known="已知",
    new="计入",
    by_rule="按规则",
    by_clause="按条款",
    rule="规则",
    clause="条款",
    never="从未适用",
    never_more="以下规则在本次运行中未适用于任何内容，因此不能说明任何问题：",
    more_rules="其他有发现的规则：{count} 条",
    nothing_found="没有发现的规则：{count} 条",
    no_script="未启用脚本时，本页仅显示 {total} 项发现中的前 {count} 项。请在可运行脚本的浏览器中打开，以筛选、排序和搜索全部内容。",
    not_told="本页仅含 {total} 项发现中的 {kept} 项；以上计数为全部。JSON 报告列出每一项。",
    diagnostics="未能检查的内容",
    diagnostics_link="说明原因的输入信息：{count} 条",
    diagnostics_more="关于输入的信息（英文）。",
    diagnostics_left="…… 另有 {count} 条，JSON 报告列出全部。",
    help="建议",
    in_words="文字说明",
    run="本次运行",
    rule_set="规则集",
    waivers="豁免文件",
    baseline="基线",
    parameters="参数",
    made_by="由 orderproof {version} 生成",
    verdict="结论",
    severity="级别",
    state="状态",
    all="全部",
    search="搜索",
    search_hint="单据、编号、信息、路径……",
    reset="清除筛选",
    finding="发现",
    document="单据",
    place="位置",
    shown_of="{total} 项发现中的 {shown} 项",
    none_match="没有符合筛选条件的发现。",
    no_findings="没有发现。",
    previous="上一页",
    next="下一页",
    pages="{from} – {to}，共 {total}",
    expand_all="展开本页",
    collapse_all="收起本页",
    subject="对象",
    group="组",
    excerpt="单据原文",
    read="读取的值",
    missing="缺失的值",
    because="依据",
    related="关联单据",
    note="规则说明",
    fingerprint="指纹",
    absent="未提供",
    see_above="同上",
    more="…… 另有 {count} 项",
    waiver="豁免",
    waiver_line="{reason} —— {owner}，有效期至 {expires}",
    spoken="信息为英文，即本次运行所用的语言。",
    statuses="每份单据的每条规则",
    statuses_more="每行一份单据，每列一条规则，格内为最严重的结论。展开一行可见每项结论及其原因。",
    statuses_none="本报告未包含每项检查的结论。",
    statuses_left="未在此列出的单据：{count} 份，已计入上文；JSON 报告列出每一份。",
    legend="图例",
    no_subject="无检查对象",
    printed="打印 {total} 项发现中的前 {shown} 项；如需其他内容请先筛选。",
    reason="原因",
    sort_by="按{name}排序",
    skip="跳到发现列表",
    error_status="无法读取",
)

PAGE_WORDS: Mapping[str, PageWords] = {"en": _ENGLISH, "zh": _CHINESE}
