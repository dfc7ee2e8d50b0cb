"""Photographs in a browser: each window gets the width that its layout shows, and no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from microsite import command
from tests.browser.conftest import built
from tests.helpers import write_site
from tests.pictures import saved

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
ENTRY = "{id}:\n  title: The shop\n  alt: A shop.\n  caption: It.\n  credit: Somebody\n  rights: With permission.\n"
PAGES = ("story/index.html", "story/exhibits/shop.html", "story/exhibits/index.html")


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built site with two photographs."""
    folder = tmp_path_factory.mktemp("photographs")
    root = write_site(
        folder / "root", {"content/story/exhibits.yaml": ENTRY.format(id="shop") + ENTRY.format(id="door")}
    )
    for id in ("shop", "door"):
        (folder / f"{id}.png").write_bytes(saved("PNG", Image.new("RGB", (2600, 1700), "teal")))
        assert command.main(["photo", str(folder / f"{id}.png"), "--exhibit", f"story/{id}", "--root", str(root)]) == 0
    return built(root, folder / "made")


@pytest.mark.parametrize(("width", "density"), [(320, 1), (390, 3), (768, 1), (1099, 1), (1100, 2), (1920, 1)])
def test_browser_takes_the_least_width_that_is_enough(
    width: int, density: int, photographs: Path, browser: Browser
) -> None:
    for path in PAGES:
        context = browser.new_context(viewport={"width": width, "height": 900}, device_scale_factor=density)
        page = context.new_page()
        page.goto((photographs / path).as_uri())
        image = page.locator("img").first
        image.scroll_into_view_if_needed()
        page.wait_for_function("document.querySelector('img').complete")
        shown = image.evaluate("image => image.clientWidth") * density
        chosen = re.search(r"-(\d+)w-\w+\.avif$", image.evaluate("image => image.currentSrc"))
        assert chosen, path
        widths = [480, 960, 1600, 2400]
        enough = next((each for each in widths if each >= 0.95 * shown), widths[-1])
        # `sizes` is written for whole ranges of windows, and may be a fifth more than is shown, or a little less.
        allowed = {enough, next((each for each in widths if each >= 1.2 * shown), widths[-1])}
        assert int(chosen[1]) in allowed, (path, shown)
        context.close()


def test_lead_comes_at_once_and_what_is_further_down_waits(photographs: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((photographs / PAGES[1]).as_uri())
    assert page.locator("img").first.get_attribute("loading") is None
    page.goto((photographs / PAGES[2]).as_uri())
    assert {image.get_attribute("loading") for image in page.locator("img").all()} == {"lazy"}
    page.close()
