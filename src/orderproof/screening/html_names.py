"""Numbers in the attributes of a page of HTML whose only label is a name there: of a field, of data, in an address."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urlsplit

_MANY_DIGITS = re.compile(r"(?:[0-9][^0-9]{0,2}){6}")
_NAMES = ("name", "property", "itemprop", "id")
_VALUES = ("value", "content")
_LINKS = ("href", "src", "action", "xlink:href", "formaction")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_JOINTS = re.compile(r"[\W_]+")


def numbers_named(attributes: Mapping[str, str]) -> Iterator[str]:
    """The numbers of an element behind the words of their names, such as `account no: 99501234567890123`."""
    name = next((attributes[key] for key in _NAMES if attributes.get(key)), "")
    for key, value in attributes.items():
        if _MANY_DIGITS.search(value) is None:
            continue
        if key in _LINKS:
            yield from _in_address(value)
        elif key in _VALUES:
            yield from _labelled(name, value)
        elif key.startswith("data-"):
            yield from _labelled(key.removeprefix("data-"), value)


def _in_address(address: str) -> Iterator[str]:
    if address.startswith("data:"):
        return
    try:
        query = urlsplit(address).query
    except ValueError:
        return
    for key, value in parse_qsl(query, separator="&"):
        if _MANY_DIGITS.search(value) is not None:
            yield from _labelled(key, value)


def _labelled(name: str, value: str) -> Iterator[str]:
    words = _JOINTS.sub(" ", _HUMP.sub(" ", name)).strip()
    if words:
        yield f"{words}: {value}"
