"""The elements of a Word document that hold text, and what their signs and names stand for."""

BOXES = {"w:txbxContent": "text box", "a:p": "text box", "w:rt": "phonetic guide"}
NOTES = {"w:footnote": "footnote", "w:endnote": "endnote", "w:comment": "comment", "w:docPart": "building block"}
DELETED = frozenset({"w:del", "w:moveFrom"})
TEXTS = frozenset({"w:t", "w:delText", "a:t", "t"})
CODES = frozenset({"w:instrText", "w:delInstrText"})
SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-", "w:softHyphen": "\u00ad"}
SAID = {
    "w:alias": ("content control", ("val",)),
    "w:tag": ("content control", ("val",)),
    "w:listItem": ("content control", ("displayText", "value")),
    "w:default": ("form field", ("val",)),
    "w:helpText": ("form field", ("val",)),
    "w:statusText": ("form field", ("val",)),
    "w:listEntry": ("form field", ("val",)),
    "w:fldSimple": ("field code", ("instr",)),
    "wp:docPr": ("alternative text", ("descr", "title")),
    "a:cNvPr": ("alternative text", ("descr", "title")),
    "cNvPr": ("alternative text", ("descr", "title")),
    "w:tblCaption": ("alternative text", ("val",)),
    "w:tblDescription": ("alternative text", ("val",)),
    "v:textpath": ("text box", ("string",)),
    "w:hyperlink": ("hyperlink", ("tooltip",)),
}
"""What stands in attributes: of which elements, as which part, in which attributes."""
SYMBOLS = {code: chr(code - 0xF000) for code in range(0xF020, 0xF100)}
DIGITS = {start + at: str(at) for start in (0x80, 0x8B) for at in range(11)}
SIGNS_OF_FONTS = {**SYMBOLS, **DIGITS, **{code + 0xF000: digit for code, digit in DIGITS.items()}}
"""Fonts of symbols keep letters in a range of their own, and digits in circles where no other text has a character."""
