"""Builds a site with the outputs that peers write too: a page a story, the front page, the feed; every check stays on.

The text-only edition is made as well, for the feed takes its entries from it, and the offline edition of the two.
"""

from __future__ import annotations

from microsite import cards, exports, pages
from microsite.command import main


def _nothing(*_: object) -> tuple[()]:
    return ()


if __name__ == "__main__":
    kept = {"index.html", "text.html"}
    pages.STORY_PAGES = tuple(row for row in pages.STORY_PAGES if row[0] in kept)  # type: ignore[assignment]
    exports.data_files = _nothing  # type: ignore[assignment]
    cards.card_of = lambda *_: None  # peers draw none; cards.py beside this measures ours
    raise SystemExit(main())
