"""The table of docs/architecture.md is true: it names every module once, and imports only go up it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(path.stem for path in (ROOT / "microsite").glob("*.py") if path.stem != "__init__")


def rooms(text: str) -> dict[str, list[str]]:
    """The modules of each room, in their order: the names that begin what stands between the dots of a row."""
    rows = re.findall(r"^\| (\w+) \| (`.*) \|$", text, re.MULTILINE)
    return {room: [item.split("`")[1] for item in cell.split(" · ")] for room, cell in rows}


ROOMS = rooms((ROOT / "docs/architecture.md").read_text(encoding="utf-8"))
ORDER = [module for modules in ROOMS.values() for module in modules]


def imported(part: ast.AST) -> Iterator[str]:
    """The modules of the package that a piece of code imports, in functions too; what only type checkers see is left out."""
    for node in ast.iter_child_nodes(part):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom):
            way = f"{'microsite.' * node.level}{node.module or ''}".rstrip(".").split(".")
            if way[0] == "microsite":
                yield from way[1:2] or [name.name for name in node.names]
        elif isinstance(node, ast.Import):
            yield from (name.name.split(".")[1] for name in node.names if name.name.startswith("microsite."))
        yield from imported(node)


def test_the_table_names_every_module_once() -> None:
    assert list(ROOMS) == ["words", "knowledge", "stages", "whole", "desk"]
    assert sorted(ORDER) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_before_it(module: str) -> None:
    code = ast.parse((ROOT / "microsite" / f"{module}.py").read_text(encoding="utf-8"))
    before = ORDER[: ORDER.index(module)]
    assert sorted({name for name in imported(code) if name in MODULES} - set(before)) == []


def test_imports_are_found_however_they_are_written() -> None:
    code = "from . import a\nfrom .b import x\nimport microsite.c\nfrom microsite import d\nimport json\nfrom yaml import y"
    late = "def f():\n    if x:\n        from .e import z\n"
    unseen = "if TYPE_CHECKING:\n    from .g import w\n"
    assert list(imported(ast.parse(f"{code}\n{late}{unseen}"))) == ["a", "b", "c", "d", "e"]
