"""Vietnamese in fonts of the old standard TCVN 5712, whose letters stand in the places of others."""

_PREFIX = ".Vn"
_LETTERS = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)
_TABLE = str.maketrans(_LETTERS)


def is_tcvn(font: str) -> bool:
    """Whether a font of this name is one of them."""
    return font.partition("+")[2].startswith(_PREFIX) or font.lstrip("/").startswith(_PREFIX)


def from_tcvn(text: str) -> str:
    """A text as such a font shows it."""
    return text.translate(_TABLE)
