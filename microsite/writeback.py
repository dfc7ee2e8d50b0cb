"""One value or one item in an author's YAML file set or taken out, with every other byte of the file as it was.

The place is found by the parser, and the new words are spliced in there; a library that writes YAML anew would wrap
lines, change quotes and move comments. What came of it is parsed again: it holds the change and nothing else, or
nothing is returned.
"""

# Our exceptions are named by what happened:
# ruff: noqa: N818

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .yamltext import compose

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node, SequenceNode

Value = str | int | float | Sequence["Value"] | Mapping[str, "Value"]
"""What can be written; `Flow` writes a map or list on one line."""
_LINE = 120
"""Signs that a line of a folded text has at most, where its words allow that."""
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


class CannotWriteBack(ValueError):
    """The file is not written in a way that can be changed in place; the message says what stands in the way."""


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def with_value(text: str, path: Sequence[str], value: Value, after: Sequence[str] = ()) -> str:
    """A YAML map with the value at a path of keys set; all keys but the last must be there.

    Args:
        text: as it stands in the file, with its own line ends and byte-order mark.
        after: a new key is put after the last of these that stands beside it, else at the end.

    Raises:
        CannotWriteBack: the text cannot be changed in place.
    """
    plain, root = _parsed(text)
    parent = _at(root, path[:-1])
    found = _entry(parent, path[-1])
    edit = _replacement(plain, parent, found, value) if found else _insertion(plain, parent, path[-1], value, after)
    return _checked(text, plain, edit, _set(_data(root), path, _as_text(value)))


def without_key(text: str, path: Sequence[str]) -> str:
    """A YAML map without the key at a path; the same text where there is none. Comments above it stay.

    Raises:
        CannotWriteBack: the text cannot be changed in place.
    """
    plain, root = _parsed(text)
    try:
        parent = _at(root, path[:-1])
    except CannotWriteBack:
        return text
    if _entry(parent, path[-1]) is None:
        return text
    edit = _removal(plain, parent, path[-1])
    return _checked(text, plain, edit, _set(_data(root), path, None))


def with_item(text: str, path: Sequence[str], index: int, value: Value) -> str:
    """A YAML map with an item of the list at a path replaced, or, one beyond the last, added.

    Raises:
        CannotWriteBack: the text cannot be changed in place.
    """
    plain, root = _parsed(text)
    items = _list_at(root, path)
    expected = [_data(item) for item in items.value]
    expected[index : index + 1] = [_as_text(value)]
    is_new = index == len(items.value)
    edit = _added_item(plain, items, value) if is_new else _replaced_item(plain, items.value[index], value)
    return _checked(text, plain, edit, _set(_data(root), path, expected))


def without_item(text: str, path: Sequence[str], index: int) -> str:
    """A YAML map without an item of the list at a path, which holds others. Comments above it stay.

    Raises:
        CannotWriteBack: the text cannot be changed in place.
    """
    plain, root = _parsed(text)
    items = _list_at(root, path)
    expected = [_data(item) for number, item in enumerate(items.value) if number != index]
    return _checked(text, plain, _removed_item(plain, items, index), _set(_data(root), path, expected))


# --- Reading ---------------------------------------------------------------------------------------------------------


def _parsed(text: str) -> tuple[str, Node]:
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    root, problems = compose(plain, "")
    if root is None or problems:
        raise CannotWriteBack(problems[0].message if problems else "there is nothing in it")
    return plain, root


def _at(node: Node, path: Sequence[str]) -> MappingNode:
    from yaml.nodes import MappingNode

    for name in path:
        entry = _entry(node, name) if isinstance(node, MappingNode) else None
        if entry is None:
            raise CannotWriteBack(f"there is no `{name}` in it")
        node = entry[1]
    if not isinstance(node, MappingNode):
        raise CannotWriteBack(f"`{'/'.join(path)}` is not a map")
    return node


