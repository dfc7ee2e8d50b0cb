"""From master to page: names known before pixels, no width beyond the master's, nothing of what a redaction hides."""

from __future__ import annotations

import io
import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from microsite import derivatives
from microsite.derivatives import CROP_WIDTH_PX, WIDTHS_PX, Derived, crop_box, made, planned, sizes
from microsite.diagnostics import Position
from microsite.drawings import Frame
from microsite.files import sha256
from microsite.masters import master
from microsite.metadata import examined
from microsite.model import PhotoFile, Region
from tests.pictures import RIDERS, independent_tags, noise, saved, with_riders

DOOR = Frame("100", "200", "300", "200")
"""A crop: thousandths of the picture's width."""


def photo(data: bytes) -> PhotoFile:
    picture = examined(data)
    assert picture
    return PhotoFile("content/story/photos/shop.jpg", sha256(data), "JPEG", picture.width, picture.height, ())


def plan(data: bytes) -> Derived:
    return planned("story-shop", photo(data), {"door": DOOR})


def all_of(data: bytes) -> dict[str, bytes]:
    derived = plan(data)
    return {each.path: picture for each, picture in made(data, derived, derived.all())}


@pytest.mark.parametrize("width", [1, 320, 480, 599, 600, 1700, 2400, 3000])
def test_no_width_is_wider_than_the_master_and_the_widest_is_all_it_has(width: int) -> None:
    found = sizes((width, 2 * width))
    widths = [size[0] for size in found]
    assert widths == sorted(set(widths))
    assert widths[-1] == min(width, WIDTHS_PX[-1])
    assert all(high == 2 * wide for wide, high in found)
    assert all(wider >= 1.25 * narrower for narrower, wider in pairwise(widths))


def test_everything_planned_is_made_in_the_size_and_format_that_was_planned() -> None:
    data = saved("JPEG", noise((700, 500)))
    pictures = all_of(data)
    assert pictures.keys() == plan(data).all().keys()
    for path, derivative in plan(data).all().items():
        with Image.open(io.BytesIO(pictures[path])) as image:
            assert (image.format, image.size) == (derivative.format, derivative.size), path
    assert [re.sub("-[0-9a-f]{10}", "", path) for path in sorted(pictures)] == [
        "images/story-shop-480w.avif",
        "images/story-shop-480w.jpg",
        "images/story-shop-700w.avif",
        "images/story-shop-700w.jpg",
        "images/story-shop-door.jpg",
    ]


def test_each_picture_is_the_same_whichever_others_are_wanted() -> None:
    data = saved("JPEG", noise((700, 500)))
    for path, picture in all_of(data).items():
        assert [alone for _, alone in made(data, plan(data), {path})] == [picture]


def test_names_follow_the_master_the_recipe_and_the_encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = (plan(saved("JPEG", noise((500, 400), seed))) for seed in (1, 2))
    again = {"RECIPE": "another recipe", "encoder_versions": lambda: "another Pillow"}
    assert one.all().keys().isdisjoint(other.all())
    for name, value in again.items():
        with monkeypatch.context() as patch:
            patch.setattr(derivatives, name, value)
            changed = planned("story-shop", one.master, {"door": DOOR})
            assert one.all().keys().isdisjoint(changed.all())
            keys = {derivatives.key(one.master, each) for each in changed.all().values()}
        assert keys.isdisjoint(derivatives.key(one.master, each) for each in one.all().values())


def test_a_crop_that_moves_has_another_name() -> None:
    master_ = photo(saved("JPEG", noise((500, 400))))
    one, other = (planned("story-shop", master_, {"door": frame}) for frame in (DOOR, DOOR._replace(left="110")))
    assert one.whole == other.whole
    assert one.crops["door"].path != other.crops["door"].path


def test_crops_are_cut_from_the_master_within_it_and_never_enlarged() -> None:
    assert crop_box((3000, 2000), DOOR) == (300, 600, 1200, 1200)
    assert crop_box((333, 222), Frame("0", "0", "1000", "667")) == (0, 0, 333, 222)
    assert crop_box((333, 222), Frame("999.9", "900", "0", "0")) == (332, 221, 333, 222)
    large, small = (
        planned("s", PhotoFile("", "", "JPEG", *size, ()), {"door": DOOR}) for size in ((3000, 2000), (500, 400))
    )
    assert large.crops["door"].size == (CROP_WIDTH_PX, 480)
    assert small.crops["door"].size == (150, 100)


# --- What a redaction hides ------------------------------------------------------------------------------------------


def test_what_a_redaction_hides_is_in_no_derivative_no_crop_and_no_colour() -> None:
    hidden = [Region(Position("made-up.yaml"), "ellipse", (0.3, 0.4, 0.1, 0.1))]
    one = noise((1100, 800), 3)
    other = one.copy()
    other.paste(Image.frombytes("RGB", (120, 80), random.Random(7).randbytes(3 * 120 * 80)), (270, 280))
    assert one.tobytes() != other.tobytes()
    first, second = (master(saved("PNG", image), hidden, 1000) for image in (one, other))
    assert all_of(first) == all_of(second), "names and bytes"
    assert derivatives.colour(first) == derivatives.colour(second)
    unhidden = [master(saved("PNG", image), (), 1000) for image in (one, other)]
    assert set(all_of(unhidden[0]).values()).isdisjoint(all_of(unhidden[1]).values()), "the test would see it"


def test_colour_is_that_of_the_picture() -> None:
    assert derivatives.colour(saved("JPEG", Image.new("RGB", (64, 48), (200, 40, 40)), quality=95)) in (
        f"{red:02x}{green:02x}{blue:02x}"
        for red in range(198, 203)
        for green in range(38, 43)
        for blue in range(38, 43)
    )


def test_no_derivative_carries_anything_else(tmp_path: Path) -> None:
    """Not even of a master that was made elsewhere."""
    for path, data in all_of(with_riders(RIDERS, noise((500, 400)))).items():
        picture = examined(data)
        assert picture
        assert picture.carried == ()
        file = tmp_path / path.rpartition("/")[2]
        file.write_bytes(data)
        if file.suffix == ".jpg":
            assert independent_tags(file) == set()


def test_a_master_that_cannot_be_decoded_is_told() -> None:
    data = saved("JPEG", noise((500, 400)))
    with pytest.raises(derivatives.BrokenMaster, match="cannot be decoded"):
        list(made(data[: len(data) // 2], plan(data), plan(data).all()))
