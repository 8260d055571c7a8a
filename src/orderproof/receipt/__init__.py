"""Receipts of runs: what was read and judged by, what came of it, and whether that is still so."""
