"""The fixed words of what is said about rules and their cases, a table a language."""

from collections.abc import Mapping

from msgspec import Struct

from orderproof.why.steps import Branch, Form


class RulesWords(Struct, frozen=True):
    """A language's words; braces are filled in by name. ``label_width`` is that of the labels of a rule's parts."""

    columns: tuple[str, str, str, str]
    fact_columns: tuple[str, str, str]
    parameter_columns: tuple[str, str]
    counts: str
    forms: Mapping[Form | Branch, str]
    label_width: int
    clause: str
    severity: str
    for_each: str
    by: str
    group_of: str
    applies: str
    applies_always: str
    member: str
    having: str
    requires: str
    where: str
    message: str
    note: str
    effective: str
    from_: str
    until: str
    parameters: str
    as_of: str
    facts: str
    fact: str
    entry: str
    when: str
    always: str
    fields: str
    checks: str
    cases: str
    no_case: str
    unchanged: str
    no_change: str
    taken_away: str
    another: str
    case_subject: str
    case_as_of: str
    case_parameter: str
    boundary: str
    never: str
    colon: str
    semicolon: str
    lint_mapping: str
    lint_clean: str
    lint_warnings: str
    lint_errors: str
    table: tuple[str, str, str]
    lacks_boundary: str
    nothing_lacks: str
    never_short: str
    total: str
    accounts: str
    reasons: str
    failed: str
    none_ran: str
    engines: Mapping[str, str]
    one_engine: str
    fewer_engines: str


_ENGLISH = RulesWords(
    columns=("check", "severity", "clause", "title"),
    fact_columns=("derived fact", "of each", "values"),
    parameter_columns=("parameter", "value"),
    counts=(
        "Checks: {count:,} (errors {errors:,}, warnings {warnings:,}); derived facts {facts:,}; "
        "parameters {parameters:,}; rule set {rule_set}"
    ),
    forms={
        Form.ALL_OF: "all of these:",
        Form.ANY_OF: "any of these:",
        Form.NOT: "not:",
        Form.CHOICE: "one of two:",
        Branch.IF: "if",
        Branch.THEN: "then",
        Branch.ELSE: "else",
    },
    label_width=13,
    clause="clause",
    severity="severity",
    for_each="for each",
    by="grouped by",
    group_of="{entity}, over all documents of a run",
    applies="applies when",
    applies_always="applies      always",
    member="a member when",
    having="judged when the group has",
    requires="requires",
    where="look at",
    message="message",
    note="note",
    effective="effective",
    from_="from {day}",
    until="until {day}",
    parameters="Parameters that it reads",
    as_of="the instant of the run (--as-of)",
    facts="Derived facts that it rests on",
    fact="{fact}, of each {entity}",
    entry="entry {number} of {count}",
    when="when",
    always="always",
    fields="Fields that it reads",
    checks="Checks that rest on it ({count:,})",
    cases="Cases ({count:,})",
    no_case="none: nothing shows that the check does what is meant",
    unchanged="the base document as it is",
    no_change="nothing changed",
    taken_away="{path} is taken away",
    another="one more document, the base with ",
    case_subject="judged: {subject}",
    case_as_of="as of {as_of}",
    case_parameter="parameter {name} = {value}",
    boundary="boundary: {what}",
    never="never {verdict}",
    colon=": ",
    semicolon="; ",
    lint_mapping="{name}, an input mapping",
    lint_clean="{rule_set}: nothing to report",
    lint_warnings="{rule_set}: warnings {warnings:,}, no error",
    lint_errors="{rule_set}: errors {errors:,}, warnings {warnings:,}",
    table=("check", "boundary", "lacks"),
    lacks_boundary="a case at a boundary",
    nothing_lacks="-",
    never_short="never",
    total="Cases: {total:,} (as expected {passed:,}, failed {failed:,})",
    accounts="Cases of accounts in contracts: {total:,} (as expected {passed:,}, failed {failed:,})",
    reasons="Reasons why a verdict cannot be: {never:,} (refuted by a case {refuted:,})",
    failed="Cases that are wrong",
    none_ran="No case was run, so nothing is shown of these checks.",
    engines={
        "both": "Engines: rete and reference, which agree where a case did not fail",
        "rete": "Engine: rete alone",
        "reference": "Engine: reference alone",
        "compiled": "Engine: compiled alone",
        "all": "Engines: rete, reference and compiled, which agree where a case did not fail",
    },
    one_engine="Engine: reference alone, because {reason}; so the cases do not show that both engines agree.",
    fewer_engines="Engines: not all of rete, reference and compiled, because {reason}; so the cases do not show that they agree.",
)

