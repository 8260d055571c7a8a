"""The expression language: a library of its own that knows text and spans, nothing of YAML, rules or documents."""
