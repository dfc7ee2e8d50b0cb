"""The card of each edition of a story: whether there is one, what stands on it, and what of that cannot be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import unescape
from typing import TYPE_CHECKING

from .cardsigns import missing
from .claimviews import Words, plain
from .diagnostics import Diagnostic, Position, problem
from .manuscript import Manuscript
from .model import FrontMatter, SiteFile, Story
from .schema import Text
from .socialcard import Card, can_show
from .views import SiteView, StoryView

if TYPE_CHECKING:
    from jinja2 import Environment


def card_of(
    site: SiteFile, view: SiteView, front: FrontMatter, story: StoryView, templates: Environment
) -> Card | None:
    """The card of an edition; none where the site has no url, or cards cannot show the language."""
    if not view.url or not can_show(view.language):
        return None
    standing = unescape(templates.get_template("card.html").render(story=story)).strip()
    if missing(standing, view.language):
        return None  # fixed words of a language of the site's own: nobody could write them otherwise
    own = Words(view.language, site.first_language).text(front.card_title)
    return Card(view.language, view.title, own or story.title_words, standing)


def sign_problems(site: SiteFile, story: Story, editions: Iterable[Manuscript]) -> Iterator[Diagnostic]:
    """What authors wrote for cards and no card can show."""
    for edition in editions if site.url else ():
        if can_show(edition.language):
            words = Words(edition.language, site.first_language)
            yield from _lacking(words.text(site.title), site.title, words, "write the site's title with common signs")
            own = story.front.card_title
            headline = words.text(own) or plain(edition.title, words)
            hint = "write it with common signs, or give the card a headline of its own: `card_title`"
            yield from _lacking(headline, own or story.front.title, words, hint)


def _lacking(shown: str, text: Text, words: Words, hint: str) -> Iterator[Diagnostic]:
    for sign in missing(shown, words.language):
        message = f"cards for sharing have no letterform for `{sign}` (U+{ord(sign):04X})"
        yield problem(_place(sign, text, words), "missing-glyph", message, hint)


def _place(sign: str, text: Text, words: Words) -> Position:
    """Where a sign stands in a text, or else where the text begins: it may be one of a computed figure."""
    wording = text.wording(words.language, words.first) or text.wording(words.first, words.first)
    if wording is None:
        return text.at
    return wording.place_at(wording.value.index(sign)) if sign in wording.value else wording.at
