"""Layers of a file that are switched off: what is drawn on them is not shown."""

from typing import Any

from pypdf.generic import DictionaryObject

from orderproof.screening.pdf.values import array_at, dictionary_at, value_of


class Layers:
    """Which layers a file switches off."""

    def __init__(self, root: DictionaryObject) -> None:
        properties = dictionary_at(root, "/OCProperties")
        default = dictionary_at(properties, "/D")
        off = array_at(default, "/OFF")
        if value_of(default, "/BaseState") == "/OFF":
            on = {id(layer) for layer in array_at(default, "/ON")}
            off = [layer for layer in array_at(properties, "/OCGs") if id(layer) not in on]
        self._off = {id(layer) for layer in off}
        self._held = off  # so that no other value comes to have the id of one of them

    def is_off(self, layer: Any) -> bool:
        """Whether a layer, or every layer of a group, is switched off."""
        if not self._off or not isinstance(layer, DictionaryObject):
            return False
        if value_of(layer, "/Type") == "/OCMD":
            single = value_of(layer, "/OCGs")
            members = [single] if isinstance(single, DictionaryObject) else array_at(layer, "/OCGs")
            return bool(members) and all(id(member) in self._off for member in members)
        return id(layer) in self._off
