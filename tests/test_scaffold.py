"""A new story builds at once, invents nothing, and never takes the place of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from microsite import pipeline
from microsite.command import main, order_for
from microsite.review import check_everything
from microsite.scaffold import NameTaken, new_story

THREE_LANGUAGES = """\
format: 1
title: {en: Harbour desk, ko: 항구, zh-Hans: 港口}
publisher: {en: Nobody, ko: 없음, zh-Hans: 无}
languages: [en, ko, zh-Hans]
"""
PLAIN_SITE = "format: 1\ntitle: Harbour desk\npublisher: Nobody\nlanguages: [en]\n"


def with_site(folder: Path, text: str) -> str:
    (folder / "content").mkdir()
    (folder / "content" / "site.yaml").write_text(text, encoding="utf-8")
    return str(folder)


def preview(root: str) -> pipeline.Result:
    return pipeline.build(order_for(root, drafts=True))


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_story_in_an_empty_folder_has_no_mistakes(tmp_path: Path) -> None:
    new_story(str(tmp_path), "harbour-fees")
    assert check_everything(order_for(str(tmp_path), drafts=True)) == ((), [])


def test_a_new_story_builds_at_once_in_a_preview(tmp_path: Path) -> None:
    new_story(str(tmp_path), "harbour-fees")
    result = preview(str(tmp_path))
    assert (result.outcome, result.stories_made) == ("built", ("harbour-fees",))
    pages = tmp_path / ".microsite" / "preview" / "site" / "harbour-fees"
    story = (pages / "index.html").read_text(encoding="utf-8")
    assert "Replace this headline" in story
    assert "two to three times" in story
    assert "several voices, one report" in story
    assert (pages / "exhibits" / "example-picture.html").is_file()
    assert (pages / "prices.csv").is_file()


def test_a_new_story_stays_out_of_a_published_build(tmp_path: Path) -> None:
    new_story(str(tmp_path), "harbour-fees")
    result = pipeline.build(order_for(str(tmp_path)))
    assert (result.outcome, result.diagnostics) == ("built", ())
    assert "index.html" in result.written
    assert not any(b"Replace this headline" in data for data in everything_in(tmp_path / "site").values())


def test_the_paths_given_are_the_files_made(tmp_path: Path) -> None:
    made = new_story(str(tmp_path), "harbour-fees")
    assert sorted(made) == sorted(everything_in(tmp_path))
    assert "content/harbour-fees/index.md" in made
    assert "seeds/harbour-fees-example.yaml" in made


def test_a_site_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    root = with_site(tmp_path, PLAIN_SITE)
    assert "content/site.yaml" not in new_story(root, "harbour-fees")
    assert (tmp_path / "content" / "site.yaml").read_text(encoding="utf-8") == PLAIN_SITE


def test_several_stories_can_be_started(tmp_path: Path) -> None:
    for slug in ("harbour-fees", "ferry-fares"):
        new_story(str(tmp_path), slug)
    assert preview(str(tmp_path)).stories_made == ("ferry-fares", "harbour-fees")


def test_a_new_story_has_every_language_of_the_site(tmp_path: Path) -> None:
    root = with_site(tmp_path, THREE_LANGUAGES)
    made = new_story(root, "harbour-fees")
    assert {"content/harbour-fees/index.ko.md", "content/harbour-fees/index.zh-Hans.md"} <= set(made)
    assert check_everything(order_for(root, drafts=True)) == ((), [])
    assert preview(root).outcome == "built"
    assert (tmp_path / ".microsite/preview/site/zh-Hans/harbour-fees/index.html").is_file()


def test_maps_of_languages_are_laid_out_as_one_writes_them(tmp_path: Path) -> None:
    root = with_site(tmp_path, THREE_LANGUAGES)
    new_story(root, "harbour-fees")
    front = (tmp_path / "content/harbour-fees/index.md").read_text(encoding="utf-8")
    assert "\ntitle:\n  en: Replace this headline\n  ko: Replace this headline\n" in front
    assert "\nmethods:\n  - en: Replace this with how" in front
    assert "\n  ko: >-\n    Replace this with the sentence" in front
    assert " \n" not in front


@pytest.mark.parametrize(
    ("slug", "suggested"),
    [
        ("Harbour Fees", "harbour-fees"),
        ("harbour_fees", "harbour-fees"),
        ("-harbour--fees-", "harbour-fees"),
        ("Häfen & Gebühren", "hafen-gebuhren"),
        ("the mayor's boat", "the-mayors-boat"),
        ("../outside", "outside"),
        ("prices", "prices-story"),
        ("PRICES", "prices-story"),
        ("ko", "ko-story"),
        ("zh-hans", "zh-hans-story"),
        ("한강", "harbour-fees"),
        ("", "harbour-fees"),
        ("a" * 300, "a" * 80),
    ],
)
def test_a_slug_that_cannot_be_is_refused_with_the_nearest_that_can(tmp_path: Path, slug: str, suggested: str) -> None:
    root = with_site(tmp_path, THREE_LANGUAGES)
    before = everything_in(tmp_path)
    with pytest.raises(ValueError, match=rf"\b{suggested}\b"):
        new_story(root, slug)
    assert everything_in(tmp_path) == before


def test_a_taken_name_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    new_story(str(tmp_path), "harbour-fees")
    (tmp_path / "content/harbour-fees/index.md").write_text("mine", encoding="utf-8")
    before = everything_in(tmp_path)
    with pytest.raises(NameTaken, match="harbour-fees-2"):
        new_story(str(tmp_path), "harbour-fees")
    assert everything_in(tmp_path) == before


def test_a_name_that_differs_only_in_case_is_taken(tmp_path: Path) -> None:
    (tmp_path / "content" / "Harbour-Fees").mkdir(parents=True)
    with pytest.raises(NameTaken, match="Harbour-Fees"):
        new_story(str(tmp_path), "harbour-fees")
    assert everything_in(tmp_path) == {}


def test_a_seed_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    seed = tmp_path / "seeds" / "harbour-fees-example.yaml"
    seed.parent.mkdir()
    seed.write_text("mine", encoding="utf-8")
    with pytest.raises(NameTaken, match=r"seeds/harbour-fees-example\.yaml"):
        new_story(str(tmp_path), "harbour-fees")
    assert everything_in(tmp_path) == {"seeds/harbour-fees-example.yaml": b"mine"}


def test_a_broken_site_file_is_named_before_anything_is_made(tmp_path: Path) -> None:
    root = with_site(tmp_path, "format: 1\ntitle: [\n")
    with pytest.raises(ValueError, match=r"content/site\.yaml:\d+"):
        new_story(root, "harbour-fees")
    assert list(everything_in(tmp_path)) == ["content/site.yaml"]


def test_nothing_is_written_through_a_link_that_leads_out(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "site"
    outside.mkdir()
    root.mkdir()
    for name in ("content", "seeds"):
        (root / name).symlink_to(outside)
        with pytest.raises(ValueError, match=f"{name}/ is a link"):
            new_story(str(root), "harbour-fees")
        (root / name).unlink()
        assert everything_in(tmp_path) == {}


def test_the_command_says_what_it_made_and_refuses_with_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["new", "harbour-fees", "--root", str(tmp_path)]
    assert main(arguments) == 0
    assert "content/harbour-fees/index.md" in capsys.readouterr().out
    assert main(arguments) == 2
    assert "already" in capsys.readouterr().err
