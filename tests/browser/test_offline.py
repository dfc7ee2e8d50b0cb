"""The offline edition, opened from a folder of its own with the network off."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.browsing import loads_its_pictures

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def alone(browser: Browser, own_site: Path, tmp_path: Path) -> Iterator[Page]:
    """The file and nothing beside it, in a browser without a network; whatever it asks for or complains of fails."""
    shutil.copy(own_site / "offline.html", tmp_path / "kept.html")
    address = (tmp_path / "kept.html").as_uri()
    context = browser.new_context(viewport={"width": 360, "height": 740}, offline=True)
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("request", lambda request: troubles.append(request.url))
    page.goto(address)
    yield page
    context.close()
    assert [trouble for trouble in troubles if not trouble.startswith((address, "data:image/"))] == []


def test_it_shows_its_pictures_and_is_no_wider_than_a_phone(alone: Page) -> None:
    assert loads_its_pictures(alone)
    assert alone.evaluate("document.documentElement.scrollWidth") == 360


def test_withdrawing_a_source_shows_what_falls(alone: Page) -> None:
    told = alone.locator(".consequences")
    assert not told.is_visible()
    alone.locator("#evidence legend input").first.check()
    assert told.is_visible()
    fallen = alone.locator(".claims > li .then:visible", has_text="falls")
    assert fallen.count() > 0
    counted = told.evaluate("it => getComputedStyle(it.querySelector('.tally-falls'), '::after').content")
    assert "counter(falls)" in counted
    alone.get_by_role("button", name="Restore all").click()
    assert not told.is_visible()
    assert fallen.count() == 0


def test_a_claim_leads_to_its_evidence_without_leaving_the_file(alone: Page) -> None:
    claim = alone.locator("#story .claim a").first
    claim.click()
    assert alone.url.endswith(f"kept.html{claim.get_attribute('href')}")
    assert alone.locator(".claims > li:target").is_visible()


def test_a_mark_opens_its_note(alone: Page) -> None:
    mark = alone.locator("#story .mark").first
    mark.click()
    assert alone.locator(f"[id='{mark.get_attribute('popovertarget')}']:popover-open").is_visible()


def test_on_paper_every_note_and_disclosure_is_there(alone: Page) -> None:
    alone.emulate_media(media="print")
    for selector in (".note", ".claims > li", "figure img", ".claims details .grounds", "tr[id^=p-]", "#sources li"):
        parts = alone.locator(selector)
        heights = parts.evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
        assert heights, selector
        assert min(heights) > 0, selector
