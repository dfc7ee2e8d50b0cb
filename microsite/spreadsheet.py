"""Price rows from a CSV file, read with the same kinds and the same errors as those written in YAML."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from .diagnostics import Diagnostic, Position, nearest, problem
from .model import Price
from .schema import ID_FOR_EXPRESSIONS, UNREADABLE, MapOf, Reader, Record, keys_of

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node, ScalarNode

_CELL = re.compile(r'[ \t]*(?P<cell>"(?:[^"]|"")*"[^,]*|[^,]*)(?:,|$)')


class Cell(NamedTuple):
    """A cell without the spaces around it, and where it stands."""

    text: str
    at: Position


def price_rows(text: str, file: str) -> tuple[Mapping[str, Price], list[Diagnostic]]:
    """Read rows whose header names the fields of a price, `id` among them; an empty cell is a field left out."""
    rows, problems = _rows(text, file)
    if problems:
        return UNREADABLE, problems
    if not rows:
        hint = "begin with a header: id, place, population, …"
        return UNREADABLE, [problem(Position(file), "bad-csv", "the file has no rows", hint)]
    header, *rest = rows
    if problems := _header_problems(header):
        return UNREADABLE, problems
    reader = Reader(file, text)
    value = MapOf(Record(Price), ID_FOR_EXPRESSIONS).read(_as_yaml(header, rest, problems), reader)
    # Of a row that does not fit the header nobody knows which price it is.
    return UNREADABLE if value is None or problems else value, [*problems, *reader.problems]


def _rows(text: str, file: str) -> tuple[list[list[Cell]], list[Diagnostic]]:
    """The rows that are not empty."""
    lines = text.split("\n")
    read = csv.reader(io.StringIO(text), strict=True)
    rows: list[list[Cell]] = []
    first_line = 1
    try:
        for row in read:
            if any(cell.strip() for cell in row):
                # A row of several lines is rare: its cells are placed where it begins.
                line = lines[first_line - 1] if read.line_num == first_line else ""
                rows.append(
                    [
                        Cell(c.strip(), Position(file, first_line, x))
                        for c, x in zip(row, _columns(line, row), strict=True)
                    ]
                )
            first_line = read.line_num + 1
    except csv.Error as error:
        message, hint = (
            f"this row cannot be read ({error})",
            'put a text that holds quotes in quotes, each doubled: "a ""b"""',
        )
        return [], [problem(Position(file, first_line), "bad-csv", message, hint)]
    return rows, []


def _columns(line: str, row: list[str]) -> list[int]:
    """The column at which each cell of a row begins."""
    starts: list[int] = []
    position = 0
    while len(starts) < len(row):
        match = _CELL.match(line, position)
        starts.append(match.start("cell") + 1 if match else 1)
        position = match.end() if match else len(line)
    return starts


def _header_problems(header: list[Cell]) -> list[Diagnostic]:
    valid = ["id", *keys_of(Price)]
    names = [cell.text for cell in header]
    if len(header) == 1 and re.search("[;\t]", names[0]):
        message = "the columns are not divided by commas"
        return [problem(header[0].at, "bad-csv", message, "save the sheet as comma-separated values")]
    problems = [
        problem(cell.at, "unknown-key", f"there is no column `{cell.text[:60]}`", nearest(cell.text, valid))
        for cell in header
        if cell.text not in valid
    ]
    problems += [
        problem(cell.at, "duplicate-key", f"the column `{cell.text[:60]}` stands here twice", "remove one")
        for index, cell in enumerate(header)
        if cell.text in names[:index]
    ]
    if "id" not in names:
        hint = "add a column with each price's name"
        problems.append(problem(header[0].at, "missing-key", "the column `id` is missing", hint))
    return problems


def _as_yaml(header: list[Cell], rows: list[list[Cell]], problems: list[Diagnostic]) -> MappingNode:
    """The rows as the YAML nodes that the same prices would have been."""
    from yaml.nodes import MappingNode

    pairs: list[tuple[Node, Node]] = []
    for row in rows:
        if len(row) != len(header):
            message = f"this row has {len(row)} cells, the header {len(header)}"
            problems.append(problem(row[0].at, "bad-csv", message, "put texts that hold commas in quotes"))
            continue
        cells = {name.text: cell for name, cell in zip(header, row, strict=True)}
        id_node = _scalar(cells.pop("id"))
        fields: list[tuple[Node, Node]] = [
            (_scalar(Cell(name, cell.at)), _scalar(cell)) for name, cell in cells.items() if cell.text
        ]
        pairs.append((id_node, MappingNode("", fields, id_node.start_mark, id_node.end_mark)))
    start = _scalar(header[0]).start_mark
    return MappingNode("", pairs, start, start)


def _scalar(cell: Cell) -> ScalarNode:
    from yaml.error import Mark
    from yaml.nodes import ScalarNode

    mark = Mark(cell.at.file, 0, cell.at.line - 1, cell.at.column - 1, None, 0)
    return ScalarNode("", cell.text, mark, mark)
