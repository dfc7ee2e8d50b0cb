"""Links that open an editor at a place in a file, for the programs that have an address of their own for that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

VARIABLE = "MICROSITE_EDITOR"
"""Names the editor where the command line does not."""
NONE = "none"
ADDRESSES = {
    "bbedit": "x-bbedit://open?url=file://{file}&line={line}",
    "cursor": "cursor://file{file}:{line}:{column}",
    "idea": "idea://open?file={file}&line={line}&column={column}",
    "pycharm": "pycharm://open?file={file}&line={line}&column={column}",
    "sublime": "subl://open?url=file://{file}&line={line}&column={column}",
    "textmate": "txmt://open?url=file://{file}&line={line}&column={column}",
    "vscode": "vscode://file{file}:{line}:{column}",
    "vscodium": "vscodium://file{file}:{line}:{column}",
    "windsurf": "windsurf://file{file}:{line}:{column}",
    "zed": "zed://file{file}:{line}:{column}",
}
"""By editor. `{file}` is an absolute path that begins with a slash."""
_COMMANDS = {
    "bbedit": "bbedit", "code": "vscode", "codium": "vscodium", "cursor": "cursor", "idea": "idea", "mate": "textmate",
    "pycharm": "pycharm", "subl": "sublime", "windsurf": "windsurf", "zed": "zed",
}  # fmt: skip
"""What stands in `VISUAL` or `EDITOR` for each."""
_OWN_ADDRESS = re.compile(
    r"(?!(?:https?|javascript|data|file|about|blob|vbscript|view-source):)[a-z][a-z0-9+.-]*://\S+"
)


class UnknownEditor(ValueError):  # noqa: N818 (what happened, not what sort of error)
    """There is no editor of this name."""


def chosen(named: str | None, environment: Mapping[str, str]) -> str:
    """The address of the reporter's editor; empty where none is known.

    Args:
        named: what the command line says: a name of `ADDRESSES`, an address with `{file}` and `{line}`, or `none`.
        environment: in which `MICROSITE_EDITOR` says the same, and other variables give hints.

    Raises:
        UnknownEditor: the command line or `MICROSITE_EDITOR` says something else.
    """
    name = named or environment.get(VARIABLE) or _hinted(environment)
    if name in ("", NONE):
        return ""
    if name in ADDRESSES:
        return ADDRESSES[name]
    if "{file}" in name and _OWN_ADDRESS.fullmatch(name):
        return name
    known = ", ".join([*ADDRESSES, NONE])
    raise UnknownEditor(f"there is no editor `{name}`: name one of {known}, or an address with {{file}} and {{line}}")


def _hinted(environment: Mapping[str, str]) -> str:
    if environment.get("TERM_PROGRAM") == "vscode":  # its own terminal; its offshoots say the same and name themselves
        return "cursor" if environment.get("CURSOR_TRACE_ID") else "vscode"
    if environment.get("ZED_TERM"):
        return "zed"
    commands = (environment.get(name, "").split() for name in ("VISUAL", "EDITOR"))
    names = (re.split(r"[\\/]", words[0])[-1].lower().removesuffix(".exe") for words in commands if words)
    return next((_COMMANDS[name] for name in names if name in _COMMANDS), "")


def link(address: str, file: str, line: int, column: int) -> str:
    """Where an editor opens a file at a place; empty without an editor.

    Args:
        file: an absolute path of this computer.
    """
    path = file.replace("\\", "/")
    path = quote(path if path.startswith("/") else f"/{path}", safe="/:")
    fill = {"file": path, "line": str(line), "column": str(column)}
    return re.sub(r"\{(file|line|column)\}", lambda found: fill[found[1]], address)
