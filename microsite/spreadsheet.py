"""Price rows from a CSV file, read with the same kinds and the same errors as those written in YAML."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from .diagnostics import Diagnostic, Position, nearest, problem
from .model import Price
from .schema import ID_FOR_EXPRESSIONS, MapOf, Reader, Record, keys_of


class _Mark(NamedTuple):
    """A place in the file, as YAML nodes carry it; counted from 0."""

    line: int
    column: int
    index: int


def price_rows(text: str, file: str) -> tuple[Mapping[str, Price], list[Diagnostic]]:
    """Read rows whose header names the fields of a price, `id` among them; an empty cell is a field left out."""
    import csv
    import io

    lines = csv.reader(io.StringIO(text))
    try:
        rows = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        return MappingProxyType({}), [
            problem(Position(file, lines.line_num), "bad-csv", f"this row cannot be read ({error})")
        ]
    if not rows:
        return MappingProxyType({}), [
            problem(Position(file), "bad-csv", "the file has no rows", "begin with a header: id, place, population, …")
        ]
    header = [cell.strip() for cell in rows[0][1]]
    problems = _header_problems(header, file, rows[0][0])
    if problems:
        return MappingProxyType({}), problems
    reader = Reader(file, text)
    value = MapOf(Record(Price), ID_FOR_EXPRESSIONS).read(_as_yaml(header, rows[1:], text, problems, file), reader)
    return value or MappingProxyType({}), [*problems, *reader.problems]


def _header_problems(header: list[str], file: str, line: int) -> list[Diagnostic]:
    valid = ["id", *keys_of(Price)]
    at = Position(file, line)
    problems = [
        problem(at, "unknown-key", f"there is no column `{name[:60]}`", nearest(name, valid))
        for name in header
        if name not in valid
    ]
    problems += [
        problem(at, "duplicate-key", f"the column `{name}` stands here twice")
        for name in sorted(set(header))
        if header.count(name) > 1
    ]
    if "id" not in header:
        problems.append(problem(at, "missing-key", "the column `id` is missing", "add a column with each price's name"))
    return problems


def _as_yaml(
    header: list[str], rows: list[tuple[int, list[str]]], text: str, problems: list[Diagnostic], file: str
) -> Any:
    """The rows as the YAML nodes that the same prices would have been."""
    from yaml.nodes import MappingNode

    pairs = []
    for line, row in rows:
        if len(row) != len(header):
            problems.append(
                problem(
                    Position(file, line),
                    "bad-csv",
                    f"this row has {len(row)} cells, the header {len(header)}",
                    "put texts that hold commas in quotes",
                )
            )
            continue
        cells = {
            name: _scalar(cell.strip(), line, row, column)
            for column, (name, cell) in enumerate(zip(header, row, strict=True))
            if cell.strip()
        }
        id_node = cells.pop("id", None) or _scalar("", line, row, header.index("id"))
        fields = [(_scalar(name, line, row, 0), node) for name, node in cells.items()]
        pairs.append((id_node, MappingNode("", fields, id_node.start_mark, id_node.end_mark)))
    start = _Mark(0, 0, 0)
    return MappingNode("", pairs, start, _Mark(text.count("\n"), 0, len(text)))


def _scalar(value: str, line: int, row: list[str], column: int) -> Any:
    from yaml.nodes import ScalarNode

    quoted = any(sign in cell for cell in row for sign in '",\n')
    mark = _Mark(line - 1, 0 if quoted else sum(len(cell) + 1 for cell in row[:column]), 0)
    return ScalarNode("", value, mark, mark)
