"""Contracts with and without collection accounts: the script that writes fixtures/contracts, and the one that scores it."""
