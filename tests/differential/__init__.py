"""Random differential runs: orders and rule sets that nobody wrote, judged by both engines and held to the laws.

``python -m tests.differential --seed N --time SECONDS`` stops at the first thing that is wrong.
"""
