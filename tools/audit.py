"""Holds every page of the built site and of the test sites against WCAG 2.2 AA with axe-core: `make audit`.

Each page in both schemes at three widths: as it comes, with all its disclosures open, and with all its notes open; in
the dark scheme once opened, by the rules of colour, for nothing else can change there.
Prints each finding with its page, and ends with status 1 where there is one. It takes a quarter of an hour or more:
`make test` looks at one page of each kind and language.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from microsite import pipeline
from tests import trees
from tests.browser import made_up
from tests.browser.browsing import AS_IT_COMES, WIDTHS_PX, chromium_path, served
from tests.browser.rulebook import OPEN_NOTE, RULES, RULES_OF_COLOUR, Finding, findings, has_more, open_all, open_notes

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
SITES = ROOT / "tests" / "sites"
Scheme = Literal["light", "dark"]


class Seen(NamedTuple):
    """How much one browser has looked at, and found."""

    views: int
    """Pages, each counted once for every width and scheme."""
    findings: int


def built(root: Path, into: Path) -> Path:
    """The site of some content, in a folder of its own; SystemExit where it does not build."""
    into.mkdir(parents=True)
    order = pipeline.Order(str(root), str(into / "site"), str(into / "work"), str(into / "cache"))
    result = pipeline.build(order)
    if result.outcome != "built":
        sys.exit("\n".join(map(str, result.diagnostics)))
    return into / "site"


def sites(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every site, built, by the prefix under which it is served."""
    yield "/", built(ROOT, folder / "own")
    for name, root in made_up.write_all(folder / "content").items():
        yield f"/{name}/", built(root, folder / name)
    for case in sorted(path.name for path in SITES.iterdir() if (path / "content").is_dir()):
        yield f"/{case}/", built(trees.lay_over(folder / "cases" / case, SITES / case), folder / "built" / case)


def pages_of(folder: Path) -> list[str]:
    """The paths of a site's pages that do not only lead on."""
    pages = sorted(folder.rglob("*.html"))
    return [path.relative_to(folder).as_posix() for path in pages if b'http-equiv="refresh"' not in path.read_bytes()]


@contextmanager
def tab() -> Iterator[Page]:
    """An empty tab of a browser of our own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=chromium_path(os.environ), args=arguments)
        yield browser.new_page()
        browser.close()


def look_at_pages(address: str, paths: list[str]) -> Seen:
    """Look at each page in every scheme and at every width, and print what is found when it is found."""
    seen = Seen(0, 0)
    with tab() as page:
        for path in paths:
            print(path, file=sys.stderr)
            for scheme in get_args(Scheme):
                for width in WIDTHS_PX:
                    found = look_at(page, address + path, width, scheme)
                    seen = Seen(seen.views + 1, seen.findings + len(found))
                    for finding in found:
                        print(f"{path} ({scheme}, {width} px): {finding}", flush=True)
    return seen


def look_at(page: Page, address: str, width: int, scheme: Scheme) -> list[Finding]:
    """What is wrong with a page as it comes, with all its disclosures open, and with all its notes open."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(**{**AS_IT_COMES, "color_scheme": scheme})  # type: ignore[arg-type]
    page.goto(address)
    light = scheme == "light"
    rules = RULES if light else RULES_OF_COLOUR
    found = findings(page) if light else []
    if has_more(page) or not light:
        open_all(page)
        found += findings(page, rules=rules)
    if open_notes(page):
        found += findings(page, within=OPEN_NOTE, rules=rules)
    return [*dict.fromkeys(found)]


def main() -> int:
    """Look at everything; 1 where something was found."""
    workers = int(os.environ.get("WORKERS", "2"))
    with tempfile.TemporaryDirectory() as folder:
        folders = dict(sites(Path(folder)))
        paths = [prefix.removeprefix("/") + path for prefix, site in folders.items() for path in pages_of(site)]
        with served(folders) as address, ProcessPoolExecutor(workers) as pool:
            shares = [paths[share::workers] for share in range(workers)]
            seen = [*pool.map(partial(look_at_pages, f"{address}/"), shares)]
    views, found = (sum(each) for each in zip(*seen, strict=True))
    print(f"{len(paths)} pages, {views} views, {found} findings.")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main())
