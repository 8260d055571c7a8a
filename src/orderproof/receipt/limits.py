"""The limits of what a run reads, by name: what is beyond one of them is an error, so verdicts rest on them."""


def limits() -> dict[str, int]:
    """All limits by which documents and attachments are refused or cut."""
    from orderproof import attachments  # late: only receipts name them all
    from orderproof.reading import json_tree, lines, number, unread, whole, yaml_tree, zip_members
    from orderproof.reading.xlsx import scan
    from orderproof.screening import attachment

    return {
        "document_bytes": whole.MAX_FILE,
        "line_bytes": lines.MAX_LINE,
        "depth": json_tree.MAX_DEPTH,
        "nodes": json_tree.MAX_NODES,
        "key_characters": json_tree.MAX_KEY,
        "text_characters": json_tree.MAX_TEXT,
        "aliased_nodes": yaml_tree.MAX_ALIASED_NODES,
        "integer_digits": number.MAX_INTEGER_DIGITS,
        "decimal_digits": number.MAX_DECIMAL_DIGITS,
        "decimal_exponent": number.MAX_EXPONENT,
        "unpacked_ratio": unread.MAX_RATIO,
        "archive_members": zip_members.MAX_MEMBERS,
        "archive_bytes": zip_members.MAX_TOTAL,
        "sheet_cells": scan.MAX_CELLS,
        "attachments_of_document": attachments.MAX_ATTACHMENTS,
        "attachment_bytes": attachment.MAX_ATTACHMENT,
        "attachment_mentions": attachments.MAX_MENTIONS,
        "attachment_seconds": int(attachments.MAX_SECONDS),
    }
