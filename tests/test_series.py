"""Stories together: the index, series, tags, and the sources of all of them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from microsite import command, pipeline, reach, sourcepages
from microsite.command import order_for
from microsite.subjects import MOST_SIGNS, address_name
from tests import trees
from tests.browser import made_up

pytestmark = pytest.mark.usefixtures("compiled_once")

SITES = trees.ROOT / "tests/sites"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three stories, two of them of a series, in two languages; built."""
    root = trees.lay_over(tmp_path / "site-with-a-series", SITES / "series")
    build(root)
    return root


def build(root: Path) -> pipeline.Result:
    return pipeline.build(order_for(str(root)))


def rewrite(root: Path, story: str, old: str, new: str) -> pipeline.Result:
    """Change one place of a story, build, and see that a first build would have come to the same."""
    path = root / f"content/{story}/index.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    result = build(root)
    fresh = root.parent / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("site", ".microsite"))
    assert (build(fresh).outcome, result.outcome) == ("built", "built")
    assert trees.bytes_of(root / "site") == trees.bytes_of(fresh / "site")
    return result


def page(root: Path, path: str) -> LexborHTMLParser:
    return LexborHTMLParser((root / "site" / path).read_bytes())


def links(part: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    return [str(link.attributes["href"]) for link in part.css(selector)]


def common(result: pipeline.Result) -> set[str]:
    """The pages of no story that were written, in the first language."""
    return {path for path in result.written if path.endswith(".html") and path.partition("/")[0] not in STORIES}


STORIES = ("harbour", "market", "ferry", "ko")


# --- The index -------------------------------------------------------------------------------------------------------


def test_the_index_leads_with_the_newest_story_and_has_the_others_after_it(root: Path) -> None:
    index = page(root, "index.html")
    assert links(index, ".lead h2 a") == ["ferry/index.html"]
    assert links(index, ".cards h2 a") == ["market/index.html", "harbour/index.html"]


def test_the_lead_shows_its_picture_with_alternative_text_and_credit(root: Path) -> None:
    lead = page(root, "ko/index.html").css_first(".lead")
    assert lead
    picture, credit = lead.css_first("img"), lead.css_first("figcaption")
    assert picture
    assert credit
    assert picture.attributes["alt"] == "선착장 사진을 대신하는 그림."
    assert (root / "site/ko" / str(picture.attributes["src"])).is_file()
    assert credit.text() == "우리가 그린 그림"


def test_a_story_without_a_year_comes_after_those_with_a_day(root: Path) -> None:
    rewrite(root, "ferry", "published: 2018-01-20", "published: XXXX-01-20")
    assert links(page(root, "index.html"), ".cards h2 a") == ["harbour/index.html", "ferry/index.html"]


def test_a_site_with_a_front_story_keeps_its_index_beside_it(root: Path) -> None:
    site = root / "content/site.yaml"
    site.write_text(f"{site.read_text('utf-8')}front: market\n", "utf-8")
    assert build(root).outcome == "built"
    assert links(page(root, "stories.html"), "h2 a")[0] == "ferry/index.html"
    assert "stories.html" in links(page(root, "index.html"), "footer a")
    assert links(page(root, "index.html"), "a[rel=prev]") == ["harbour/index.html"]
    assert links(page(root, "harbour/index.html"), "a[rel=next]") == ["../index.html"]


# --- Series ----------------------------------------------------------------------------------------------------------


def test_parts_follow_by_their_days_and_lead_to_each_other(root: Path) -> None:
    assert links(page(root, "series/the-harbour.html"), "h2 a") == ["../harbour/index.html", "../market/index.html"]
    first, second = page(root, "harbour/index.html"), page(root, "ko/market/index.html")
    assert links(first, "[rel=prev]") == []
    assert links(first, "[rel=next]") == ["../market/index.html"] * 2
    assert links(second, "a[rel=prev]") == ["../../ko/harbour/index.html"]


def test_a_number_goes_before_a_day(root: Path) -> None:
    result = rewrite(root, "market", "status:", "part: 1\nstatus:")
    assert links(page(root, "series/the-harbour.html"), "h2 a") == ["../market/index.html", "../harbour/index.html"]
    assert set(result.stories_made) == {"harbour", "market"}


def test_a_story_of_no_series_has_no_word_of_any(root: Path) -> None:
    page_ = (root / "site/ferry/index.html").read_text("utf-8")
    assert not re.search(r"series|\bpart\b|rel=\"(prev|next)", page_)


def test_the_only_part_of_a_series_has_nothing_before_and_after_it(root: Path) -> None:
    rewrite(root, "market", "series: {en: The harbour, ko: 항구}", "series: {en: The market, ko: 시장}")
    assert links(page(root, "harbour/index.html"), "[rel=prev], [rel=next]") == []
    assert links(page(root, "index.html"), "#series + .tags a") == ["series/the-harbour.html", "series/the-market.html"]


def test_a_neighbour_is_made_anew_where_a_headline_changes_and_no_other_story(root: Path) -> None:
    result = rewrite(root, "market", "What the market says", "What a market says")
    assert result.stories_made == ("harbour", "market")
    assert "What a market says" in page(root, "harbour/index.html").css_first("a[rel=next]").text()  # type: ignore[union-attr]


def test_a_draft_is_no_part(root: Path) -> None:
    rewrite(root, "market", "status: published", "status: draft")
    assert links(page(root, "series/the-harbour.html"), "h2 a") == ["../harbour/index.html"]


def test_machines_are_told_of_which_series_a_story_is_what_part(root: Path) -> None:
    told = page(root, "ko/market/text.html").css_first("script[type='application/ld+json']")
    assert told
    data = json.loads(told.text())
    assert data["isPartOf"]["name"] == "항구"
    assert data["isPartOf"]["url"] == "https://harbour.example/ko/series/the-harbour.html"
    assert data["position"] == 2


# --- Tags ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Shops", "shops"),
        ("  Far & wide, ", "far-wide"),
        ("Café life", "cafe-life"),
        ("Straße", "strasse"),
        ("무역", "xn--v92b49q"),
        ("无", "xn--rgv"),
        ("?!", ""),
    ],
)
def test_the_name_of_a_tag_in_addresses_is_plain_ascii(words: str, name: str) -> None:
    assert address_name(words) == name


