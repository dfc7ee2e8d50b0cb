"""The fixed words of the pages: every language has them all, and the templates hold no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from microsite import catalogues
from microsite.languages import languages_known
from microsite.order import Order
from microsite.review import check_everything
from tests import trees
from tools import words

TRANSLATED = [language for language in languages_known() if language != catalogues.SOURCE_LANGUAGE]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_fixed_word_is_translated(language: str) -> None:
    assert catalogues.untranslated(language) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogues_hold_the_words_of_the_templates_and_no_others(language: str) -> None:
    with (catalogues.CATALOGUES_FOLDER / f"{language}.po").open("rb") as file:
        held = {message.id for message in read_po(file) if message.id}
    assert held == {message.id for message in words.words_in_templates() if message.id}, "run `make words`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_every_blank_to_fill_in(language: str) -> None:
    with (catalogues.CATALOGUES_FOLDER / f"{language}.po").open("rb") as file:
        for message in read_po(file):
            ours = message.id if isinstance(message.id, str) else message.id[-1]
            for theirs in [message.string] if isinstance(message.string, str) else message.string or ():
                assert sorted(re.findall(r"%\(\w+\)s", ours)) == sorted(re.findall(r"%\(\w+\)s", theirs)), ours


def test_words_come_in_their_language_and_in_english_where_there_is_no_catalogue() -> None:
    assert catalogues.catalogue("en").gettext("Evidence") == "Evidence"
    assert catalogues.catalogue("xx").gettext("Evidence") == "Evidence"
    assert catalogues.catalogue("ko").gettext("Evidence") != "Evidence"


def test_check_says_which_words_a_catalogue_lacks_and_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "catalogues"
    folder.mkdir()
    (folder / "ko.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Evidence"\nmsgstr ""\n', encoding="utf-8")
    monkeypatch.setattr(catalogues, "CATALOGUES_FOLDER", folder)
    root = (trees.ROOT / "tests" / "sites") / "two-languages"
    work = str(tmp_path / "work")
    found, _ = check_everything(Order(str(root), str(tmp_path / "site"), work, work, drafts=True))
    assert [(str(d.at), d.kind, d.severity) for d in found] == [
        ("content/site.yaml:4:17", "untranslated-words", "error")
    ]
    assert "ko.po, the first at line 4" in found[0].hint
