"""What pages tell other sites to show of them, and the picture that goes with it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from microsite import command, pipeline, socialcard
from microsite.command import order_for
from microsite.diagnostics import Diagnostic
from tests import helpers, right_to_left, trees

pytestmark = pytest.mark.usefixtures("compiled_once")

SITES = Path(__file__).parent / "sites"
URL = "https://paper.example/coats"


def with_url(root: Path) -> Path:
    with (root / "content/site.yaml").open("a", encoding="utf-8") as file:
        file.write(f"url: {URL}\n")
    return root


def small(root: Path, **front: str) -> Path:
    """A small site at an address, with other front matter or more."""
    lines = "".join(f"{key}: {value}\n" for key, value in {"title": "A title", **front}.items())
    story = dedent(helpers.STORY).replace("title: A title\n", lines)
    return with_url(helpers.write_site(root, {"content/story/index.md": story}))


def build(root: Path, *, drafts: bool = False) -> pipeline.Result:
    return pipeline.build(order_for(str(root), drafts=drafts))


def told(page: Path) -> dict[str, str]:
    nodes = LexborHTMLParser(page.read_bytes()).css('meta[property],meta[name^="twitter:"]')
    pairs = [(node.attributes.get("property") or node.attributes["name"], node.attributes["content"]) for node in nodes]
    assert len(dict(pairs)) == len(pairs)
    return {str(name): str(value) for name, value in pairs}


def cards(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "site/images").glob("*-card-*"))


@pytest.fixture(scope="module")
def three(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own site, in three languages."""
    root = tmp_path_factory.mktemp("three")
    for folder in ("content", "seeds"):
        trees.lay_over(root / folder, trees.ROOT / folder)
    assert build(with_url(root)).outcome == "built"
    return root / "site"


# --- What pages say --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["index.html", "ko/index.html", "zh-Hans/index.html", "zh-Hans/evidence.html"])
def test_page_says_what_other_sites_show_of_it(page: str, three: Path) -> None:
    read, found = LexborHTMLParser((three / page).read_bytes()), told(three / page)
    title, description = read.css_first("title"), read.css_first("meta[name=description]")
    assert title
    assert description
    assert found["og:title"] == title.text()
    assert found["og:description"] == description.attributes["content"]
    assert (found["og:type"], found["og:url"]) == ("article", f"{URL}/{page}")
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["og:image:alt"] in found["og:title"] or page.endswith("evidence.html")
    assert found["twitter:card"] == "summary_large_image"


@pytest.mark.parametrize("edition", ["", "ko/", "zh-Hans/"])
def test_card_of_each_language_is_where_its_pages_say(edition: str, three: Path) -> None:
    found = told(three / f"{edition}index.html")
    picture = three / found["og:image"].removeprefix(f"{URL}/")
    with Image.open(io.BytesIO(picture.read_bytes())) as opened:
        assert (opened.format, opened.size) == ("PNG", (1200, 630))
    assert picture.stat().st_size < 60_000
    assert {told(three / f"{edition}{name}.html")["og:image"] for name in ("index", "evidence", "text", "prices")} == {
        found["og:image"]
    }


def test_each_language_has_a_card_of_its_own(three: Path) -> None:
    assert len({told(three / f"{edition}index.html")["og:image"] for edition in ("", "ko/", "zh-Hans/")}) == 3
    assert len([*three.glob("images/*-card-*")]) == 3


@pytest.mark.parametrize("page", ["index.html", "ko/index.html", "zh-Hans/index.html"])
def test_tags_keep_to_the_open_graph_protocol(page: str, three: Path) -> None:
    """Its four required properties, and what describes a picture right behind the picture."""
    found = told(three / page)
    assert {"og:title", "og:type", "og:image", "og:url"} <= found.keys()
    names = list(found)
    at = names.index("og:image")
    assert names[at + 1 : at + 4] == ["og:image:width", "og:image:height", "og:image:alt"]
    assert all(found[name].startswith("https://") for name in ("og:image", "og:url"))
    assert all(value.strip() for value in found.values())


def test_machines_that_read_news_are_told_of_it(three: Path) -> None:
    for edition in ("", "ko/"):
        (node,) = LexborHTMLParser((three / f"{edition}text.html").read_bytes()).css(
            'script[type="application/ld+json"]'
        )
        assert json.loads(node.text())["thumbnailUrl"] == told(three / f"{edition}index.html")["og:image"]


