"""Rule sets: loaded from YAML or JSON, checked, and compiled to a Program."""
