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
        """Whether a layer is switched off, or what is shown by the layers of a group: as long as any is on, or otherwise."""
        if not self._off or not isinstance(layer, DictionaryObject):
            return False
        if value_of(layer, "/Type") == "/OCMD":
            single = value_of(layer, "/OCGs")
            members = [single] if isinstance(single, DictionaryObject) else array_at(layer, "/OCGs")
            off = [id(member) in self._off for member in members]
            rules = {"/AllOn": any(off), "/AnyOff": not any(off), "/AllOff": not all(off)}
            # What an expression decides is taken for shown.
            return bool(members) and "/VE" not in layer and rules.get(value_of(layer, "/P"), all(off))
        return id(layer) in self._off
