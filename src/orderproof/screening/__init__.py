"""The screening of contracts: what is written in an attachment, and which accounts it mentions."""