def test_tags_in_other_scripts_have_addresses_of_their_own_and_long_ones_are_cut() -> None:
    tags = ["무역", "무역 전쟁", "가게", "商店", "店", "हिन्दी", "हन्द", "x" * 300, "x" * 301, "무" * 300]
    names = [address_name(tag) for tag in tags]
    assert len(set(names)) == len(tags)
    assert all(name.isascii() and 0 < len(name) <= MOST_SIGNS for name in names)


def test_a_tag_has_a_page_in_each_language_at_the_same_address(root: Path) -> None:
    for folder, words in (("", "Shops"), ("ko/", "가게")):
        tag = page(root, f"{folder}tags/shops.html")
        assert tag.css_first("h1").text() == words  # type: ignore[union-attr]
        assert links(tag, "h2 a") == ["../market/index.html", "../harbour/index.html"]
        assert links(tag, "link[hreflang=ko]") == ["https://harbour.example/ko/tags/shops.html"]
    assert links(page(root, "harbour/about.html"), ".tags a") == ["../tags/shops.html", "../tags/cafe-life.html"]


def test_a_tag_that_is_called_otherwise_in_another_story_is_told_in_whatever_language(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / "content/market/index.md"
    path.write_text(path.read_text("utf-8").replace("ko: 가게}", "ko: 상점}"), "utf-8")
    assert command.main(["check", "--json", "--root", str(root)]) == command.CONTENT_HAS_ERRORS
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert (found["file"], found["line"], found["kind"]) == ("content/market/index.md", 8, "same-address")
    assert build(root).outcome == "stopped"


# --- What is made anew -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "pages"),
    [
        ("Nobody says when", "No one says when", {"index.html", "tags/shops.html", "tags/cafe-life.html", "series/the-harbour.html"}),
        ("{en: Café life, ko: 다방}", "{en: Tea, ko: 차}", {"index.html", "tags/shops.html", "tags/tea.html", "series/the-harbour.html"}),
        ("a witness says", "as a witness says", set()),
        ("seed:paper/place), a", "seed:register/entry), a", {"index.html", "all-sources.html", "series/the-harbour.html", "tags/shops.html", "tags/cafe-life.html"}),
    ],
)  # fmt: skip
def test_an_edit_renews_the_shared_pages_that_show_it_and_no_others(
    old: str, new: str, pages: set[str], root: Path
) -> None:
    if "seed:" in old:  # both editions cite the same
        path = root / "content/harbour/index.ko.md"
        path.write_text(path.read_text("utf-8").replace("seed:paper/place)는", "seed:register/entry)는"), "utf-8")
        path.write_text(re.sub(r"\(seed:paper/place\)\.", "(seed:register/entry).", path.read_text("utf-8"), count=1))
    result = rewrite(root, "harbour", old, new)
    assert common(result) == pages


def test_a_spoilt_shared_page_is_made_again(root: Path) -> None:
    before = trees.bytes_of(root / "site")
    (root / "site/all-sources.html").write_text("spoilt", "utf-8")
    (root / "site/tags/shops.html").unlink()
    build(root)
    assert trees.bytes_of(root / "site") == before


def test_the_manifest_lists_pages_that_were_kept(root: Path) -> None:
    rewrite(root, "ferry", "It crossed", "It went over")
    listed = json.loads((root / "site/manifest.json").read_text("utf-8"))["files"]
    assert {"all-sources.html", "ko/tags/shops.html", "series/the-harbour.html"} <= set(listed)


