"""The words of the workbook, a table a language; what it shares with the page is in ``html.words``."""

from collections.abc import Mapping

from msgspec import Struct


class BookWords(Struct, frozen=True):
    """A language's words in the workbook. Braces are filled in by name."""

    summary: str
    findings: str
    documents: str
    rules: str
    statuses: str
    messages: str
    as_of: str
    document_type: str
    rule_set: str
    index: str
    id: str
    kind: str
    digest: str
    line: str
    column: str
    cell: str
    path: str
    title: str
    entity: str
    key: str
    message: str
    waived_by: str
    until: str
    code: str
    applied: str
    applied_never: str
    applied_some: str
    applied_unknown: str
    left: str
    counts: Mapping[str, str]


BOOK_WORDS: Mapping[str, BookWords] = {
    "en": BookWords(
        summary="Summary",
        findings="Findings",
        documents="Documents",
        rules="Rules",
        statuses="Every rule",
        messages="Not checked",
        as_of="As of",
        document_type="Document type",
        rule_set="Rule set",
        index="No. in file",
        id="Id",
        kind="Type",
        digest="SHA-256",
        line="Line",
        column="Column",
        cell="Cell",
        path="Path",
        title="Title",
        entity="Subject",
        key="Key",
        message="Message",
        waived_by="Waived by",
        until="Until",
        code="Code",
        applied="Applied",
        applied_never="never",
        applied_some="yes",
        applied_unknown="not known",
        left="… and {count} more rows that this sheet does not hold; the JSON report (with --details) has all of them.",
        counts={"new": "counts", "waived": "waived", "known": "known"},
    ),
    "zh": BookWords(
        summary="概览",
        findings="发现",
        documents="单据",
        rules="规则",
        statuses="每条规则",
        messages="未能检查",
        as_of="基准时间",
        document_type="单据类型",
        rule_set="规则集",
        index="文件内序号",
        id="编号",
        kind="类型",
        digest="SHA-256",
        line="行",
        column="列",
        cell="单元格",
        path="路径",
        title="标题",
        entity="对象",
        key="键",
        message="信息",
        waived_by="豁免人",
        until="有效期至",
        code="代码",
        applied="是否适用过",
        applied_never="从未",
        applied_some="是",
        applied_unknown="未知",
        left="…… 另有 {count} 行未列入本工作表；JSON 报告（--details）列出全部。",
        counts={"new": "计入", "waived": "已豁免", "known": "已知"},
    ),
}
