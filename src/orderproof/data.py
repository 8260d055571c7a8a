"""Where the shipped rules and schemas are."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def _folder(name: str) -> Path:
    """A folder of data: inside the package when installed, at the project's top in a checkout."""
    installed = _PACKAGE / "data" / name
    return installed if installed.is_dir() else _PACKAGE.parent.parent / name


def rules_folder() -> Path:
    """The folder of shipped rule sets, one folder each."""
    return _folder("rules")


def schemas_folder() -> Path:
    """The folder of shipped schemas, ``<name>.schema.json``."""
    return _folder("schemas")
