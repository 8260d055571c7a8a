"""Reports: one pure renderer a format, chosen from one table."""