def test_card_is_on_the_list_of_published_files(three: Path) -> None:
    listed = (three / "manifest.json").read_text(encoding="utf-8")
    assert all(f"images/{path.name}" in listed for path in three.glob("images/*-card-*"))


def test_pages_of_no_story_name_no_picture(tmp_path: Path) -> None:
    root = with_url(trees.lay_over(tmp_path, SITES / "two-stories"))
    assert build(root).outcome == "built"
    found = told(root / "site/index.html")
    assert found["twitter:card"] == "summary"
    assert "og:image" not in found
    assert len(cards(root)) == 2


def test_without_the_sites_url_there_is_no_card(tmp_path: Path) -> None:
    root = helpers.write_site(tmp_path)
    assert build(root).outcome == "built"
    assert b"og:" not in (root / "site/story/index.html").read_bytes()
    assert cards(root) == []


# --- What stands on it -----------------------------------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[socialcard.Card]:
    """The cards that are drawn from here on."""
    asked: list[socialcard.Card] = []
    real = socialcard.drawn

    def noting(card: socialcard.Card) -> bytes:
        asked.append(card)
        return real(card)

    monkeypatch.setattr("microsite.cardpress.drawn", noting)
    return asked


def test_words_of_a_card_are_those_of_the_page(tmp_path: Path, drawn: list[socialcard.Card]) -> None:
    for folder in ("content", "seeds"):
        trees.lay_over(tmp_path / folder, trees.ROOT / folder)
    build(with_url(tmp_path))
    assert sorted(card.language for card in drawn) == ["en", "ko", "zh-Hans"]
    for card in drawn:
        edition = "" if card.language == "en" else f"{card.language}/"
        page = LexborHTMLParser((tmp_path / f"site/{edition}index.html").read_bytes())
        known = " ".join(node.text() for node in page.css(".known h2,.known>p"))
        label, _, sentence = card.standing.replace("：", ": ").partition(": ")
        assert [node.text() for node in page.css(".name")] == [card.name]
        assert told(tmp_path / f"site/{edition}index.html")["og:title"].startswith(card.headline)
        assert label in known
        assert sentence in known


def test_story_that_marks_no_claim_says_so(tmp_path: Path, drawn: list[socialcard.Card]) -> None:
    story = "---\ntitle: A title\nstandfirst: A standfirst.\nstatus: published\n---\n\nProse.\n"
    root = helpers.write_site(
        tmp_path,
        {"content/story/index.md": story, "content/story/exhibits.yaml": None, "content/story/prices.yaml": None},
    )
    assert build(with_url(root)).outcome == "built"
    assert [card.standing for card in drawn] == ["This story marks no claim."]


def test_headline_of_its_own_stands_on_the_card_alone(tmp_path: Path, drawn: list[socialcard.Card]) -> None:
    root = small(tmp_path, title="陶喆’s shop", card_title="Tao’s shop")
    assert build(root).outcome == "built"
    assert [card.headline for card in drawn] == ["Tao’s shop"]
    assert "陶喆’s shop" in (root / "site/story/index.html").read_text(encoding="utf-8")
    assert told(root / "site/story/index.html")["og:image:alt"] == "Tao’s shop"


# --- What cannot be drawn --------------------------------------------------------------------------------------------


def problems(result: pipeline.Result) -> list[tuple[str, str]]:
    kept: list[Diagnostic] = [each for each in result.diagnostics if each.kind == "missing-glyph"]
    return [(str(each.at), each.severity) for each in kept]


@pytest.mark.parametrize(
    ("front", "place"),
    [
        ({"title": "The shop of 陶喆"}, "content/story/index.md:2:21"),
        ({"title": '"A \\U0001F3EA opened"'}, "content/story/index.md:2:11"),
        ({"title": "A title", "card_title": "The shop of 喆"}, "content/story/index.md:3:25"),
    ],
)
def test_sign_that_no_card_can_show_is_an_error_at_its_place(front: dict[str, str], place: str, tmp_path: Path) -> None:
    root = small(tmp_path, **front)
    result = build(root)
    assert result.outcome == "stopped"
    assert problems(result) == [(place, "error")]
    assert not (root / "site").exists()


def test_sign_in_the_sites_title_is_told_once_and_there(tmp_path: Path) -> None:
    root = with_url(trees.lay_over(tmp_path, SITES / "two-stories"))
    settings = root / "content/site.yaml"
    lines = settings.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines, 1) if line.startswith("title:"))
    lines[at - 1] = "title: The 喆 paper"
    settings.write_text("\n".join(lines) + "\n", "utf-8")
    assert problems(build(root)) == [(f"content/site.yaml:{at}:12", "error")]


