"""The names that a vocabulary of accounts may use: of forms, of check digits, of languages, and what numbers it takes."""

from collections.abc import Mapping

FORMS = frozenset(
    (
        *("amount", "awb", "bl_number", "bsb", "cn_id", "cnpj", "container", "cpf", "date", "ein", "ems", "gstin"),
        *("gtin", "hs_code", "iccid", "imei", "ip", "lei", "mobile", "month", "order_number", "percentage", "phone"),
        *("placeholder", "quantity", "range", "rfc", "size", "sort_code", "test_card", "thousands", "time"),
        *("tx_hash", "ups", "url", "uscc", "vat"),
    )
)
"""What a number may look like, for `never` and `not_alone`."""
CHECKS = frozenset(
    (
        *("aba", "cbu", "ccc", "clabe", "cn_id", "cnpj", "cpf", "gstin", "gtin", "inn", "iso6346", "lei", "luhn"),
        *("nib", "no", "nz", "rib", "uscc"),
    )
)
"""What check digits a number may have, for `checks` of a format."""
LANGUAGES: Mapping[str, str] = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "pt": "portuguese",
    "ru": "russian",
    "tr": "turkish",
    "vi": "vietnamese",
    "zh": "chinese",
    "zht": "traditional chinese",
    "other": "several languages",
}
"""The codes of languages that the shipped vocabulary uses, and what they mean; others have their code in ISO 639."""
KINDS: Mapping[str, frozenset[str]] = {
    "announcement": frozenset({"picture"}),
    "negation": frozenset({"platform"}),
    "other": frozenset({"test_card", "vendor"}),
    "payer": frozenset({"payer", "refund"}),
    "phrase": frozenset({"bank", "for", "no_refund"}),
}
"""The kinds that words of a role may have where the search asks for them; of other roles an analyst names them."""
OWN_KINDS = frozenset(
    (
        "account",
        "card",
        "correspondent",
        "iban",
        "masked",
        "other",
        "own",
        "payer",
        "payment_link",
        "paypal",
        "refund",
        "wallet",
    )
)
"""The kinds that the search gives without words of the vocabulary."""
DIGITS = (1, 40)
"""How many digits a number may have."""
SEARCH: Mapping[str, tuple[float, float]] = {
    "near": (1, 1000),
    "block_lines": (0, 100),
    "block_aspects": (1, 5),
    "owner_lines": (0, 100),
    "page_lines": (0, 100),
    "fewest_digits": (1, 12),
    "block_digits": (1, 20),
    "instruction_digits": (1, 20),
    "lone_digits": (1, 20),
    "picture_lines": (0, 100),
    "picture_share": (0, 1),
}
"""From where to where the numbers of `search` go: beyond them nothing or everything would be an account."""