def _list_at(root: Node, path: Sequence[str]) -> SequenceNode:
    from yaml.nodes import SequenceNode

    entry = _entry(_at(root, path[:-1]), path[-1])
    if entry is None or not isinstance(entry[1], SequenceNode):
        raise CannotWriteBack(f"`{path[-1]}` is not a list")
    return entry[1]


def _entry(parent: MappingNode, name: str) -> tuple[Node, Node] | None:
    return next((pair for pair in parent.value if pair[0].value == name), None)


def _data(node: Node) -> Any:
    """A tree as plain data, every scalar as text."""
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    if isinstance(node, MappingNode):
        if not all(isinstance(key, ScalarNode) for key, _ in node.value):
            raise CannotWriteBack("a key in it is no plain word")
        return {key.value: _data(value) for key, value in node.value}
    return [_data(child) for child in node.value] if isinstance(node, SequenceNode) else node.value


def _set(data: dict[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """The same data with the value at a path set, or taken out where it is `None`."""
    name, *rest = path
    changed = {**data, name: _set(data[name], rest, value) if rest else value}
    return {key: kept for key, kept in changed.items() if kept is not None}


def _as_text(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_text(each) for key, each in value.items()}
    return str(value) if isinstance(value, (str, int, float)) else [_as_text(each) for each in value]


def _end(node: Node, text: str) -> int:
    """Where a node's last sign stands, without the space and comments that the parser counts as its."""
    from yaml.nodes import CollectionNode, ScalarNode

    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, text)
    end: int = node.end_mark.index
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        return len(text[:end].rstrip())
    return end


def _end_of_line(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end


# --- Edits -----------------------------------------------------------------------------------------------------------


def _replacement(text: str, parent: MappingNode, pair: tuple[Node, Node], value: Value) -> _Edit:
    key, old = pair
    colon = text.index(":", key.end_mark.index) + 1
    column = key.start_mark.column
    if isinstance(value, str) and _stays_folded(old, value):
        written = _folded(value, column)
    else:
        written = _written(value, column, in_line=bool(parent.flow_style))
    return _Edit(colon, max(colon, _end(old, text)), written)


def _insertion(text: str, parent: MappingNode, name: str, value: Value, after: Sequence[str]) -> _Edit:
    if parent.flow_style:
        before = parent.end_mark.index - 1
        end = len(text[:before].rstrip().removesuffix(",").rstrip()) if parent.value else before
        return _Edit(end, end, f"{', ' if parent.value else ''}{name}:{_written(value, 0, in_line=True)}")
    pairs = [pair for pair in parent.value if pair[0].value in after] or parent.value
    column = parent.value[0][0].start_mark.column
    end = _end_of_line(text, _end(pairs[-1][1], text))
    line = f"\n{' ' * column}{name}:{_written(value, column, in_line=False)}"
    return _Edit(end, end, line)


def _removal(text: str, parent: MappingNode, name: str) -> _Edit:
    index = next(number for number, pair in enumerate(parent.value) if pair[0].value == name)
    key, value = parent.value[index]
    start, end = key.start_mark.index, _end(value, text)
    is_last = index == len(parent.value) - 1
    if len(parent.value) == 1:
        return _Edit(start, end, "" if parent.flow_style else "{}")
    if parent.flow_style and is_last:
        return _Edit(_end(parent.value[index - 1][1], text), end, "")
    if parent.flow_style:
        return _Edit(start, parent.value[index + 1][0].start_mark.index, "")
    line_start = text.rfind("\n", 0, start) + 1
    if text[line_start:start].strip():
        raise CannotWriteBack(f"`{name}` shares its line with another key")
    return _Edit(line_start, min(len(text), _end_of_line(text, end) + 1), "")


def _replaced_item(text: str, old: Node, value: Value) -> _Edit:
    written = _flow(value)
    is_block = getattr(old, "flow_style", None) is False
    return _Edit(old.start_mark.index, _end(old, text), _without_braces(value) if is_block else written)


def _added_item(text: str, items: SequenceNode, value: Value) -> _Edit:
    if items.flow_style:
        before = items.end_mark.index - 1
        end = len(text[:before].rstrip().removesuffix(",").rstrip()) if items.value else before
        return _Edit(end, end, f"{', ' if items.value else ''}{_flow(value)}")
    end = _end_of_line(text, _end(items.value[-1], text))
    return _Edit(end, end, f"\n{' ' * items.start_mark.column}- {_without_braces(value)}")


def _without_braces(value: Value) -> str:
    """An item of a list whose items stand on lines of their own."""
    if isinstance(value, Mapping) and len(value) == 1:
        return "".join(f"{key}: {_flow(each)}" for key, each in value.items())
    return _flow(value)


def _removed_item(text: str, items: SequenceNode, index: int) -> _Edit:
    item = items.value[index]
    start, end = item.start_mark.index, _end(item, text)
    if items.flow_style and index == len(items.value) - 1:
        return _Edit(_end(items.value[index - 1], text) if index else start, end, "")
    if items.flow_style:
        return _Edit(start, items.value[index + 1].start_mark.index, "")
    line_start = text.rfind("\n", 0, start) + 1
    if text[line_start:start].strip() != "-":
        raise CannotWriteBack("an item of the list shares its line with something else")
    return _Edit(line_start, min(len(text), _end_of_line(text, end) + 1), "")


def _written(value: Value, column: int, *, in_line: bool) -> str:
    """A value as it follows its key's colon."""
    if isinstance(value, Mapping) and not in_line and not _fits_in_line(value):
        indent = " " * (column + 2)
        return "".join(f"\n{indent}{key}:{_written(each, column + 2, in_line=False)}" for key, each in value.items())
    if isinstance(value, Sequence) and not in_line and value and all(isinstance(each, Mapping) for each in value):
        return "".join(f"\n{' ' * (column + 2)}- {_without_braces(each)}" for each in value)
    return f" {_flow(value)}"


def _stays_folded(old: Node, text: str) -> bool:
    return getattr(old, "style", None) == ">" and text != "" and text == " ".join(text.split())


def _folded(text: str, column: int) -> str:
    """A text over several lines, as one that stood so before."""
    from textwrap import wrap

    indent = " " * (column + 2)
    lines = wrap(text, _LINE - len(indent), break_long_words=False, break_on_hyphens=False)
    return " >-" + "".join(f"\n{indent}{line}" for line in lines)


def _fits_in_line(value: Mapping[str, Value]) -> bool:
    """Whether a map is as short as a region is."""
    return len(value) == 1 and not any(isinstance(each, Mapping) for each in value.values())


def _flow(value: Value) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (int, float)):
        return f"{value:.9f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else _quoted(value)
    return "[" + ", ".join(_flow(each) for each in value) + "]"


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


# --- Putting in ------------------------------------------------------------------------------------------------------


def _checked(text: str, plain: str, edit: _Edit, expected: Any) -> str:
    """The file's own text with the edit made, if it then says what it should."""
    changed = plain[: edit.start] + edit.text + plain[edit.end :]
    root, problems = compose(changed, "")
    if root is None or problems or not _same(_data(root), expected):
        raise CannotWriteBack("it is written in a way that cannot be changed in place")
    places = [*_places(text), len(text)]
    line_end = "\r\n" if "\r\n" in text else "\n"
    return text[: places[edit.start]] + edit.text.replace("\n", line_end) + text[places[edit.end] :]


def _same(found: Any, expected: Any) -> bool:
    """Whether two trees are equal but for how a fraction is written."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(_same(found[key], expected[key]) for key in found)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(_same, found, expected))
    if isinstance(found, str) and isinstance(expected, str) and re.fullmatch(r"-?[\d.]+(?:e-?\d+)?", expected):
        return found == expected or abs(float(found) - float(expected)) < 1e-8
    return bool(found == expected)


def _places(text: str) -> Iterator[int]:
    """Where in the file each character stands that the parser was given."""
    for match in re.finditer(r"\r\n|[\s\S]", text.removeprefix("\ufeff")):
        yield match.start() + text.startswith("\ufeff")
