"""What to write instead: signs, words and names of other languages, and what they are called here."""

SIGNS = {
    "=": "write `==` to compare, `<=` or `>=` for an order",
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`, or `!=` to compare",
    "%": "there is no percent and no remainder; 30 % of x is `x * 0.30`",
    "^": "there are no powers; only `+ - * /`",
    "{": "lists are written in `[ ]`; tables stand in the parameters",
    "}": "lists are written in `[ ]`; tables stand in the parameters",
    "“": "quote text with `\"` or `'`",
    "”": "quote text with `\"` or `'`",
    "‘": "quote text with `\"` or `'`",
    "’": "quote text with `\"` or `'`",
    "「": "quote text with `\"` or `'`",
    "」": "quote text with `\"` or `'`",
    "。": "leave it out, or write `.` between the names of a path",
    "、": "write `,`",
    "；": "leave it out",
    ";": "leave it out",
    ":": "a choice reads `a if condition else b`",
    "?": "a choice reads `a if condition else b`",
    "#": "a comment stands on a line of its own, outside the expression",
    "$": "money is written as a plain number, such as `1000.50`",
    "≠": "write `!=`",
    "≤": "write `<=`",
    "≥": "write `>=`",
    "×": "write `*`",
    "÷": "write `/`, inside `round`",
}
"""By a character that begins no word."""

_ABSENT = "write `path is missing` or `path is present`"
FOREIGN = {
    "null": _ABSENT,
    "Null": _ABSENT,
    "NULL": _ABSENT,
    "None": _ABSENT,
    "nil": _ABSENT,
    "True": "write `true`",
    "TRUE": "write `true`",
    "False": "write `false`",
    "FALSE": "write `false`",
    "AND": "write `and`",
    "OR": "write `or`",
    "NOT": "write `not`",
    "IN": "write `in`",
    "IF": "write `a if condition else b`",
}
"""By a word that is none of this language, whatever stands around it."""

INSTEAD = {
    **FOREIGN,
    "if": "a choice reads `a if condition else b`",
    "then": "a choice reads `a if condition else b`",
    "elif": "a choice reads `a if condition else b if other else c`",
    "for": "range over a list inside `any(…)`, `all(…)`, `count(…)`, `sum(…)`, `min(…)` or `max(…)`",
    "contains": 'write `x in list`, or `matches(text, "pattern")`',
    "like": 'write `matches(text, "pattern")`',
    "matches": 'write `matches(text, "pattern")`',
    "equals": "write `==`",
    "between": "write `low <= x and x <= high`",
    "exists": "write `path is present`",
    "<>": "write `!=`",
    "+": "leave the `+` out",
    "**": "there are no powers; only `+ - * /`",
    "//": "write one `/`, inside `round`",
    ",": "numbers are written without `,` between their digits",
    ".": "write a digit before the point, such as `0.5`",
}
"""By a word or sign that cannot stand where it was found."""

NAMES = {
    "yes": "true",
    "on": "true",
    "no": "false",
    "off": "false",
    "now": "as_of",
    "today": "date(as_of)",
    "parameter": "parameters",
}
"""By a name that stands for nothing here."""

_BEGINS = '`matches({of}, "88.*")` for a text that begins with 88'
_ENDS = '`matches({of}, ".*88")` for a text that ends with 88'
_HOLDS = '`matches({of}, ".*88.*")` for a text that holds 88, `x in {of}` for a list'
_NUMBER = "`length({of})` for a text, `count({of})` for a list"
METHODS = {
    "startswith": _BEGINS,
    "startsWith": _BEGINS,
    "starts_with": _BEGINS,
    "endswith": _ENDS,
    "endsWith": _ENDS,
    "ends_with": _ENDS,
    "contains": _HOLDS,
    "includes": _HOLDS,
    "match": '`matches({of}, "pattern")`',
    "len": _NUMBER,
    "size": _NUMBER,
    "count": "`count({of})`",
    "toLowerCase": "`lower({of})`",
    "upper": "`lower({of})` and compare with text in lower case",
    "toUpperCase": "`lower({of})` and compare with text in lower case",
    "replace": "`compact({of})` to leave out spaces and dashes",
    "strip": "`compact({of})` to leave out spaces and dashes",
    "trim": "`compact({of})` to leave out spaces and dashes",
}
"""By the name of a call behind a path, ``of``."""