_CHINESE = RulesWords(
    columns=("检查", "级别", "条款", "标题"),
    fact_columns=("派生事实", "属于每个", "取值"),
    parameter_columns=("参数", "值"),
    counts=(
        "检查：{count:,} 项（错误 {errors:,}，警告 {warnings:,}）；派生事实 {facts:,} 个；参数 {parameters:,} 个；"
        "规则集 {rule_set}"
    ),
    forms={
        Form.ALL_OF: "须全部满足：",
        Form.ANY_OF: "满足任一即可：",
        Form.NOT: "取反：",
        Form.CHOICE: "二者取一：",
        Branch.IF: "如果",
        Branch.THEN: "则",
        Branch.ELSE: "否则",
    },
    label_width=10,
    clause="条款",
    severity="级别",
    for_each="检查对象",
    by="分组依据",
    group_of="{entity}（跨本次运行的全部单据）",
    applies="适用条件",
    applies_always="适用条件  始终适用",
    member="归入分组的条件",
    having="仅当分组满足以下条件时才作判定",
    requires="要求",
    where="查看位置",
    message="说明",
    note="备注",
    effective="有效期",
    from_="自 {day} 起",
    until="至 {day} 止",
    parameters="读取的参数",
    as_of="运行的基准时间（--as-of）",
    facts="所依据的派生事实",
    fact="{fact}（属于每个 {entity}）",
    entry="第 {number} 种情形（共 {count} 种）",
    when="条件",
    always="始终成立",
    fields="读取的字段",
    checks="以它为依据的检查（{count:,} 项）",
    cases="用例（{count:,} 个）",
    no_case="无：没有用例证明该检查符合本意",
    unchanged="基础单据，不作修改",
    no_change="不作修改",
    taken_away="删去 {path}",
    another="另一份单据，在基础单据上修改：",
    case_subject="判定对象：{subject}",
    case_as_of="基准时间 {as_of}",
    case_parameter="参数 {name} = {value}",
    boundary="边界：{what}",
    never="不会出现“{verdict}”",
    colon="：",
    semicolon="；",
    lint_mapping="{name}，输入映射",
    lint_clean="{rule_set}：没有问题",
    lint_warnings="{rule_set}：警告 {warnings:,} 项，无错误",
    lint_errors="{rule_set}：错误 {errors:,} 项，警告 {warnings:,} 项",
    table=("检查", "边界", "缺少"),
    lacks_boundary="边界用例",
    nothing_lacks="-",
    never_short="不会",
    total="用例：{total:,} 个（符合预期 {passed:,}，失败 {failed:,}）",
    accounts="合同账号用例：{total:,} 个（符合预期 {passed:,}，失败 {failed:,}）",
    reasons="说明某结论不会出现的理由：{never:,} 条（被用例推翻 {refuted:,}）",
    failed="有误的用例",
    none_ran="没有运行任何用例，因此无从证明这些检查。",
    engines={
        "both": "引擎：rete 与 reference，未失败的用例两者结论一致",
        "rete": "引擎：仅 rete",
        "reference": "引擎：仅 reference",
        "compiled": "引擎：仅 compiled",
        "all": "引擎：rete、reference 与 compiled，未失败的用例三者结论一致",
    },
    one_engine="引擎：仅 reference，原因：{reason}；因此用例未能证明两个引擎结论一致。",
    fewer_engines="引擎：rete、reference 与 compiled 未全部运行，原因：{reason}；因此用例未能证明各引擎结论一致。",
)

RULES_WORDS: Mapping[str, RulesWords] = {"en": _ENGLISH, "zh": _CHINESE}
