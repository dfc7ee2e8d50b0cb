"""What the browser tests share: the built sites, a server for them, one browser, and a reader for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from microsite import pipeline
from tests import trees
from tests.browser import made_up
from tests.browser.browsing import Reader, chromium_path, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="package")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the repository's own site, built afresh."""
    return built(ROOT, tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="package")
def made_up_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the made-up site's content."""
    return made_up.write(tmp_path_factory.mktemp("made-up-content"))


@pytest.fixture(scope="package")
def made_up_site(made_up_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the made-up site, built."""
    return built(made_up_root, tmp_path_factory.mktemp("made-up"))


@pytest.fixture(scope="package")
def counter_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site with thirty annotations in one picture, and pictures of every shape, built."""
    root = trees.lay_over(tmp_path_factory.mktemp("counter-content"), ROOT / "tests" / "sites" / "exhibits")
    return built(root, tmp_path_factory.mktemp("counter"))


def built(root: Path, into: Path) -> Path:
    """The site of some content, built into a folder of its own."""
    order = pipeline.Order(str(root), str(into / "site"), str(into / "work"), str(into / "cache"))
    result = pipeline.build(order)
    assert result.outcome == "built", [str(found) for found in result.diagnostics]
    return into / "site"


@pytest.fixture(scope="package")
def places(own_site: Path, made_up_site: Path, counter_site: Path) -> Iterator[dict[str, str]]:
    """Where a site can be had from: the root of a host, a folder of a host, a folder of this machine."""
    folders = {"/": own_site, "/repo/": own_site, "/made-up/": made_up_site, "/repo/made-up/": made_up_site}
    folders["/counter/"] = counter_site
    with served(folders) as address:
        yield {"root": f"{address}/", "repo": f"{address}/repo/", "folder": f"{own_site.as_uri()}/"}


# The package's, not the session's: while Playwright is up, no other test could run an event loop of its own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        chromium = playwright.chromium.launch(executable_path=chromium_path(os.environ), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def _one_reader(browser: Browser, places: dict[str, str]) -> Reader:
    return Reader(browser, places)


@pytest.fixture
def reader(_one_reader: Reader) -> Iterator[Reader]:
    """A reader; whatever a test does, no page may complain, fail to get something or ask for anything elsewhere."""
    _one_reader.begin()
    yield _one_reader
    _one_reader.end()
    assert not _one_reader.troubles
