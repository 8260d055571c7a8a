"""What there is to say of rules: their descriptions, and their cases when they are run."""
