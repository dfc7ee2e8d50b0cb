"""The prices as data: the CSV and the JSON say the same, and the very amounts can be read back from them."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from csvw import CSVW

from microsite import derive, load, manuscript, price_data
from microsite.intervals import Quantity
from tests import helpers

PRICES = """\
currency: CNY
unit: piece
places: {shop: The shop}
populations: {goods: all goods}
prices:
  one: {place: shop, population: goods, item: One, price: 12.50, statistic: single, seed: paper/price}
  range: {place: shop, population: goods, item: 'A "range", wide', price: 200..300, statistic: range, seed: paper/price}
  above: {place: shop, population: goods, item: Above, price: ">1000", statistic: range, seed: paper/price}
  least: {place: shop, population: goods, item: Least, price: ">=1000", statistic: range, seed: paper/price}
  below: {place: shop, population: goods, item: Below, price: "<50", statistic: range, seed: paper/price}
  about: {place: shop, population: goods, item: About, price: "~200", statistic: average, seed: paper/price}
  small: {place: shop, population: goods, item: Small, price: 0.001, statistic: single, seed: paper/price}
  double: {place: shop, population: goods, item: Double, times: 2, of: range, statistic: range, seed: paper/opening}
  times: {place: shop, population: goods, item: Times, times: 6, statistic: single, seed: paper/price}
  dated: {place: shop, population: goods, item: 가격, price: 7, statistic: single, seed: paper/price, date: XXXX-12-11}
"""
STORY = """\
---
title: A title
standfirst: A standfirst.
status: published
---

[It is {{ above / range }} as dear](seed:paper/price), twice: {{ above / range }}. One is {{ one }}.
"""


class Exported:
    """A story's prices as they were computed, and as they were exported."""

    def __init__(self, root: Path) -> None:
        story = helpers.read_story(root)
        self.edition, problems = manuscript.read(story, "en", "en", manuscript.convert_plainly)
        assert problems == []
        site, _ = load.site_file(str(root))
        seed, _, digest = load.seed(str(root), "paper")
        assert site
        assert seed
        view = derive.story_view(site, story, self.edition, {"paper": seed}, {"seeds/paper.yaml": digest})
        assert view.prices
        rows = price_data.price_rows(story, self.edition, view.prices)
        site_view = derive.site_view(site, "en", several_stories=False)
        files = dict(price_data.price_data(story, rows, view.prices, site_view, "Free"))
        for name, data in files.items():
            (root / name).write_bytes(data)
        self.metadata_path = root / "prices.csv-metadata.json"
        self.csv_bytes, self.json_bytes = files["prices.csv"], files["prices.json"]
        self.rows = list(csv.DictReader(io.StringIO(self.csv_bytes.decode(), newline="")))
        self.data: dict[str, Any] = json.loads(self.json_bytes)

    def row(self, id: str) -> dict[str, Any]:
        rows: list[dict[str, Any]] = self.data["prices"]
        (found,) = (row for row in rows if row["id"] == id)
        return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    changes = {"content/story/prices.yaml": PRICES, "content/story/index.md": STORY}
    return Exported(helpers.write_site(tmp_path_factory.mktemp("exports"), changes))


def test_csv_and_json_say_the_same(exported: Exported) -> None:
    assert [*exported.rows[0]] == list(price_data.COLUMNS) == [*exported.data["prices"][0]]
    for row, plain in zip(exported.rows, exported.data["prices"], strict=True):
        assert row == {name: as_cell(value) for name, value in plain.items()}


def as_cell(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_spreadsheet_takes_no_text_for_a_formula(start: str, tmp_path: Path) -> None:
    prices = PRICES.replace("item: One", f"item: '{start}HYPERLINK(1)'").replace(
        "goods: all goods", f"goods: '{start}1'"
    )
    formula = Exported(
        helpers.write_site(tmp_path, {"content/story/prices.yaml": prices, "content/story/index.md": STORY})
    )
    assert formula.rows[0]["item"] == f"'{start}HYPERLINK(1)"
    assert formula.rows[0]["population"] == f"'{start}1"
    assert formula.rows[0]["low"] == "12.5"
    assert formula.row("one")["item"] == f"{start}HYPERLINK(1)"


def test_amounts_can_be_read_back_exactly(exported: Exported) -> None:
    quantities = exported.edition.prices.quantities
    assert [row["id"] for row in exported.rows] == [*quantities]
    for row in exported.data["prices"]:
        quantity: Quantity = quantities[row["id"]]
        amount = quantity.amount
        ends = tuple(None if row[end] is None else Fraction(row[end]) for end in ("low", "high"))
        assert ends == (amount.low, amount.high)
        assert row["low_included"] == (None if amount.low is None else not amount.low_open)
        assert row["high_included"] == (None if amount.high is None else not amount.high_open)
        assert row["approximate"] == amount.approximate
        assert row["origin"] == quantity.origin


def test_numbers_are_texts_that_state_them_exactly(exported: Exported) -> None:
    assert [exported.row(id)["low"] for id in ("one", "range", "below", "small")] == ["12.5", "200", "0", "0.001"]
    assert exported.row("above")["high"] is None


def test_multiple_without_a_base_has_neither_currency_nor_unit(exported: Exported) -> None:
    times, double = exported.row("times"), exported.row("double")
    assert (times["currency"], times["unit"], times["multiple_of"]) == (None, None, None)
    assert (double["currency"], double["unit"], double["multiple_of"]) == ("CNY", "piece", "range")
    assert double["sources"] == "paper/opening&paper/price"


def test_dates_stay_as_the_source_gives_them(exported: Exported) -> None:
    assert exported.row("dated")["date"] == "XXXX-12-11"
    assert exported.row("one")["date"] is None


def test_computed_figures_stand_beside_the_prices(exported: Exported) -> None:
    (computed,) = exported.data["computed"]
    words = "Above (more than 1,000 yuan) ÷ A “range”, wide (200 to 300 yuan)"
    assert computed == {
        "formula": "above / range",
        "in_words": words,
        "result": "more than 3.3 times",
        "origin": "derived",
    }


def test_a_row_says_from_which_others_it_was_computed(exported: Exported) -> None:
    assert exported.row("double")["computed"] == "2 * range"
    assert [exported.row(id)["computed"] for id in ("times", "range")] == [None, None]


def test_a_row_says_who_said_so_and_where(exported: Exported) -> None:
    assert exported.row("one")["said_by"] == "A paper, paragraph 2"
    assert exported.row("double")["said_by"] == "A paper, paragraph 1; A paper, paragraph 2"


def test_others_read_the_table_by_its_metadata(exported: Exported) -> None:
    table = CSVW(str(exported.metadata_path), validate=True)
    assert (table.is_valid, table.warnings) == (True, [])
    rows = list(table.tables[0].iterdicts(str(exported.metadata_path.with_name("prices.csv"))))
    assert rows == exported.data["prices"]


def test_every_column_says_what_it_means(exported: Exported) -> None:
    columns = json.loads(exported.metadata_path.read_bytes())["tableSchema"]["columns"]
    assert [column["name"] for column in columns] == [*exported.rows[0]]
    assert all(column["dc:description"]["@value"].endswith(".") for column in columns)


def test_files_are_as_spreadsheets_and_programs_want_them(exported: Exported) -> None:
    assert exported.csv_bytes.count(b"\r\n") == len(exported.rows) + 1 == exported.csv_bytes.count(b"\n")
    assert "가격".encode() in exported.csv_bytes
    assert "가격".encode() in exported.json_bytes
    assert exported.json_bytes.endswith(b"}\n")
