"""Members of groups: their packed form, the store that holds them, and the generated function that judges a group."""
