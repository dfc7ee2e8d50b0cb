"""Which pages a site has, and where each stands."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from microsite import derive, pages
from microsite.model import SiteFile
from microsite.views import Page
from tests import helpers
from tests.derived import site_of, story_of

SITE = "format: 1\ntitle: A site\npublisher: A publisher\nlanguages: [en, ko]\n"


@pytest.mark.parametrize(
    ("front", "language", "story", "index"),
    [
        ("", "en", "story/", "index.html"),
        ("", "ko", "ko/story/", "ko/index.html"),
        ("front: story\n", "en", "", "stories.html"),
        ("front: story\n", "ko", "ko/", "ko/stories.html"),
        ("front: other\n", "ko", "ko/story/", "ko/stories.html"),
    ],
)
def test_editions_stand_in_folders_of_their_own(
    front: str, language: str, story: str, index: str, tmp_path: Path
) -> None:
    site = site_of(helpers.write_site(tmp_path, {"content/site.yaml": SITE + front}))
    assert pages.story_folder(site, "story", language) == story
    assert derive.site_view(site, language, several_stories=True).index == index


def pages_of(root: Path, site_text: str) -> tuple[SiteFile, tuple[Page, ...]]:
    story = story_of(root, {"content/site.yaml": site_text})
    site = site_of(root)
    return site, pages.story_pages(site, derive.site_view(site, "en", several_stories=True), story)


def test_story_has_a_page_for_each_exhibit_and_leads_home_from_any_depth(tmp_path: Path) -> None:
    _, pages = pages_of(tmp_path, helpers.SITE)
    assert {page.path: (page.up, page.home) for page in pages} == {
        "story/index.html": ("../", ""),
        "story/evidence.html": ("../", ""),
        "story/sources.html": ("../", ""),
        "story/about.html": ("../", ""),
        "story/text.html": ("../", ""),
        "story/prices.html": ("../", ""),
        "story/exhibits/index.html": ("../../", "../"),
        "story/exhibits/shop.html": ("../../", "../"),
    }


def test_front_story_leaves_pages_at_the_addresses_it_has_when_it_is_not_the_front(tmp_path: Path) -> None:
    site, own = pages_of(tmp_path, f"{dedent(helpers.SITE)}front: story\n")
    assert [f"story/{page.path}" for page in own] == [page.path for page in pages.moved_pages(site, own)]
    site, own = pages_of(tmp_path, helpers.SITE)
    assert pages.moved_pages(site, own) == ()
