"""The Atom feed holds the newest stories whole, in each language, and others read it without a complaint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from microsite import command, feeds
from tests import helpers, trees

pytestmark = pytest.mark.usefixtures("compiled_once")

URL = "https://paper.example/coats"
FRONT = """\
    ---
    title: 'Cheap & <cheerful>'
    standfirst: A standfirst.
    status: published
    published: 2026-11-24
    corrections:
      - {date: 2026-12-01, kind: correction, was: It was red., now: It was blue.}
    ---

    [A shop opened](seed:paper/opening). `a href="x" id="y"`. See [elsewhere](https://elsewhere.example/a?b=1&c=2).
    """


def with_url() -> str:
    return helpers.FILES["content/site.yaml"].rstrip(" ") + f"    url: {URL}/\n"


def build(root: Path) -> Any:
    assert command.main(["build", "--root", str(root)]) == 0
    read = feedparser.parse((root / "site/feed.xml").read_bytes())
    assert not read.bozo, read.get("bozo_exception")
    return read


@pytest.fixture(scope="module")
def root(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    changes = {"content/site.yaml": with_url(), "content/story/index.md": FRONT, "content/story/exhibits.yaml": None}
    return helpers.write_site(tmp_path_factory.mktemp("feeds"), changes)


def test_a_story_stands_in_it_with_its_dates_and_address(root: Path) -> None:
    read = build(root)
    assert (read.feed.title, read.feed.language) == ("A site", "en")
    assert read.feed.id == f"{URL}/feed.xml"
    (entry,) = read.entries
    assert entry.title in {"Cheap &amp; &lt;cheerful&gt;", "Cheap & <cheerful>"}
    assert (entry.id, entry.link) == (f"{URL}/story/index.html", f"{URL}/story/index.html")
    assert (entry.published, entry.summary) == ("2026-11-24T00:00:00Z", "A standfirst.")


def test_a_correction_is_a_change(root: Path) -> None:
    (entry,) = build(root).entries
    assert entry.updated == "2026-12-01T00:00:00Z"
    content = entry.content[0].value
    assert "It was red." in content
    assert "It was blue." in content


def test_the_text_is_whole_and_its_addresses_absolute(root: Path) -> None:
    (entry,) = build(root).entries
    content = LexborHTMLParser(entry.content[0].value)
    assert content.body
    assert "A shop opened" in content.body.text()
    assert 'a href="x" id="y"' in content.body.text(), "words that look like a tag's are words"
    addresses = [node.attributes["href"] or "" for node in content.css("[href]")]
    assert "https://elsewhere.example/a?b=1&c=2" in addresses
    assert f"{URL}/story/text.html#n1" in addresses
    assert all(address.startswith("https://") for address in addresses)
    assert not content.css("h1, [id], [class], script, style")


def test_a_story_that_was_not_made_anew_stays_in_it_whole(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, Path(__file__).parent / "sites/two-stories")
    settings = root / "content/site.yaml"
    settings.write_text(settings.read_text() + f"url: {URL}\n")
    older = root / "content/older/index.md"
    older.write_text(older.read_text("utf-8").replace("published: 2019-11\n", "published: 2019-11-30\n"), "utf-8")
    before = build(root)
    older.open("a").write("\nOne word more.\n")
    after = build(root)
    assert [entry.id for entry in after.entries] == [f"{URL}/newer/index.html", f"{URL}/older/index.html"]
    assert after.entries[0] == before.entries[0]
    assert "One word more." in after.entries[1].content[0].value


def test_each_language_has_its_own(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, Path(__file__).parent / "sites/two-languages")
    settings = root / "content/site.yaml"
    settings.write_text(settings.read_text("utf-8") + f"url: {URL}\n", "utf-8")
    found = feedparser.parse((built(root) / "ko/feed.xml").read_bytes())
    assert found.feed.language == "ko"
    assert found.feed.links[0].href == f"{URL}/ko/feed.xml"


def built(root: Path) -> Path:
    command.main(["build", "--root", str(root)])
    return root / "site"


def test_pages_beside_the_story_lead_to_it(root: Path) -> None:
    build(root)
    page = LexborHTMLParser((root / "site/story/about.html").read_bytes())
    (link,) = page.css('link[type="application/atom+xml"]')
    assert (root / "site/story" / (link.attributes["href"] or "")).resolve() == (root / "site/feed.xml").resolve()


@pytest.mark.parametrize("date", ["", "published: 2026-11\n", "published: XXXX-12-11\n"])
def test_a_story_whose_day_is_not_known_is_left_out(date: str, tmp_path: Path) -> None:
    story = FRONT.replace("    published: 2026-11-24\n", f"    {date}" if date else "")
    root = helpers.write_site(tmp_path, {"content/site.yaml": with_url(), "content/story/index.md": story})
    (root / "content/story/exhibits.yaml").unlink()
    assert build(root).entries == []


def test_without_the_sites_url_there_is_none(tmp_path: Path) -> None:
    site = built(helpers.write_site(tmp_path))
    assert not (site / "feed.xml").exists()
    assert b"atom+xml" not in (site / "story/about.html").read_bytes()


def test_only_the_newest_stories_stand_in_it() -> None:
    heading = feeds.Heading(f"{URL}/feed.xml", f"{URL}/index.html", "A site", "A publisher", "en")
    days = [f"2026-01-{day:02}" for day in range(1, 29)]
    entries = [feeds.Entry(f"{URL}/{day}", day, "", day, day, "") for day in days]
    read = feedparser.parse(feeds.feed(heading, entries))
    assert [entry.title for entry in read.entries] == days[::-1][: feeds.MOST_ENTRIES]


def test_signs_that_xml_cannot_hold_are_left_out() -> None:
    heading = feeds.Heading(f"{URL}/feed.xml", f"{URL}/index.html", "A\x0b site\x00", "A publisher", "en")
    assert not feedparser.parse(feeds.feed(heading, [])).bozo
