"""YAML text as a tree of nodes that know their place; nothing in it is guessed to be a number, a date or a truth value.

libyaml parses; a scalar stays the text that was written until `schema` asks what its field says it is. So YAML 1.2's
notorious guesses (`NO`, `12:30`, `1e3`) cannot happen. Aliases, tags and deep nesting are refused: no field needs them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .diagnostics import Diagnostic, Position, problem

if TYPE_CHECKING:
    from yaml.nodes import Node

DEEPEST_NESTING = 24
"""Levels of maps and lists; the deepest field in `model` needs nine."""
_OPENERS_BEFORE_A_CLOSE_LOOK = 2_000
"""libyaml composes recursively in C: beyond this many openers nesting is measured first, without recursion."""
_UNQUOTED_COMPARISON = re.compile(r"^[^#\"']*?(?:[:-]\s+|[,\[{]\s*)(?P<value>[>|]=?\s*~?\d[^,\]}#]*)")
_OPENERS_ON_ONE_LINE = re.compile(rf"(?:[-?:][ \t]+){{{DEEPEST_NESTING}}}")
"""Signs that open lists or maps without a line of their own, as in `- - - a`."""
_UNPRINTABLE = re.compile(r"[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS_OF_OLD_YAML = ("\x85", "\u2028", "\u2029")
"""Line breaks to YAML 1.1 and so to libyaml, but to no editor: lines would be counted differently."""
_TOO_DEEP = f"nested more than {DEEPEST_NESTING} levels deep"


def compose(text: str, file: str, first_line: int = 1) -> tuple[Node | None, list[Diagnostic]]:
    """Parse a YAML text.

    Args:
        text: the YAML, without byte-order mark, its lines ended by line feeds alone.
        file: its path, for positions.
        first_line: the line at which `text` starts in its file (front matter starts at 2).

    Returns:
        The root node (`None` for an empty or a broken text) and what is wrong.
    """
    import yaml

    loader: Any = getattr(yaml, "CLoader", yaml.Loader)
    if breaks := [text.index(sign) for sign in _BREAKS_OF_OLD_YAML if sign in text]:
        return None, [_foreign_character(text, min(breaks), file, first_line)]
    try:
        if _may_be_deep(text) or loader is yaml.Loader:
            _refuse_depth(text, loader)
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        return None, [_syntax_problem(error, text, file, first_line)]
    except yaml.YAMLError:
        found = _UNPRINTABLE.search(text)
        return None, [_foreign_character(text, found.start() if found else 0, file, first_line)]
    return node, _refusals(node, text, file, first_line)


def position(node: Node, file: str, first_line: int = 1) -> Position:
    """Where a node starts."""
    return Position(file, node.start_mark.line + first_line, node.start_mark.column + 1)


def _may_be_deep(text: str) -> bool:
    openers = text.count("[") + text.count("{")
    return openers > _OPENERS_BEFORE_A_CLOSE_LOOK or _OPENERS_ON_ONE_LINE.search(text) is not None


def _refuse_depth(text: str, loader: Any) -> None:
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST_NESTING:
                raise yaml.MarkedYAMLError(problem=_TOO_DEEP, problem_mark=event.start_mark)  # type: ignore[arg-type]
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _foreign_character(text: str, index: int, file: str, first_line: int) -> Diagnostic:
    before = text[:index]
    at = Position(file, first_line + before.count("\n"), index - before.rfind("\n"))
    message = f"the character U+{ord(text[index]):04X} cannot stand in YAML"
    return problem(at, "yaml-syntax", message, "delete it, or put a space or a line break in its place")


def _syntax_problem(error: Any, text: str, file: str, first_line: int) -> Diagnostic:
    is_unclosed = "quoted scalar" in (error.context or "") and "end of stream" in (error.problem or "")
    mark = error.context_mark if is_unclosed else error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    at = Position(file, line + first_line, column + 1)
    if is_unclosed:
        return problem(at, "yaml-syntax", "the quote that opens here is never closed", "close it where the text ends")
    if error.problem == _TOO_DEEP:
        return problem(at, "yaml-depth", _TOO_DEEP)
    if comparison := _unquoted_comparison(text, line, file, first_line):
        return comparison
    said = "; ".join(part for part in (error.context, error.problem) if part)
    if "undefined alias" in said:
        message = "an alias (`*name`) is not used here: YAML takes an unquoted `*` for one"
        return problem(at, "yaml-alias", message, "put the text in quotes, or write the value out")
    signs = "- ? : , [ ] { } # & * ! | > ' \" % @ `"
    hint = f"put the text in quotes if it holds `: ` or ` #`, or begins with one of {signs}"
    return problem(at, "yaml-syntax", f"this line cannot be read as YAML ({said})", hint)


def _unquoted_comparison(text: str, line: int, file: str, first_line: int) -> Diagnostic | None:
    """A price such as `>1000` without quotes, at the line where libyaml stumbled or the one before."""
    lines = text.split("\n")
    for candidate in (line, line - 1):
        if 0 <= candidate < len(lines) and (match := _UNQUOTED_COMPARISON.match(lines[candidate])):
            value = match["value"].strip()
            at = Position(file, candidate + first_line, match.start("value") + 1)
            message = f"YAML takes an unquoted `{value[0]}` for the start of a block of text"
            return problem(at, "yaml-syntax", message, f'put the value in quotes: "{value}"')
    return None


def _refusals(root: Node | None, text: str, file: str, first_line: int) -> list[Diagnostic]:
    """What YAML allows and we do not: anchors and aliases, tags, more than one level too many."""
    found: list[Diagnostic] = []
    seen: set[int] = set()
    has_signs = "!" in text or "&" in text  # which every property begins with
    waiting = [(root, 1)] if root else []
    while waiting:
        node, depth = waiting.pop()
        if id(node) in seen:
            continue  # used again by an alias, so it has an anchor, which is reported
        seen.add(id(node))
        held = children(node)
        if has_signs and (refusal := _refused_property(node, held, text)):
            found.append(problem(position(node, file, first_line), *refusal))
        if depth > DEEPEST_NESTING:
            found.append(problem(position(node, file, first_line), "yaml-depth", _TOO_DEEP))
        else:
            waiting.extend((child, depth + 1) for child in held)
    return found


def _refused_property(node: Node, children: list[Node], text: str) -> tuple[str, str, str] | None:
    """A written anchor or tag starts where its node starts, with a sign that nothing else can start with."""
    start = node.start_mark.index
    if children and children[0].start_mark.index == start:
        return None  # a block map without properties starts where its first key does, whose they are
    if text[start : start + 1] == "!" or not node.tag.startswith("tag:yaml.org,2002:"):
        message = f"the tag `{node.tag[:60]}` is not used here: YAML takes an unquoted `!` for one"
        return "yaml-tag", message, "put the text in quotes, or remove the tag"
    if text[start : start + 1] == "&":
        message = "an anchor (`&name`) or its alias (`*name`) is not used here: YAML takes an unquoted `&` for one"
        return "yaml-alias", message, "put the text in quotes, or write the value out at each place"
    return None


def children(node: Node) -> list[Node]:
    """What a node holds: keys and values of a map, one after another, or the items of a list."""
    from yaml.nodes import CollectionNode, MappingNode

    if isinstance(node, MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value) if isinstance(node, CollectionNode) else []
