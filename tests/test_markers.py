"""Markers: within the picture, on their regions where that is possible, and never over one another where there is room."""

from __future__ import annotations

from itertools import combinations
from math import dist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite import markers
from microsite.markers import WIDTHS_REM, Tier, disc_apart, spread, tiers
from microsite.model import Region
from tests.helpers import HERE

WIDTH = 10_000
THIRTY_FIT = st.integers(6_600, 20_000)
"""Heights of pictures on which thirty markers have room on the narrowest phone."""
POINTS = st.tuples(st.integers(0, WIDTH), st.integers(0, WIDTH))


def anchors(fractions: list[tuple[int, int]], height: int) -> list[tuple[int, int]]:
    return [(x, y * height // WIDTH) for x, y in fractions]


@given(st.lists(POINTS, max_size=30), THIRTY_FIT, st.sampled_from(WIDTHS_REM))
def test_thirty_markers_lie_apart_at_every_width(
    fractions: list[tuple[int, int]], height: int, width_rem: float
) -> None:
    apart = disc_apart(width_rem)
    places = spread(anchors(fractions, height), height, apart)
    assert len(places) == len(fractions)
    assert all(dist(*pair) >= apart for pair in combinations(places, 2))
    for x, y in places:
        assert apart // 2 <= x <= WIDTH - apart // 2
        assert apart // 2 <= y <= height - apart // 2


def test_thirty_markers_at_one_place_lie_apart() -> None:
    for height in (6_667, 10_000, 15_000):
        apart = disc_apart(WIDTHS_REM[0])
        places = spread([(WIDTH // 2, height // 2)] * 30, height, apart)
        assert min(dist(*pair) for pair in combinations(places, 2)) >= apart


@given(st.lists(POINTS, max_size=40), st.integers(100, 3_000))
def test_where_there_is_no_room_no_marker_is_hidden_by_another(fractions: list[tuple[int, int]], height: int) -> None:
    places = spread(anchors(fractions, height), height, disc_apart(WIDTHS_REM[0]))
    assert len(set(places)) == len(fractions)
    assert all(0 <= x <= WIDTH and 0 <= y <= height for x, y in places)
    assert all(dist(*pair) >= min(disc_apart(WIDTHS_REM[0]), WIDTH // 41) for pair in combinations(places, 2))


@given(st.lists(POINTS, max_size=12), THIRTY_FIT)
def test_a_marker_near_no_other_stays_where_it_belongs(fractions: list[tuple[int, int]], height: int) -> None:
    apart = disc_apart(WIDTHS_REM[-1])
    wanted = [
        (min(max(x, apart // 2), WIDTH - apart // 2), min(max(y, apart // 2), height - apart // 2))
        for x, y in anchors(fractions, height)
    ]
    for index, (place, anchor) in enumerate(zip(spread(wanted, height, apart), wanted, strict=True)):
        if all(dist(anchor, other) >= apart for at, other in enumerate(wanted) if at != index):
            assert place == anchor


def marks(*regions: tuple[str, tuple[float, ...]], shape: tuple[int, int] = (3, 2)) -> tuple[Tier, ...]:
    return tiers([Region(HERE, kind, numbers) for kind, numbers in regions], shape)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "numbers", "place"),
    [
        ("point", (0.5, 0.25), ("50", "25")),
        ("box", (0.2, 0.3, 0.4, 0.4), ("20", "30")),
        ("polygon", (0.6, 0.5, 0.1, 0.9, 0.9, 0.9), ("60", "50")),
        ("ellipse", (0.5, 0.5, 0.2, 0.1), ("35.9", "42.9")),
    ],
)
def test_a_marker_stands_at_the_corner_of_its_region(
    kind: str, numbers: tuple[float, ...], place: tuple[str, str]
) -> None:
    first, *wider = marks((kind, numbers))
    assert [(marker.left, marker.top) for marker in first.markers] == [place]
    assert not any(tier.markers or tier.leaders for tier in wider)


def test_a_wider_picture_names_only_the_markers_that_stand_elsewhere_there() -> None:
    near = ("point", (0.5, 0.5)), ("point", (0.56, 0.5)), ("point", (0.1, 0.1))
    narrow, middle, wide = marks(*near)
    assert [marker.number for marker in narrow.markers] == [1, 2, 3]
    assert [marker.number for marker in middle.markers] == [2]
    assert wide.markers == ()
    assert (middle.markers[0].left, middle.markers[0].top) == ("56", "50")
    assert [tier.least_rem for tier in (narrow, middle, wide)] == [0, *WIDTHS_REM[1:]]


def test_a_line_leads_from_a_marker_that_had_to_move_far_to_its_place() -> None:
    narrow, middle, _ = marks(("point", (0.5, 0.5)), ("point", (0.51, 0.5)))
    (leader,) = narrow.leaders
    assert (leader.number, leader.x2, leader.y2) == (2, "510", "333.3")
    marker = narrow.markers[1]
    assert (leader.x1, leader.y1) == (marker.x, marker.y)
    assert len(middle.leaders) == 1
    assert marks(("point", (0.5, 0.5)))[0].leaders == ()


def test_a_region_in_a_corner_has_its_marker_within_the_picture() -> None:
    (marker,) = marks(("point", (1, 1)))[0].markers
    assert float(marker.x) <= 1000 - 10 * markers.DISC_REM / WIDTHS_REM[0]
    assert 90 < float(marker.left) < 95
    assert 88 < float(marker.top) < 93


def test_a_picture_too_flat_for_a_marker_has_it_in_its_middle() -> None:
    (marker,) = marks(("point", (0.5, 0)), shape=(20, 1))[0].markers
    assert marker.top == "50"