# --- The sources of all stories --------------------------------------------------------------------------------------


class Told(NamedTuple):
    """What becomes of the claims of one story."""

    story: str
    falls: int
    weakens: int
    strengthens: int


CASES = ("series", "contested", "withdrawn-voice", "corrected", "made-up")


@pytest.mark.parametrize("case", CASES)
def test_the_page_says_of_each_withdrawal_what_check_says(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = made_up.write(tmp_path) if case == "made-up" else trees.lay_over(tmp_path, SITES / case)
    assert build(root).outcome == "built"
    asked = 0
    for source in page(root, "all-sources.html").css(".source"):
        for number, switch in enumerate(source.css("input")):
            name = str(switch.attributes["id"]).removeprefix("w-").replace("--", "@")
            capsys.readouterr()
            if "disabled" not in switch.attributes:
                command.main(["check", "--withdraw", name, "--root", str(root)])
                lines = capsys.readouterr().out.splitlines()
                checked = {told for told in map(told_by_check, lines) if told and any(told[1:])}
                shown = {told_by_page(line, number) for line in source.css("li") if line.css_first(f".t{number}")}
                assert {told for told in shown if any(told[1:])} == checked, name
                asked += 1
    assert asked


def told_by_check(line: str) -> Told | None:
    found = re.fullmatch(r"([\w-]+): without .* claims (\d+) fall, (\d+) weaken and (\d+) strengthen\.", line)
    return Told(found[1], *map(int, found.groups()[1:])) if found else None


def told_by_page(line: LexborNode, number: int) -> Told:
    words = line.css_first(f".t{number}").text()  # type: ignore[union-attr]
    numbers = (re.search(rf"(\d+) claims? {what}", words) for what in ("fall", "weaken", "strengthen"))
    return Told(links(line, "a")[0].split("/")[0], *(int(found[1]) if found else 0 for found in numbers))


def test_every_source_names_the_stories_that_rest_on_it_those_with_most_first(root: Path) -> None:
    sources = page(root, "all-sources.html").css("details")
    assert [source.attributes["id"] for source in sources] == ["d-paper", "d-register", "d-letter"]
    assert links(sources[1], "li a") == ["ferry/evidence.html", "harbour/evidence.html"]


def test_of_many_stories_on_one_source_each_says_only_what_the_whole_document_does(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "MOST_STORIES_IN_FULL", 1)
    (root / "site/all-sources.html").unlink()
    build(root)
    many, _, few = page(root, "all-sources.html").css(".source")
    assert [bool(many.css(f".t{number}")) for number in (0, 1)] == [True, False]
    assert "3 claims" in many.css("li")[1].text()
    assert [bool(few.css(f".t{number}")) for number in (0, 1)] == [True, True]


def test_sources_too_many_for_a_page_are_listed_and_those_of_several_stories_have_pages(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {source.attributes["id"]: source for source in page(root, "all-sources.html").css(".source")}
    monkeypatch.setattr(sourcepages, "MOST_ON_ONE_PAGE", 1)
    monkeypatch.setattr(sourcepages, "MOST_IN_A_LIST", 2)
    (root / "site/all-sources.html").unlink()
    assert build(root).outcome == "built"
    listed = [page(root, name) for name in ("all-sources.html", "all-sources-2.html")]
    assert [line.attributes["id"] for each in listed for line in each.css("li.listed")] == [*whole]
    assert links(listed[0], "nav.lists a") == ["all-sources.html", "all-sources-2.html"]
    assert links(listed[0], "li.listed a") == ["all-sources/paper.html", "all-sources/register.html"]
    assert links(listed[1], "li.listed a") == ["market/evidence.html"], "one story's page says it all"
    for id in ("paper", "register"):
        alone = page(root, f"all-sources/{id}.html")
        assert said(alone, "li") == said(whole[f"d-{id}"], "li")
        assert said(alone, "label") == said(whole[f"d-{id}"], "label")
        consequences = said(whole[f"d-{id}"], ".consequences")
        assert said(alone, ".consequences") == consequences
        assert said(listed[0], f"#d-{id} p") == consequences[:1]
        assert (root / "site/ko/all-sources" / f"{id}.html").is_file()
    mapped = (root / "site/sitemap.xml").read_text("utf-8")
    for name in ("all-sources-2.html", "all-sources/paper.html", "ko/all-sources/register.html"):
        assert f"/{name}</loc>" in mapped


def said(part: LexborHTMLParser | LexborNode, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in part.css(f".source {selector}, .listed{selector}")]


def test_a_withdrawn_source_says_so_and_has_no_switch(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, SITES / "withdrawn-voice")
    build(root)
    gone = page(root, "all-sources.html").css("input[disabled]")
    assert all("Withdrawn already." in switch.parent.text() for switch in gone if switch.parent)
