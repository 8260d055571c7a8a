"""Explanations: why a rule has its verdict, opened down to the values of the document."""
