"""The offline edition: the whole story in one file, saying the same as the pages it is made of, and asking for nothing."""

from __future__ import annotations

import shutil
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from microsite import audit, command, pipeline, tripwires
from microsite.command import order_for
from microsite.order import TRIPWIRES_VARIABLE
from tests import trees
from tests.helpers import write_site
from tests.pictures import noise, saved, segment

MOST_BYTES = 300_000
EDITIONS = ("", "ko/", "zh-Hans/")
URL = "https://paper.example/dandong"


def build(root: Path, *names: str) -> Path:
    trees.lay_over(root, *(trees.ROOT / "tests" / "sites" / name for name in names))
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root / "site"


def own(root: Path, more: str = "") -> Path:
    for folder in ("content", "seeds"):
        trees.lay_over(root / folder, trees.ROOT / folder)
    with (root / "content/site.yaml").open("a", encoding="utf-8") as file:
        file.write(more)
    return build(root)


@pytest.fixture(scope="module")
def site(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own site."""
    return own(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def everything(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("everything"), "everything")


def opened(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_bytes())


def words_of(page: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(selector)]


def ids(page: LexborHTMLParser, selector: str) -> list[str]:
    return [str(node.attributes["id"]) for node in page.css(selector)]


# --- It is the story -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_is_under_300_kb_for_the_story_of_this_repository(site: Path, edition: str) -> None:
    assert len((site / edition / "offline.html").read_bytes()) < MOST_BYTES


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_has_the_claims_figures_and_notes_of_the_pages_and_of_the_text_only_edition(
    site: Path, edition: str
) -> None:
    folder = site / edition
    offline, story, evidence, text = (
        opened(folder / name) for name in ("offline.html", "index.html", "evidence.html", "text.html")
    )
    assert ids(offline, "#evidence .claims > li") == ids(evidence, ".claims > li")
    assert words_of(offline, ".sentence mark") == words_of(evidence, ".sentence mark")
    assert ids(offline, "#story .claim") == ids(story, ".claim")
    assert set(ids(text, "main span[id]")) == {id.removeprefix("e-") for id in ids(offline, "#evidence .claims > li")}
    assert words_of(offline, "#story .figure") == words_of(story, ".figure")
    assert words_of(offline, "#story .note") == words_of(story, ".note")
    assert words_of(offline, "#evidence .grounds") == words_of(evidence, ".grounds")
    assert ids(offline, "figure") == ids(story, "figure") == ids(text, "[id^=x-]")
    assert ids(offline, ".annotation") == ids(story, ".annotation") == ids(text, "[id^=x-] li")
    assert ids(offline, "tr[id^=p-]") == ids(text, "[id^=p-]")


def test_it_has_the_corrections_sources_and_answers_of_the_pages(everything: Path) -> None:
    pages = list(everything.rglob("offline.html"))
    assert pages
    for page in pages:
        offline = opened(page)
        for part in ("evidence", "prices", "sources", "about"):
            beside = page.with_name(f"{part}.html")
            if beside.is_file():
                assert words_of(offline, f"#{part} > .wrap") == words_of(opened(beside), "main > .wrap"), part
        text = words_of(opened(page.with_name("text.html")), ".correction del")
        assert text == words_of(offline, ".correction del")


def test_a_notice_of_the_edition_stands_once(site: Path) -> None:
    assert len(opened(site / "ko/index.html").css("main > .notice")) == 1
    assert len(opened(site / "ko/offline.html").css(".part > .notice")) == 1


# --- It stands alone -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_link_leads_to_a_place_in_it_or_to_a_source(site: Path, edition: str) -> None:
    offline = opened(site / edition / "offline.html")
    here = {*ids(offline, "[id]")}
    assert len(here) == len(offline.css("[id]"))
    for link in offline.css("a[href]"):
        address = str(link.attributes["href"])
        assert address.startswith("https://") or address.removeprefix("#") in here, address
    for asked in offline.css("[src], link, image, source, script"):
        assert str(asked.attributes.get("src")).startswith("data:image/png;base64,"), asked.html


def test_claims_lead_to_their_evidence_and_back(site: Path) -> None:
    offline = opened(site / "offline.html")
    for claim in offline.css("#story .claim"):
        (link,) = claim.css("a")
        assert link.attributes["href"] == f"#e-{claim.attributes['id']}"
    back = [str(link.attributes["href"]).removeprefix("#") for link in offline.css(".sentence a")]
    assert {*back} <= {*ids(offline, ".claim")}


def test_marks_of_every_part_open_notes_of_their_own(site: Path) -> None:
    offline = opened(site / "offline.html")
    notes = ids(offline, ".note")
    assert notes == [str(number) for number in range(1, len(notes) + 1)]
    for part in ("story", "about"):
        told = {mark.attributes["popovertarget"] for mark in offline.css(f"#{part} .mark")}
        assert told == {*ids(offline, f"#{part} .note")}


def test_its_pictures_are_the_bytes_of_the_files_beside_it(site: Path) -> None:
    files = {path.read_bytes() for path in (site / "images").iterdir()}
    pictures = opened(site / "offline.html").css("img")
    assert pictures
    assert {b64decode(str(picture.attributes["src"]).partition(",")[2]) for picture in pictures} <= files


def test_where_the_site_has_a_url_what_is_elsewhere_is_linked(compiled_once: None, tmp_path: Path) -> None:
    offline = opened(own(tmp_path, f"url: {URL}\n") / "ko/offline.html")
    (canonical,) = offline.css("link")
    assert canonical.attributes == {"rel": "canonical", "href": f"{URL}/ko/index.html"}
    links = [str(link.attributes["href"]) for link in offline.css("a[href]")]
    for address in ("ko/index.html", "offline.html", "ko/prices.csv", "manifest.json", "ko/cite.bib"):
        assert f"{URL}/{address}" in links
    assert any(link.startswith(f"{URL}/zh-Hans/evidence.html#e-") for link in links)


def test_it_is_linked_from_the_about_page_and_the_text_only_edition(site: Path) -> None:
    for page in ("about.html", "text.html", "ko/about.html"):
        assert opened(site / page).css("a[href='offline.html']")


# --- Photographs, which are made last --------------------------------------------------------------------------------

ENTRY = "shop: {title: The shop, alt: A shop., caption: The shop., credit: A photographer, rights: With permission.}\n"


@pytest.fixture
def pictured(compiled_once: None, tmp_path: Path) -> Path:
    root = write_site(tmp_path / "site", {"content/story/exhibits.yaml": ENTRY})
    original = tmp_path / "shop.png"
    original.write_bytes(saved("PNG", noise((620, 400), 1)))
    assert command.main(["photo", str(original), "--exhibit", "story/shop", "--root", str(root)]) == command.FINE
    return root


def test_a_photograph_is_in_it_once_and_at_one_width(pictured: Path) -> None:
    assert command.main(["build", "--root", str(pictured)]) == command.FINE
    (picture,) = opened(pictured / "site/story/offline.html").css("img")
    assert {"srcset", "sizes", "loading"}.isdisjoint(picture.attributes)
    start, _, data = str(picture.attributes["src"]).partition(",")
    assert start == "data:image/jpeg;base64"
    assert b64decode(data) in {path.read_bytes() for path in (pictured / "site/images").glob("*.jpg")}


def test_it_is_the_same_whether_its_photograph_was_made_now_or_before(pictured: Path) -> None:
    site, page = pictured / "site", pictured / "site/story/offline.html"
    pipeline.build(order_for(str(pictured)))
    whole = page.read_bytes()
    page.unlink()
    assert pipeline.build(order_for(str(pictured))).outcome == "built"
    assert page.read_bytes() == whole
    shutil.rmtree(pictured / ".microsite")
    shutil.rmtree(site)
    pipeline.build(order_for(str(pictured)))
    assert page.read_bytes() == whole
    assert pipeline.build(order_for(str(pictured))).outcome == "unchanged"


# --- What is looked at before it is published ------------------------------------------------------------------------


def sealed(body: str, images: str = "data:") -> list[str]:
    page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src {images}; base-uri 'none'">
<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer"><title>x</title></head>
<body><h1 id="here">x</h1>{body}</body></html>"""
    return [found.kind for found in audit.page_facts("offline.html", page, f"{URL}/").problems]


def test_the_audit_lets_such_a_page_ask_for_nothing_and_link_to_nothing_beside_it() -> None:
    assert sealed('<img alt="" src="data:image/png;base64,AAAA"><a href="#here">x</a>') == []
    assert sealed('<img alt="" src="images/x.png">') == ["outside-request"]
    assert sealed('<link rel="icon" href="icon.svg">') == ["outside-request"]
    assert sealed('<img alt="" src="data:text/html;base64,AAAA">') == ["outside-request"]
    assert sealed('<a href="evidence.html">x</a>') == ["broken-link"]
    assert sealed(f'<a href="{URL}/evidence.html">x</a>') == []


def test_the_audit_lets_no_other_page_hold_its_pictures() -> None:
    assert sealed("", "'self' data:") == ["unsafe-markup"]
    assert sealed('<img alt="" src="data:image/png;base64,AAAA">', "'self'") == ["unsafe-markup"]


def test_tripwires_read_what_a_picture_in_a_page_carries_but_not_its_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRIPWIRES_VARIABLE, "Okhotsk Canary\nQ9")
    wires, _ = tripwires.read("nowhere")

    def hits(data: bytes) -> int:
        page = b'<img src="data:image/jpeg;base64,' + b64encode(data) + b'">'
        return len(tripwires.in_file(wires, "offline.html", page))

    picture = saved("JPEG", noise((64, 64), 1))
    assert hits(picture) == 0
    assert hits(picture[:2] + segment(0xFE, b"Okhotsk Canary") + picture[2:]) == 1
    assert tripwires.in_file(wires, "x.html", b"<p>data:image/png;base64,abcde Q9</p>")
