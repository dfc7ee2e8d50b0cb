"""The budgets of the pages, from the files alone: bytes over the wire and requests, in each language."""

from __future__ import annotations

from pathlib import Path

import pytest

from microsite import command
from tests import trees
from tools import budget

MOST_REQUESTS = {"story": 5, "text only": 1, "exhibits": 6, "exhibit": 5}
"""The page, its style sheets, its icon, its pictures; for any other kind of page, four."""
MOST_BYTES = {"story": 60 * budget.KIB, "text only": 14 * budget.KIB}
MOST_BYTES_BESIDE = 40 * budget.KIB


@pytest.fixture(scope="module", params=["", "https://example.org/investigations/"])
def site(request: pytest.FixtureRequest, compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own site, built; where it knows its address, each page says more of itself."""
    root = tmp_path_factory.mktemp("own")
    for folder in ("content", "seeds"):
        trees.lay_over(root / folder, trees.ROOT / folder)
    if request.param:
        with (root / "content/site.yaml").open("a", encoding="utf-8") as file:
            file.write(f"url: {request.param}\n")
    assert command.main(["build", "--root", str(root)]) == command.FINE
    return root / "site"


def test_every_page_keeps_to_its_bytes_and_requests(site: Path) -> None:
    measured = list(budget.pages(site))
    assert len(measured) == len(budget.PAGES) * len(budget.EDITIONS)
    for kind, language, path in measured:
        weight = budget.weight(site, path)
        whole = weight.html + weight.css + weight.images
        assert weight.requests <= MOST_REQUESTS.get(kind, 4), path
        assert whole <= MOST_BYTES.get(kind, MOST_BYTES_BESIDE), (language, path)


@pytest.mark.parametrize("folder", budget.EDITIONS.values())
def test_the_story_has_at_most_14_kib_of_html_and_css(folder: str, site: Path) -> None:
    weight = budget.weight(site, f"{folder}index.html")
    assert weight.html + weight.css <= 14 * budget.KIB
