"""A fourth language is two files beside the content and no code: the recipe of docs/recipes.md, followed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from microsite import command, languages
from tests import right_to_left
from tools import words


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return right_to_left.write(tmp_path)


def said(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    status = command.main([*arguments, "--root", str(root)])
    return status, "".join(capsys.readouterr())


def test_a_site_brings_a_language_of_its_own_along(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, output = said(root, capsys, "check")
    assert status == command.FINE, output
    assert said(root, capsys, "build")[0] == command.FINE
    ours = (root / "site" / "index.html").read_text(encoding="utf-8")
    theirs = (root / "site" / "ar" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="ar" dir="rtl">' in theirs
    assert right_to_left.pseudo("How we know") in theirs
    assert "How we know" not in theirs
    assert 'href="ar/index.html" lang="ar" hreflang="ar"' in ours
    anchors = [re.findall(r'<span class="claim" id="([^"]+)"', page) for page in (ours, theirs)]
    assert anchors[0] == anchors[1] != []


def test_the_command_of_the_recipe_makes_a_catalogue_to_fill_in(tmp_path: Path) -> None:
    path = words.bring_up_to_date(str(tmp_path / "fr.po"), words.words_in_templates())
    with path.open("rb") as file:
        made = [message for message in read_po(file) if message.id]
    assert {message.id for message in made} == {message.id for message in words.words_in_templates() if message.id}
    assert not any(message.string for message in made if isinstance(message.string, str))


def test_a_word_that_the_catalogue_lacks_is_an_error_of_check(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = root / "languages" / "ar.po"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'msgstr "{right_to_left.pseudo("Exhibits")}"', 'msgstr ""'), encoding="utf-8")
    status, output = said(root, capsys, "check")
    assert status == command.CONTENT_HAS_ERRORS
    assert "untranslated-words" in output
    assert "languages/ar.po" in output


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ('direction = "rtl"', 'direction = "up"', "`direction` is `ltr` or `rtl`"),
        ("{currency}", "{money}", "{money}"),
        ('locale = "ar_EG"', 'locale = "zz_ZZ"', "zz_ZZ"),
        ("name =", "name ", "at line"),
    ],
)
def test_a_table_with_which_nothing_can_be_written_is_told_of(
    was: str, now: str, why: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = root / "languages" / "ar.toml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now), encoding="utf-8")
    status, output = said(root, capsys, "build")
    assert status == command.CONTENT_HAS_ERRORS
    assert "broken-language" in output
    assert why in output


def test_a_changed_table_of_a_site_makes_its_pages_anew(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(root, capsys, "build")
    path = root / "languages" / "ar.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'name = "{right_to_left.pseudo("Pseudo")}"', 'name = "Other"'), encoding="utf-8")
    said(root, capsys, "build")
    assert ">Other</a>" in (root / "site" / "index.html").read_text(encoding="utf-8")


def test_a_change_of_its_table_shows_at_once(tmp_path: Path) -> None:
    table = (languages.PHRASES_FOLDER / "en.toml").read_text(encoding="utf-8")
    own = tmp_path / "languages" / "xx.toml"
    own.parent.mkdir()
    try:
        for from_digits, shown in ((4, "1,000"), (5, "1000")):
            changed = re.sub(r"(?m)^grouped_from_digits = \d+", f"grouped_from_digits = {from_digits}", table)
            own.write_text(changed, encoding="utf-8")
            languages.use_languages_of(str(tmp_path))
            assert languages.number_words(1000, "xx") == shown
    finally:
        languages.use_languages_of("")
