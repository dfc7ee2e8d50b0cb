"""The sitemap names every page in each of its languages, by addresses below the site's url that lead somewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from selectolax.lexbor import LexborHTMLParser

from microsite import audit, command, sitemap
from tests import helpers, trees

pytestmark = pytest.mark.usefixtures("compiled_once")

SITES = Path(__file__).parent / "sites"
URL = "https://paper.example/coats"
SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def built(root: Path, case: str, url: str = URL) -> Path:
    trees.lay_over(root, SITES / case)
    settings = root / "content/site.yaml"
    lines = [line for line in settings.read_text("utf-8").splitlines() if not line.startswith("url:")]
    settings.write_text("\n".join([*lines, f"url: {url}"]) + "\n", "utf-8")
    assert command.main(["build", "--root", str(root)]) == 0
    return root / "site"


def entries(site: Path) -> list[ET.Element]:
    return ET.parse(site / "sitemap.xml").getroot().findall("s:url", SPACES)


def text(entry: ET.Element, name: str) -> str | None:
    return entry.findtext(f"s:{name}", None, SPACES)


def canonical(page: Path) -> str | None:
    node = LexborHTMLParser(page.read_bytes()).css_first("link[rel=canonical]")
    return node.attributes["href"] if node else None


@pytest.mark.parametrize("case", ["two-languages", "front-and-another", "two-stories"])
def test_it_names_every_page_by_the_address_that_the_page_gives_itself(case: str, tmp_path: Path) -> None:
    site = built(tmp_path, case)
    own = {address for page in site.rglob("*.html") if (address := canonical(page))}
    listed = [text(entry, "loc") for entry in entries(site)]
    assert sorted(listed, key=str) == sorted(own)


def test_a_page_names_its_other_languages_and_itself(tmp_path: Path) -> None:
    (entry,) = (
        e for e in entries(built(tmp_path, "two-languages")) if (text(e, "loc") or "").endswith("/ko/story/about.html")
    )
    links = {link.get("hreflang"): link.get("href") for link in entry.findall("x:link", SPACES)}
    english = f"{URL}/story/about.html"
    assert links == {"en": english, "ko": f"{URL}/ko/story/about.html", "x-default": english}


def test_it_says_when_a_story_last_changed_as_far_as_that_is_known(tmp_path: Path) -> None:
    changed = {text(entry, "lastmod") for entry in entries(built(tmp_path, "two-stories"))}
    assert None in changed  # the index
    assert changed - {None} == {"2020-02-29", "2019-11"}


def test_more_pages_than_a_file_may_hold_make_several_and_a_list_of_them() -> None:
    pages = [sitemap.ListedPage({"en": f"{number}.html"}, "") for number in range(5)]
    files = sitemap.sitemaps(URL, pages, most=2)
    listed = ET.fromstring(files["sitemap.xml"]).findall("s:sitemap/s:loc", SPACES)
    assert [loc.text for loc in listed] == [f"{URL}/sitemap-{number}.xml" for number in (1, 2, 3)]
    parts = [ET.fromstring(files[f"sitemap-{number}.xml"]) for number in (1, 2, 3)]
    assert [len(part.findall("s:url", SPACES)) for part in parts] == [2, 2, 1]


def test_robots_may_read_everything_and_are_told_of_the_sitemap(tmp_path: Path) -> None:
    lines = (built(tmp_path, "two-stories") / "robots.txt").read_text().splitlines()
    rules = RobotFileParser()
    rules.parse(lines)
    assert rules.can_fetch("anybody", f"{URL}/older/index.html")
    assert rules.site_maps() == [f"{URL}/sitemap.xml"]


def test_without_the_sites_url_there_is_no_sitemap_and_robots_name_none(tmp_path: Path) -> None:
    root = helpers.write_site(tmp_path)
    assert command.main(["build", "--root", str(root)]) == 0
    assert not (root / "site/sitemap.xml").exists()
    assert (root / "site/robots.txt").read_text() == "User-agent: *\nAllow: /\n"


def test_the_audit_finds_addresses_that_lead_nowhere_or_elsewhere() -> None:
    xml = "".join(
        f"<url><loc>{address}</loc></url>" for address in (f"{URL}/a.html", f"{URL}/b.html", "https://other.example/")
    )
    facts = audit.listing_facts("sitemap.xml", xml, URL)
    found = audit.across({"sitemap.xml": facts}, {"a.html"})
    assert [problem.kind for problem in found] == ["broken-link", "broken-link"]
    assert "not below the site's url" in " ".join(problem.message for problem in found)
