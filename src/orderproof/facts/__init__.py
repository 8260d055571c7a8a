"""Facts: typed records of a document, made by the plain field plan that a Program carries."""
