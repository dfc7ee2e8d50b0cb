"""Geometry: regions and prices can be read back from where they are drawn, and nothing is drawn outside."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite import drawings
from microsite.intervals import Interval, at_least, at_most, between, exact, less_than, more_than
from microsite.model import Region
from tests.helpers import HERE

SHAPES = st.tuples(st.integers(1, 100), st.integers(1, 100)).filter(lambda shape: 1 / 8 <= shape[0] / shape[1] <= 8)
FRACTIONS = st.integers(0, 10_000).map(lambda n: n / 10_000)
AMOUNTS = st.fractions(min_value=0, max_value=10**9, max_denominator=1000)
HALF_A_TENTH = 0.0501
"""Coordinates are written to a tenth of a unit."""


# --- Pictures --------------------------------------------------------------------------------------------------------


@st.composite
def regions(draw: st.DrawFn) -> Region:
    kind = draw(st.sampled_from(["point", "box", "ellipse", "polygon"]))
    x, y = draw(FRACTIONS), draw(FRACTIONS)
    if kind == "point":
        return Region(HERE, "point", (x, y))
    if kind == "box":
        return Region(HERE, "box", (x, y, draw(FRACTIONS) * (1 - x), draw(FRACTIONS) * (1 - y)))
    if kind == "ellipse":
        return Region(HERE, "ellipse", (x, y, draw(FRACTIONS) * min(x, 1 - x), draw(FRACTIONS) * min(y, 1 - y)))
    corners = draw(st.lists(st.tuples(FRACTIONS, FRACTIONS), min_size=3, max_size=6))
    return Region(HERE, "polygon", tuple(number for corner in corners for number in corner))


@given(regions(), SHAPES)
def test_region_can_be_read_back_from_its_outline(region: Region, shape: tuple[int, int]) -> None:
    outline = drawings.outline(region, shape)
    height = drawings.picture_height(shape)
    drawn = read_back(outline)
    assert len(drawn) == len(region.numbers)
    for index, (number, fraction) in enumerate(zip(drawn, region.numbers, strict=True)):
        assert number == pytest.approx(fraction * (height if index % 2 else drawings.PICTURE_WIDTH), abs=HALF_A_TENTH)


def read_back(outline: drawings.Outline) -> list[float]:
    """The numbers of an outline in the order of a region's."""
    attributes = dict(outline.attributes)
    if outline.element == "polygon":
        return [float(number) for corner in attributes["points"].split() for number in corner.split(",")]
    names = {"rect": "x y width height", "ellipse": "cx cy rx ry", "circle": "cx cy"}[outline.element]
    return [float(attributes[name]) for name in names.split()]


@given(regions(), SHAPES)
def test_crop_lies_within_the_picture_and_holds_the_whole_region(region: Region, shape: tuple[int, int]) -> None:
    height = drawings.picture_height(shape)
    left, top, wide, high = map(float, drawings.crop(region, shape))
    assert left >= 0
    assert top >= 0
    assert left + wide <= drawings.PICTURE_WIDTH + 2 * HALF_A_TENTH
    assert top + high <= height + 2 * HALF_A_TENTH
    first_x, first_y, last_x, last_y = region.bounds()
    assert left <= first_x * drawings.PICTURE_WIDTH + 2 * HALF_A_TENTH
    assert top <= first_y * height + 2 * HALF_A_TENTH
    assert left + wide >= last_x * drawings.PICTURE_WIDTH - 2 * HALF_A_TENTH
    assert top + high >= last_y * height - 2 * HALF_A_TENTH


@given(regions(), SHAPES)
def test_crop_is_three_to_two_unless_it_takes_all_of_the_pictures_width_or_height(
    region: Region, shape: tuple[int, int]
) -> None:
    crop, whole = drawings.crop(region, shape), drawings.whole(shape)
    if crop.width != whole.width and crop.height != whole.height:
        assert float(crop.width) == pytest.approx(1.5 * float(crop.height), abs=3 * HALF_A_TENTH)


def test_crop_shows_what_is_around_even_a_point() -> None:
    def crop(shape: str, *numbers: float) -> str:
        return " ".join(drawings.crop(Region(HERE, shape, numbers), (3, 2)))  # type: ignore[arg-type]

    assert crop("point", 0.5, 0.5) == "370 246.8 260 173.3"
    assert crop("point", 1, 1) == "740 493.7 260 173.3"
    assert crop("box", 0.2, 0.3, 0.4, 0.1) == "120 46.8 560 373.3"
    assert crop("box", 0, 0, 1, 1) == "0 0 1000 667"


def test_whole_picture_is_a_frame_too() -> None:
    assert " ".join(drawings.whole((2, 3))) == "0 0 1000 1500"


