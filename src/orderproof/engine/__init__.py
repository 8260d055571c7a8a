"""Engines: each runs a Program over the facts of documents and says what was proved."""
