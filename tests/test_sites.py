"""Tiny sites beside the trees that they build: `sites/<case>/` holds `content/`, `seeds/` and `expected/`.

After a change that is meant to show, `pytest tests/test_sites.py --update` writes the expected trees anew; read the
diff. tests/trees.py says how a built site is made readable.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from microsite import command
from tests import trees

SITES = Path(__file__).parent / "sites"
WRONG = "wrong"
GALLERY = "gallery"
"""Of this one every page is looked at in a browser: see gallery.py and browser/test_gallery.py."""

# Of the pages that a case is not about, its tree shows the title alone.
CASES = {
    "minimal": ("*",),
    "everything": ("*",),
    "two-stories": ("index.html",),
    "front-and-another": ("index.html", "stories.html", "front-story/index.html", "another/index.html"),
    "draft": ("index.html",),
    "price-sheet": ("story/index.html", "story/prices.*"),
    "two-currencies": ("story/index.html", "story/prices.*"),
    "two-languages": ("index.html", "ko/*"),
    "contested": ("story/index.html", "story/evidence.html", "story/sources.html"),
    "exhibits": ("story/exhibits/portrait.html", "story/exhibits/square.html", "story/exhibits/index.html"),
    "corrected": (
        "*index.html",
        "*corrections.html",
        "*story/about.html",
        "story/sources.html",
        "story/text.html",
        "*gone/*",
        "feed.xml",
        "sitemap.xml",
    ),
    "series": (
        "*index.html",
        "*all-sources.html",
        "*series/*",
        "*tags/*",
        "harbour/about.html",
        "harbour/text.html",
        "sitemap.xml",
    ),
    "withdrawn-voice": ("story/index.html", "story/evidence.html", "story/sources.html"),
}


class Built(NamedTuple):
    """What came of a case, and what was expected."""

    actual: trees.Tree
    expected: trees.Tree


@pytest.fixture(scope="module")
def built(compiled_once: None, tmp_path_factory: pytest.TempPathFactory, update: bool) -> dict[str, Built]:
    return {case: build(case, tmp_path_factory.mktemp(case), update) for case in CASES}


def build(case: str, root: Path, update: bool) -> Built:
    trees.lay_over(root, SITES / case)
    assert command.main(["build", "--root", str(root)]) == 0
    actual = trees.readable(root / "site", CASES[case], in_full=case == "minimal")
    if update:
        trees.rewrite(SITES / case / "expected", actual)
    return Built(actual, trees.golden_of(SITES / case / "expected"))


def test_every_folder_of_sites_is_a_case() -> None:
    assert {path.name for path in SITES.iterdir() if path.is_dir()} == {*CASES, WRONG, GALLERY}


@pytest.mark.parametrize("case", CASES)
def test_no_expected_file_is_missing(case: str, built: dict[str, Built]) -> None:
    assert sorted(built[case].expected.keys() - built[case].actual.keys()) == []


@pytest.mark.parametrize("case", CASES)
def test_no_file_is_made_that_was_not_expected(case: str, built: dict[str, Built]) -> None:
    assert sorted(built[case].actual.keys() - built[case].expected.keys()) == []


@pytest.mark.parametrize("case", CASES)
def test_every_file_is_as_expected(case: str, built: dict[str, Built]) -> None:
    actual, expected = built[case]
    for path in sorted(actual.keys() & expected.keys()):
        assert actual[path].split("\n") == expected[path].split("\n"), f"{path} (--update writes it anew)"


@pytest.mark.parametrize("case", CASES)
def test_right_sites_have_nothing_to_complain_about(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = trees.lay_over(tmp_path, SITES / case)
    assert command.main(["check", "--root", str(root)]) == 0
    assert capsys.readouterr() == ("", "")


def test_draft_leaves_no_trace_in_the_built_site(built: dict[str, Built]) -> None:
    actual = built["draft"].actual
    assert not [path for path in actual if "unfinished" in path]
    assert not [path for path, text in actual.items() if "rumour" in text or "still being checked" in text]
