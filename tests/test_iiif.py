"""Manifests for other people's viewers: valid, addressed by the site's own url, and true about what was placed by sight."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from microsite import command
from microsite.webannotations import imported
from tests.helpers import EXHIBITS, SITE, write_site
from tests.pictures import noise

URL = "https://example.org/site"
REGIONS = {
    "a-box": "box: [0.1, 0.2, 0.3, 0.4]",
    "an-ellipse": "ellipse: [0.5, 0.5, 0.2, 0.1]",
    "a-point": "point: [0.9, 0.1]",
    "a-polygon": "polygon: [[0.1, 0.9], [0.3, 0.9], [0.2, 0.8]]",
}
NOTES = "".join(
    f"    {name}:\n      region: {{{region}}}\n      label: The {name}\n      note: See [it](seed:paper/opening).\n"
    for name, region in REGIONS.items()
)
PHOTOGRAPH = f"""\
shop:
  title: The shop
  alt: A shop.
  caption: The shop, [as it opened](seed:paper/opening).
  credit: A photographer
  rights: With permission.
  absent: not in hand
  annotations:
{NOTES}"""


@pytest.fixture(scope="module")
def site(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with an address and a photograph, built."""
    root = tmp_path_factory.mktemp("site")
    sheet = "content/story/exhibits.yaml"
    write_site(root, {"content/site.yaml": f"{dedent(SITE)}url: {URL}\n", sheet: PHOTOGRAPH})
    noise((640, 480)).save(root / "photograph.png")
    command.main(["photo", str(root / "photograph.png"), "--exhibit", "story/shop", "--root", str(root)])
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root / "site"


@pytest.fixture(scope="module")
def manifest(site: Path) -> Any:
    return json.loads((site / "story/exhibits/shop.iiif.json").read_text())


def placeholder(root: Path, url: str) -> Path:
    write_site(root, {"content/site.yaml": dedent(SITE) + url, "content/story/exhibits.yaml": EXHIBITS})
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root / "site/story/exhibits/shop.iiif.json"


def addresses(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from (
            value
            for key, value in data.items()
            if key in ("id", "source") or (key == "target" and isinstance(value, str))
        )
        for value in data.values():
            yield from addresses(value)
    elif isinstance(data, list):
        for value in data:
            yield from addresses(value)


def test_what_is_drawn_can_be_read_back_by_any_tool_that_knows_web_annotations(manifest: Any) -> None:
    (canvas,) = manifest["items"]
    read = imported(canvas["annotations"], (canvas["width"], canvas["height"]))
    assert read.refused == ()
    assert [(note.label, note.note) for note in read.notes] == [(f"The {name}", "See it.") for name in REGIONS]
    shapes = {note.shape.shape: note.shape.numbers for note in read.notes if note.shape}
    assert shapes["box"] == (0.1, 0.2, 0.3, 0.4)
    assert shapes["point"] == pytest.approx((0.9, 0.1), abs=1 / 480)
    assert shapes["ellipse"] == pytest.approx((0.5, 0.5, 0.2, 0.1), abs=1e-5)
    assert shapes["polygon"] == pytest.approx((0.1, 0.9, 0.3, 0.9, 0.2, 0.8), abs=1e-5)


def test_the_canvas_shows_a_picture_that_is_published_and_is_of_its_size(site: Path, manifest: Any) -> None:
    from PIL import Image

    (canvas,) = manifest["items"]
    body = canvas["items"][0]["items"][0]["body"]
    with Image.open(site / body["id"].removeprefix(f"{URL}/")) as picture:
        assert picture.size == (body["width"], body["height"]) == (canvas["width"], canvas["height"])
        assert Image.MIME[str(picture.format)] == body["format"]
    assert manifest["requiredStatement"]["value"] == {"en": ["A photographer"]}


def test_every_identifier_is_an_address_of_the_sites_own_and_notes_lead_to_their_page(
    site: Path, manifest: Any
) -> None:
    found = list(addresses(manifest))
    assert found[0] == f"{URL}/story/exhibits/shop.iiif.json"
    assert [address for address in found if not address.startswith(f"{URL}/")] == []
    notes = manifest["items"][0]["annotations"][0]["items"]
    assert notes[0]["id"] == f"{URL}/story/exhibits/shop.html#n-shop-a-box"
    assert 'id="n-shop-a-box"' in (site / "story/exhibits/shop.html").read_text()


def test_a_site_without_an_address_has_none(compiled_once: None, tmp_path: Path) -> None:
    assert not placeholder(tmp_path, "").exists()


def test_a_placeholder_passes_for_no_picture_and_its_regions_are_left_out(compiled_once: None, tmp_path: Path) -> None:
    text = placeholder(tmp_path, f"url: {URL}\n").read_text()
    (canvas,) = json.loads(text)["items"]
    assert canvas["items"] == []
    assert canvas["placeholderCanvas"]["items"][0]["items"][0]["body"]["format"] == "image/png"
    assert "annotations" not in text
    assert "Door" not in text


def test_a_public_validator_finds_nothing_wrong(manifest: Any, compiled_once: None, tmp_path: Path) -> None:
    """Its models are made from the schema of IIIF's own validator."""
    import iiif_prezi3 as prezi

    waiting = json.loads(placeholder(tmp_path, f"url: {URL}\n").read_text())
    for data in (manifest, waiting):
        prezi.Manifest(**{key: value for key, value in data.items() if key != "@context"})
    with pytest.raises(ValueError, match="label"):
        prezi.Manifest(**{key: value for key, value in manifest.items() if key not in ("@context", "label")})