def test_sign_in_a_translation_is_told_at_the_translation(tmp_path: Path) -> None:
    root = with_url(trees.lay_over(tmp_path, SITES / "two-languages"))
    story = root / "content/story/index.md"
    title = "title: {en: A shop opened, ko: 가게가 문을 열었다}"
    text = story.read_text("utf-8")
    assert title in text
    story.write_text(text.replace(title, title.replace("었다", "었쀍")), "utf-8")
    assert problems(build(root)) == [(f"content/story/index.md:2:{title.index('었다') + 2}", "error")]


def test_without_the_sites_url_every_sign_may_stand_in_a_headline(tmp_path: Path) -> None:
    story = helpers.replaced("content/story/index.md", "title: A title", "title: The shop of 陶喆")
    assert build(helpers.write_site(tmp_path, story)).outcome == "built"


def test_draft_with_such_a_sign_stops_no_published_build(tmp_path: Path) -> None:
    root = small(tmp_path, title="The shop of 陶喆")
    story = root / "content/story/index.md"
    story.write_text(story.read_text("utf-8").replace("published", "draft"), "utf-8")
    result = build(root)
    assert (result.outcome, problems(result)) == ("built", [("content/story/index.md:2:21", "warning")])
    assert cards(root) == []


def test_language_set_from_right_to_left_has_no_card_rather_than_a_wrong_one(tmp_path: Path) -> None:
    root = with_url(right_to_left.write(tmp_path))
    assert build(root).outcome == "built"
    assert told(root / "site/index.html")["twitter:card"] == "summary_large_image"
    found = told(root / "site/ar/index.html")
    assert found["twitter:card"] == "summary"
    assert "og:image" not in found
    assert len(cards(root)) == 1


# --- From build to build ---------------------------------------------------------------------------------------------


def test_card_is_drawn_once_and_again_only_for_other_words(tmp_path: Path, drawn: list[socialcard.Card]) -> None:
    root = small(tmp_path)
    build(root)
    (first,) = cards(root)
    story = root / "content/story/index.md"
    as_it_was = story.read_text("utf-8")
    story.write_text(f"{as_it_was}\nMore prose.\n", "utf-8")
    result = build(root)
    assert (result.outcome, len(drawn), cards(root)) == ("built", 1, [first])
    assert f"images/{first}" not in result.written
    story.write_text(as_it_was.replace("A title", "Another title"), "utf-8")
    result = build(root)
    (second,) = cards(root)
    assert (len(drawn), second != first) == (2, True)
    assert f"images/{first}" in result.removed
    story.write_text(as_it_was, "utf-8")
    build(root)
    assert (len(drawn), cards(root)) == (2, [first])


def test_spoilt_card_is_brought_anew(tmp_path: Path) -> None:
    root = small(tmp_path)
    build(root)
    (name,) = cards(root)
    path = root / "site/images" / name
    good = path.read_bytes()
    path.write_bytes(b"spoilt")
    assert build(root).outcome == "built"
    assert path.read_bytes() == good


def test_many_cards_are_shared_out_and_told_as_they_come(tmp_path: Path) -> None:
    count = 60
    files = {
        f"content/story-{n}/index.md": helpers.FILES["content/story/index.md"].replace("A title", f"Title {n}")
        for n in range(count)
    }
    files |= {
        f"content/story-{n}/{name}": helpers.FILES[f"content/story/{name}"]
        for n in range(count)
        for name in ("exhibits.yaml", "prices.yaml")
    }
    root = with_url(helpers.write_site(tmp_path, files))
    said: list[Any] = []
    result = pipeline.build(order_for(str(root))._replace(processes=2), progress=lambda *each: said.append(each))
    assert result.outcome == "built"
    assert len(cards(root)) == count + 1
    assert [each for each in said if each[0] == "cards"][-1] == ("cards", count + 1, count + 1)


def test_command_says_what_to_do_about_a_sign(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = small(tmp_path, title="The shop of 陶喆")
    capsys.readouterr()
    assert command.main(["check", "--root", str(root)]) == command.CONTENT_HAS_ERRORS
    output = "".join(capsys.readouterr())
    assert "`喆` (U+5586)" in output
    assert "card_title" in output
