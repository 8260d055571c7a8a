"""The fixed words of reports for people in pipelines that no other report has, a table a language."""

from collections.abc import Mapping

from msgspec import Struct


class PipelineWords(Struct, frozen=True):
    """A language's words. Braces are filled in by name."""

    incomplete: str
    not_judged: str
    unreadable: str
    unreadable_title: str
    unreadable_message: str
    unreadable_note: str
    verdict: str
    help: str
    excused_finding: str
    of_verdict: str
    of_clause: str
    more_here: str
    more_said: str
    annotation_title: str
    more_annotations: str
    title: str
    not_whole: str
    documents: str
    rules: str
    rule: str
    clause: str
    errors: str
    warnings: str
    excused: str
    findings: str
    gravest: str
    messages: str
    more_rules: str
    more_findings: str
    more_messages: str
    waived: str
    known: str
    summary: str
    cut: str


_ENGLISH = PipelineWords(
    incomplete="Incomplete: an input could not be checked, or not fully; the messages in this report say why.",
    not_judged="Not judged: {source} does not carry {fields}, which {count:,} verdicts ask for.",
    unreadable="the document could not be read, so nothing of it was checked",
    unreadable_title="The document can be read",
    unreadable_message="Mend the file, or take it out of the run: nothing of it was checked.",
    unreadable_note="What was found in it before is not known to be mended.",
    verdict="the document's verdict: {verdict}",
    help="help: {help}",
    excused_finding="{excuse}; {finding}",
    of_verdict="{verdict}: {finding}",
    of_clause="{finding} [clause {clause}]",
    more_here="{count:,} more findings are not in this report (errors {errors:,}, warnings {warnings:,}, waived or known "
    "{excused:,}): it holds at most {most:,} and {size:,} MiB of them",
    more_said="{count:,} more messages are not in this report",
    annotation_title="{verdict}: {rule} (clause {clause})",
    more_annotations="Not annotated: errors {errors:,}, warnings {warnings:,}, waived or known {excused:,}; "
    "a report in another format has them all",
    title="Order checks",
    not_whole="Not everything was evaluated.",
    documents="Documents",
    rules="Rules with findings",
    rule="Rule",
    clause="Clause",
    errors="Errors",
    warnings="Warnings",
    excused="Waived or known",
    findings="Findings",
    gravest="The first {count:,} of {total:,} findings, the gravest first.",
    messages="Messages",
    more_rules="… and {count:,} more rules with findings",
    more_findings="… and {count:,} more findings: errors {errors:,}, warnings {warnings:,}, waived or known {excused:,}",
    more_messages="… and {count:,} more messages",
    waived="waived by {owner} until {expires}: {reason}",
    known="known from the baseline",
    summary="Summary",
    cut="**This summary is cut here:** it would be longer than what is shown. A report in another format has it all.",
)

_CHINESE = PipelineWords(
    incomplete="不完整：有输入未能检查或未能完整检查，原因见本报告所列信息。",
    not_judged="未判定：{source} 不提供 {fields}，{count:,} 项结论因此未能判定。",
    unreadable="单据无法读取，其内容均未检查",
    unreadable_title="单据可以读取",
    unreadable_message="请修正该文件，或将其移出本次运行：其内容均未检查。",
    unreadable_note="此前在其中发现的问题，不能视为已经修正。",
    verdict="单据结论：{verdict}",
    help="建议：{help}",
    excused_finding="{excuse}；{finding}",
    of_verdict="{verdict}：{finding}",
    of_clause="{finding}（条款 {clause}）",
    more_here="另有 {count:,} 项发现未列入本报告（错误 {errors:,} 项，警告 {warnings:,} 项，已豁免或已知 {excused:,} 项）："
    "本报告最多列出 {most:,} 项、{size:,} MiB",
    more_said="另有 {count:,} 条信息未列入本报告",
    annotation_title="{verdict}：{rule}（条款 {clause}）",
    more_annotations="未标注：错误 {errors:,} 项，警告 {warnings:,} 项，已豁免或已知 {excused:,} 项；其他格式的报告列出全部",
    title="单据检查",
    not_whole="未能全部评估。",
    documents="单据",
    rules="有发现的规则",
    rule="规则",
    clause="条款",
    errors="错误",
    warnings="警告",
    excused="已豁免或已知",
    findings="发现",
    gravest="共 {total:,} 项发现，此处列出前 {count:,} 项，最严重者在前。",
    messages="信息",
    more_rules="…… 另有 {count:,} 条规则有发现",
    more_findings="…… 另有 {count:,} 项发现：错误 {errors:,} 项，警告 {warnings:,} 项，已豁免或已知 {excused:,} 项",
    more_messages="…… 另有 {count:,} 条信息",
    waived="已由 {owner} 豁免，有效期至 {expires}：{reason}",
    known="基线中已有",
    summary="小结",
    cut="**此摘要在此截断：**全文超出可显示的长度，其他格式的报告有全部内容。",
)

LANGUAGES: Mapping[str, PipelineWords] = {"en": _ENGLISH, "zh": _CHINESE}
