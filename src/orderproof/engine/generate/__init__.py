"""From a Program to the text of one Python function that judges a document by it."""
