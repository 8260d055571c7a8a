"""From inputs to documents: which files, their bytes, and trees in which every value has its place."""
