"""The sources of all stories, scripts off: what is shown of a withdrawal is what Python computes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from microsite.claimviews import switch
from tests.browser.browsing import Reader
from tests.browser.test_evidence import Sum, expected_sum, ledger

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGE = "made-up/all-sources.html"


def shown(page: Page) -> list[tuple[str, str]]:
    """Each story of which it is said what becomes of it, and what."""
    changes = page.locator(".source .then:visible").all()
    return [(change.locator("xpath=../a").inner_text(), change.inner_text()) for change in changes]


def counted(words: str) -> Sum:
    found = (re.search(rf"(\d+) {what}", words) for what in WORDS)
    return Sum(*(int(match[1]) if match else 0 for match in found))


WORDS = (
    "claims? falls?",
    "claims? weakens?",
    "claims? strengthens?",
    "(?:price or annotation|prices and annotations) go",
)


def test_each_switch_shows_what_python_computes(made_up_root: Path, reader: Reader) -> None:
    page, expected = reader.open(PAGE, scripts=False), ledger(made_up_root, "bridge")
    assert shown(page) == []
    asked = 0
    for source in expected.sources:
        choice = page.locator(f"#{switch(source)}")
        if choice.count():
            choice.check()
            told = shown(page)
            assert all("bridge" in story for story, _ in told)
            assert len(told) <= 1
            assert counted(" ".join(change for _, change in told)) == expected_sum(expected, [source]), source
            assert counted(page.locator(".consequences:visible").inner_text()) == expected_sum(expected, [source])
            choice.uncheck()
            asked += 1
    assert asked > 6


def test_each_that_is_ticked_is_shown_by_itself_and_all_can_be_restored(reader: Reader) -> None:
    page = reader.open(PAGE, scripts=False)
    page.locator("#w-paper").check()
    alone = page.locator(".consequences:visible").inner_text()
    page.locator("#w-radio").check()
    assert page.locator(".consequences:visible").all_inner_texts()[0] == alone
    assert page.locator(".consequences:visible").count() == 2
    page.get_by_role("button", name="Restore all").click()
    assert page.locator(".consequences:visible").count() == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_what_falls_fits_the_window(width: int, reader: Reader) -> None:
    page = reader.open(PAGE, scripts=False, width=width)
    page.locator("#w-paper").check()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_parts_of_a_series_lead_to_each_other(reader: Reader) -> None:
    page = reader.open("made-up/series/the-crossing.html", scripts=False)
    page.locator(".card h2 a").first.click()
    page.locator('a[rel="next"]').click()
    assert page.locator('a[rel="next"]').count() == 0
    page.locator('a[rel="prev"]').click()
    assert page.url.endswith("made-up/bridge/index.html")
