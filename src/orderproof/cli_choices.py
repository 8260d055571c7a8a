"""The words that options and configurations choose from, where there are few."""

ENGINES = ("auto", "both", "rete", "reference", "compiled", "all")
LANGUAGES = ("en", "zh")
DELIMITERS = (",", ";", "tab", "|")
FORMATS = ("json", "yaml", "ndjson", "csv", "tsv", "xlsx", "zip")
"""How inputs are written."""
