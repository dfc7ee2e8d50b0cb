"""The small site read, and its story as its pages see it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from microsite import derive, load, manuscript
from microsite.model import SiteFile
from microsite.views import StoryView
from tests import helpers


def site_of(root: Path) -> SiteFile:
    site, problems = load.site_file(str(root))
    assert site
    assert not problems
    return site


def story_of(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> StoryView:
    """The small site's story as its pages see it."""
    helpers.write_site(root, changes)
    story = helpers.read_story(root)
    edition, problems = manuscript.read(story, "en", "en", manuscript.convert_plainly)
    assert problems == []
    seed, _, digest = load.seed(str(root), "paper")
    assert seed
    return derive.story_view(site_of(root), story, edition, {"paper": seed}, {"seeds/paper.yaml": digest})
