"""The annotator in a real browser: drawing, moving by keyboard, undoing, saving, and what the file and the page hold then."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests import helpers
from tests.browser.browsing import chromium_path
from tests.pictures import noise

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPOSITORY = Path(__file__).resolve().parents[1]
SHEET = "content/story/exhibits.yaml"
PHOTOGRAPH = """
    # The other one.
    yard:
      title: The yard
      alt: A yard.
      caption: The yard.
      credit: A photographer
      rights: With permission.   # in writing
      absent: not in hand
    """
SECONDS = 20.0

pytestmark = pytest.mark.browser


@contextmanager
def serving(root: Path) -> Iterator[str]:
    """The address that `build.py serve` prints."""
    run = [sys.executable, str(REPOSITORY / "build.py"), "serve", "--port", "0", "--root", str(root)]
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout
            yield next(found[0] for line in server.stdout if (found := re.search(r"http://\S+", line)))
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(SECONDS)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shop = dedent(helpers.EXHIBITS)
    exhibits = shop + shop.replace("shop:", "gate:", 1) + dedent(PHOTOGRAPH)
    return helpers.write_site(tmp_path_factory.mktemp("site"), {SHEET: exhibits})


@pytest.fixture(scope="module")
def address(root: Path, compiled_once: None) -> Iterator[str]:
    with serving(root) as address:
        yield address


# The module's, not the session's: while Playwright is up, no other test could run an event loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(os.environ), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    """A page that holds the token, and complains of nothing."""
    origin, _, _ = address.partition("?")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=origin, has_touch=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert [complaint for complaint in complaints if "409" not in complaint] == []


def at(page: Page, x: float, y: float) -> tuple[float, float]:
    box = page.locator("#drawing").bounding_box()
    assert box
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def draw(page: Page, name: str, *corners: tuple[float, float]) -> None:
    group, _, shape = name.partition(":")
    page.get_by_role("group", name=group).get_by_role("button", name=shape).click()
    page.mouse.move(*at(page, *corners[0]))
    page.mouse.down()
    page.mouse.move(*at(page, *corners[1]), steps=3)
    page.mouse.up()


def row(page: Page, list_: str, number: int) -> Any:
    return page.locator(f"#{list_} > li").nth(number - 1)


def objections(page: Page) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


def test_a_drawing_is_moved_undone_and_saved_and_the_storys_page_shows_it(root: Path, page: Page) -> None:
    from playwright.sync_api import expect

    before = (root / SHEET).read_text()
    page.goto("story/")
    story = page.context.new_page()
    story.goto(page.url)
    page.bring_to_front()
    page.get_by_role("link", name="Annotate").first.click()
    expect(page.get_by_role("heading", name="The shop")).to_be_visible()
    said, shape = page.get_by_role("status"), page.get_by_role("button", name=re.compile(r"^Annotation 1, Door"))

    shape.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(said).to_have_text("10.2 % from the left, 22 % from the top, 30 % wide, 40 % high")
    page.get_by_role("button", name="Bottom right of Annotation 1, Door").focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(said).to_contain_text("28 % wide")
    for _ in range(2):
        page.keyboard.press("Control+z")
    expect(page.locator("#unsaved")).to_be_hidden()
    page.keyboard.press("Control+Shift+Z")
    door = row(page, "annotations", 1)
    door.locator("summary").click()
    assert objections(page) == []
    door.get_by_label("Width, %").fill("50")
    door.get_by_label("Label").fill("The door")
    draw(page, "Annotate:Ellipse", (0.6, 0.6), (0.8, 0.9))
    page.keyboard.press("Delete")
    draw(page, "Annotate:Box", (0.6, 0.6), (0.8, 0.9))
    page.keyboard.press("Enter")
    page.keyboard.type("A sign")
    page.keyboard.press("Tab")
    page.keyboard.type("Words.")
    page.get_by_role("button", name="Save").click()
    expect(said).to_contain_text("Saved.")

    after = (root / SHEET).read_text()
    sign = re.search(r"    a-sign:\n      region: \{box: (.*)\}\n      label: \"A sign\"\n      note: Words.\n", after)
    assert sign
    assert json.loads(sign[1]) == pytest.approx([0.6, 0.6, 0.2, 0.3], abs=0.003)
    moved = before.replace("[0.1, 0.2, 0.3, 0.4]", "[0.102, 0.22, 0.5, 0.4]", 1)
    expected = moved.replace("label: Door", 'label: "The door"', 1)
    assert after.replace(sign[0], "") == expected
    expect(story.get_by_text("The door.", exact=True).first).to_be_visible(timeout=SECONDS * 1000)
    expect(story.locator("#n-shop-a-sign")).to_contain_text("Words.", timeout=SECONDS * 1000)


def test_a_photograph_is_dropped_painted_over_and_published(root: Path, page: Page, tmp_path: Path) -> None:
    from PIL import Image
    from playwright.sync_api import expect

    noise((640, 480)).save(tmp_path / "IMG_1.jpg")
    page.goto("_desk/annotate/story/yard?page=/story/")
    said = page.get_by_role("status")
    expect(page.get_by_text("There is no photograph yet")).to_be_visible()
    page.get_by_label("Photograph").set_input_files(tmp_path / "IMG_1.jpg")
    expect(page.locator("#picture[href]")).to_be_visible()
    draw(page, "Paint over:Box", (0.25, 0.25), (0.75, 0.75))
    page.get_by_label("Show what readers get").check()
    expect(said).to_have_text("Shown as readers get it.", timeout=SECONDS * 1000)
    page.locator("#window").screenshot(path=tmp_path / "shown.png")
    with Image.open(tmp_path / "shown.png") as image:
        assert image.convert("RGB").getpixel((image.width // 2, image.height // 2)) == (0, 0, 0)
    (root / SHEET).write_text((root / SHEET).read_text().replace("alt: A yard.", "alt: A wide yard."))
    page.get_by_role("button", name="Save and make the master").click()
    dialog = page.get_by_role("dialog", name="exhibits.yaml was changed meanwhile")
    expect(dialog.get_by_label("In the file now")).to_have_value(re.compile("A wide yard"))
    expect(dialog.get_by_label("With your drawing")).to_have_value(re.compile(r"box: \[0\.2"))
    assert objections(page) == []
    dialog.get_by_role("button", name="Write mine").click()
    # What is shown then takes the place of what was said of the save.
    expect(said).to_contain_text(re.compile("Saved|Shown as readers get it"), timeout=SECONDS * 1000)
    text = (root / SHEET).read_text()
    assert "alt: A wide yard." in text
    assert "rights: With permission.   # in writing\n  photo: yard-" in text
    page.get_by_role("link", name="Back to the preview").click()
    expect(page.locator("#x-yard picture")).to_be_visible(timeout=SECONDS * 1000)


def test_a_finger_draws_and_a_draft_that_gave_way_to_the_file_comes_back_on_a_phone(root: Path, page: Page) -> None:
    from playwright.sync_api import expect

    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("_desk/annotate/story/gate")
    expect(page.get_by_role("status")).to_have_text("Ready.")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 360
    small = "els => els.filter(e => e.getClientRects().length).map(e => e.getBoundingClientRect()).filter(r => r.width < 24 || r.height < 24).length"
    assert page.locator("button, summary, select, [type=number], .shape .hit, .handle .hit").evaluate_all(small) == 0
    page.get_by_role("group", name="Annotate").get_by_role("button", name="Polygon").tap()
    for x, y in ((0.5, 0.6), (0.7, 0.6), (0.6, 0.9)):
        page.touchscreen.tap(*at(page, x, y))
    page.get_by_role("button", name="Finish").tap()
    expect(page.get_by_role("status")).to_contain_text("Annotation 2, without a label, polygon drawn")
    page.keyboard.press("Enter")
    page.keyboard.type("A <b>gate</b>")
    page.keyboard.press("Tab")
    page.keyboard.type("Words.")
    (root / SHEET).write_text((root / SHEET).read_text().replace("label: Door", "label: Gate"))
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Take the file’s").click()
    expect(page.locator("#annotations")).to_have_text(re.compile("Gate"))
    expect(row(page, "annotations", 2)).to_have_count(0)
    page.get_by_role("button", name="Bring my draft back").click()
    expect(row(page, "annotations", 1)).to_contain_text("Door")
    expect(row(page, "annotations", 2)).to_contain_text("A <b>gate</b> polygon")
