"""What the browser tests share: the built sites, a server for them, one browser, and a reader for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

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
def made_up_roots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of the made-up sites' content, by their names."""
    return made_up.write_all(tmp_path_factory.mktemp("made-up-content"))


@pytest.fixture(scope="package")
def made_up_root(made_up_roots: dict[str, Path]) -> Path:
    """The folder of the first one's content."""
    return made_up_roots["made-up"]


@pytest.fixture(scope="package")
def made_up_sites(made_up_roots: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of the made-up sites, built, by their names."""
    return {name: built(root, tmp_path_factory.mktemp(name)) for name, root in made_up_roots.items()}


@pytest.fixture(scope="package")
def made_up_site(made_up_sites: dict[str, Path]) -> Path:
    """The folder of the first of them."""
    return made_up_sites["made-up"]


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
def places(own_site: Path, made_up_sites: dict[str, Path], counter_site: Path) -> Iterator[dict[str, str]]:
    """Where a site can be had from: the root of a host, a folder of a host, a folder of this machine."""
    folders = {"/": own_site, "/repo/": own_site, "/repo/made-up/": made_up_sites["made-up"]}
    folders |= {f"/{name}/": site for name, site in made_up_sites.items()}
    folders["/counter/"] = counter_site
    with served(folders) as address:
        yield {"root": f"{address}/", "repo": f"{address}/repo/", "folder": f"{own_site.as_uri()}/"}


@pytest.fixture(scope="package")
def each_kind(own_site: Path, made_up_sites: dict[str, Path]) -> dict[tuple[str, str], str]:
    """A page of every template in every language: its path by what kind of page it says it is, and its language.

    Found, not listed, so that a new template or language is tested as soon as a site has it.
    """
    sites = {"": own_site, **{f"{name}/": site for name, site in made_up_sites.items()}}
    found: dict[tuple[str, str], str] = {}
    for prefix, site in sites.items():
        for path in sorted(site.rglob("*.html")):
            page = LexborHTMLParser(path.read_bytes())
            if page.css_first("meta[http-equiv=refresh]") or not (page.html and page.body and page.root):
                continue
            kind = page.body.attributes.get("class") or ""
            language = page.root.attributes.get("lang") or ""
            found.setdefault((kind, language), prefix + path.relative_to(site).as_posix())
    return found


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
