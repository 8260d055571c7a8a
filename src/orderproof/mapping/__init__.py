"""Input mappings: how a partner's own shape becomes a document, said in YAML and checked before anything is read."""
