"""Price rows from a spreadsheet: the same prices and the same errors as in YAML, at the cell where they stand."""

from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.citations import parse_citation
from microsite.diagnostics import Position
from microsite.intervals import exact, more_than
from microsite.schema import written
from microsite.spreadsheet import price_rows

HEADER = "id,place,population,item,price,statistic,seed"


def read(*lines: str) -> tuple[list[str], list[str]]:
    """The names of the rows read, and what is wrong."""
    rows, problems = price_rows("\n".join(lines) + "\n", "f.csv")
    return list(rows), [f"{problem.at.line}:{problem.at.column} {problem.kind}" for problem in problems]


def test_a_row_is_a_price_with_the_place_of_each_cell() -> None:
    rows, problems = price_rows(f"{HEADER},date\nshirt, shop ,goods,A shirt,>1000,range,paper/price,2019-11\n", "f.csv")
    assert problems == []
    shirt = rows["shirt"]
    assert (shirt.at, shirt.id, shirt.price) == (Position("f.csv", 2, 1), "shirt", more_than(1000))
    assert (shirt.place.value, shirt.place.at) == ("shop", Position("f.csv", 2, 8))
    assert (shirt.seed.citation, shirt.seed.at) == (parse_citation("paper/price"), Position("f.csv", 2, 40))
    assert str(shirt.date) == "2019-11"


def test_columns_come_in_any_order_and_an_empty_cell_is_a_field_left_out() -> None:
    rows, problems = price_rows(
        "seed,id,item,statistic,population,place,times,of,price\na/b,x,An item,single,goods,shop,6,,\n", "f.csv"
    )
    assert problems == []
    assert (rows["x"].times, rows["x"].of_, rows["x"].price) == (exact(6), None, None)


def test_rows_keep_their_order_and_empty_lines_are_passed_over() -> None:
    cells = "shop,goods,An item,200,single,a/b"
    assert read("", HEADER, f"b,{cells}", "", " , ,", f"a,{cells}") == (["b", "a"], [])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([HEADER, "x,shop,goods,An item,cheap,single,a/b"], ["2:22 bad-price"]),
        ([HEADER, 'x,shop,goods,"An, item",cheap,single,a/b'], ["2:25 bad-price"]),
        ([HEADER, 'x,shop,goods,"An ""item""",  cheap,single,a/b'], ["2:30 bad-price"]),
        ([HEADER, "x,shop,goods,An item,200,median,a/b"], ["2:26 bad-value"]),
        ([HEADER, "x,shop,goods,An item,200,single,A/B"], ["2:33 bad-citation"]),
        ([HEADER, "x,shop,,An item,200,single,a/b"], ["2:1 missing-key"]),
        ([HEADER, "X,shop,goods,An item,200,single,a/b"], ["2:1 bad-name"]),
        ([HEADER, ",shop,goods,An item,200,single,a/b"], ["2:1 bad-name"]),
        ([HEADER, "x,shop,goods,An item,200,single"], ["2:1 bad-csv"]),
        ([HEADER, "x,shop,goods,An item,200,single,a/b,more"], ["2:1 bad-csv"]),
        ([HEADER, "x,shop,goods,An item,200,single,a/b", "x,shop,goods,An item,200,single,a/b"], ["3:1 duplicate-key"]),
        ([HEADER, '"two', 'lines",shop,goods,An item,200,single,a/b'], ["2:1 bad-name"]),
        (
            [HEADER, 'x,shop,goods,"An', 'item",200,median,a/b', "y,shop,goods,An item,200,median,a/b"],
            ["2:1 bad-value", "4:26 bad-value"],
        ),
        ([HEADER, 'x,shop,goods,"An item,200,single,a/b'], ["2:1 bad-csv"]),
        ([HEADER, 'x,shop,goods,"An" item,200,single,a/b'], ["2:1 bad-csv"]),
        (["id,place,colour"], ["1:10 unknown-key"]),
        (["id,place,id"], ["1:10 duplicate-key"]),
        (["place,item"], ["1:1 missing-key"]),
        (["id,place,"], ["1:10 unknown-key"]),
        (["id;place;item"], ["1:1 bad-csv"]),
        (["id\tplace\titem"], ["1:1 bad-csv"]),
        (["", ""], ["1:1 bad-csv"]),
        (["x" * 200_000], ["1:1 bad-csv"]),
    ],
)
def test_a_mistake_is_reported_at_its_cell(lines: list[str], expected: list[str]) -> None:
    assert read(*lines)[1] == expected


def test_one_bad_row_leaves_the_others_and_is_remembered_as_written() -> None:
    rows, _ = price_rows(
        f"{HEADER}\nx,shop,goods,An item,cheap,single,a/b\ny,shop,goods,An item,1,single,a/b\n", "f.csv"
    )
    assert list(rows) == ["y"]
    assert written("x", rows)
    assert not written("z", rows)


def test_of_a_row_that_does_not_fit_nobody_knows_which_price_it_is() -> None:
    rows, _ = price_rows(f"{HEADER}\nx,shop\n", "f.csv")
    assert written("anything", rows)


CELLS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
def test_any_sheet_is_read_or_refused_at_places_inside_it(sheet: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [HEADER.split(","), *([a, "shop", "goods", b, "1", "single", "a/b"] for a, b in sheet)]
    )
    text = out.getvalue()
    _, problems = price_rows(text, "f.csv")
    lines = text.split("\n")
    for problem in problems:
        assert 1 <= problem.at.line <= len(lines)
        assert 1 <= problem.at.column <= len(lines[problem.at.line - 1]) + 1


def test_three_thousand_rows_are_read_at_once() -> None:
    started = time.process_time()
    names, problems = read(HEADER, *(f"p{n},shop,goods,An item,{n},single,a/b" for n in range(3_000)))
    assert (len(names), problems) == (3_000, [])
    assert time.process_time() - started < 10
