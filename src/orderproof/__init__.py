"""orderproof checks order documents against a written policy and proves every pass."""

__version__ = "0.1.0"