@given(regions())
def test_extent_is_the_part_of_the_picture_that_the_region_spans(region: Region) -> None:
    left, top, right, bottom = region.bounds()
    assert drawings.extent(region) == pytest.approx((right - left) * (bottom - top))


@pytest.mark.parametrize(("shape", "height"), [((3, 2), 667), ((1, 1), 1000), ((2, 3), 1500), ((16, 9), 562)])
def test_picture_is_as_high_as_its_shape_says(shape: tuple[int, int], height: int) -> None:
    assert drawings.picture_height(shape) == height


# --- The range plot --------------------------------------------------------------------------------------------------


def intervals() -> st.SearchStrategy[Interval]:
    one_sided = st.sampled_from([more_than, at_least, less_than, at_most])
    bounded = st.tuples(AMOUNTS, AMOUNTS).map(lambda ends: between(min(ends), max(ends)))
    return st.one_of(
        AMOUNTS.map(exact), bounded, st.builds(lambda make, end: make(end), one_sided, AMOUNTS.filter(bool))
    )


@given(st.lists(intervals(), min_size=1, max_size=6))
def test_prices_can_be_read_back_from_their_bars(amounts: list[Interval]) -> None:
    plot = drawings.range_plot(amounts)
    axis_end = float(plot.ticks[-1].value)
    unit = axis_end / float(plot.ticks[-1].x)
    assert len(plot.bars) == len(amounts)
    for amount, bar in zip(amounts, plot.bars, strict=True):
        if amount.low is not None:
            assert float(bar.start) * unit == pytest.approx(float(amount.low), abs=HALF_A_TENTH * unit)
        if amount.high is not None:
            assert float(bar.end) * unit == pytest.approx(float(amount.high), abs=HALF_A_TENTH * unit)
        assert bar.open_end == (amount.high is None)
        assert bar.dot == (amount.low == amount.high)
        assert 0 <= float(bar.start) <= float(bar.end) <= 300


@given(st.lists(intervals(), max_size=6))
def test_axis_has_a_few_even_steps_from_zero_to_beyond_every_price(amounts: list[Interval]) -> None:
    ticks = drawings.range_plot(amounts).ticks
    steps = {after.value - before.value for before, after in pairwise(ticks)}
    ends = [end for amount in amounts for end in (amount.low, amount.high) if end is not None]
    assert 4 <= len(ticks) <= 6
    assert len(steps) == 1
    assert ticks[0].value == 0
    assert ticks[-1].value > max(ends, default=Fraction(0))
    assert [tick.anchor for tick in ticks] == ["start", *["middle"] * (len(ticks) - 2), "end"]


@pytest.mark.parametrize(
    ("largest", "values"),
    [(300, [0, 100, 200, 300, 400]), (1000, [0, 250, 500, 750, 1000, 1250]), (20, [0, 5, 10, 15, 20, 25])],
)
def test_steps_of_the_axis_are_round(largest: int, values: list[int]) -> None:
    assert [tick.value for tick in drawings.range_plot([exact(largest)]).ticks] == values


def test_gap_is_drawn_only_between_prices_that_leave_one() -> None:
    low, touching, high, above, below = drawings.range_plot(
        [between(200, 300), between(300, 400), exact(500), more_than(1000), less_than(100)]
    ).bars
    assert drawings.gap(low, high) == drawings.Gap(low.end, high.start)
    assert drawings.gap(low, touching) is None
    assert drawings.gap(high, low) is None
    assert drawings.gap(above, high) is None
    assert drawings.gap(below, low) == drawings.Gap(below.end, low.start)


@pytest.mark.parametrize(
    ("amount", "blocks"),
    [(exact(6), 6), (exact(2), 2), (exact(1), 0), (exact(13), 0), (exact(Fraction(5, 2)), 0), (more_than(6), 0)],
)
def test_only_small_whole_multiples_are_pictured(amount: Interval, blocks: int) -> None:
    assert drawings.multiple_blocks(amount) == blocks


def test_amounts_share_an_axis_unless_the_smallest_would_be_lost_on_it() -> None:
    amounts = [
        exact(Fraction(4, 10_000)),
        between(200, 300),
        exact(12_345_678),
        less_than(50),
        more_than(1000),
        exact(0),
    ]
    assert drawings.on_one_axis(amounts) == ((0, 5), (1, 3, 4), (2,))
    assert drawings.on_one_axis([exact(1), exact(drawings.WIDEST)]) == ((0, 1),)
    assert drawings.on_one_axis([]) == ()


@given(st.lists(intervals(), max_size=6))
def test_every_amount_stands_on_one_axis(amounts: list[Interval]) -> None:
    assert sorted(place for axis in drawings.on_one_axis(amounts) for place in axis) == list(range(len(amounts)))
