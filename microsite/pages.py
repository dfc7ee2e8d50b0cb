"""Which pages a site has, and the address of each."""

from __future__ import annotations

from dataclasses import replace

from .model import SiteFile
from .views import CardView, Page, SiteView, StoryView

STORY_PAGES = (
    ("index.html", "story.html"),
    ("evidence.html", "evidence.html"),
    ("sources.html", "sources.html"),
    ("about.html", "about.html"),
    ("text.html", "text.html"),
)
"""Pages that every story has, and their templates."""


def edition_folder(site: SiteFile, language: str) -> str:
    """Where an edition stands in the site: nowhere special for the first language, else `ko/`."""
    return "" if language == site.first_language else f"{language}/"


def story_folder(site: SiteFile, slug: str, language: str) -> str:
    """Where an edition of a story stands in the site."""
    return edition_folder(site, language) + ("" if site.front and site.front.value == slug else f"{slug}/")


STRUCTURED_PAGE = "text.html"
"""The page that carries the JSON-LD: the one that has the whole story, and room."""


def story_pages(site: SiteFile, view: SiteView, story: StoryView, structured: str = "") -> tuple[Page, ...]:
    """Every page of one edition of a story.

    Args:
        structured: the story in JSON-LD, where there is a url.
    """
    folder = story_folder(site, story.slug, view.language)
    templates = [*STORY_PAGES]
    if story.prices:
        templates.append(("prices.html", "prices.html"))
    if story.exhibits:
        templates.append(("exhibits/index.html", "exhibits.html"))
    pages = [_page(folder, name, template, view, story) for name, template in templates]
    if structured:
        pages = [replace(page, structured=structured) if page.name == STRUCTURED_PAGE else page for page in pages]
    pages += [
        replace(_page(folder, f"exhibits/{exhibit.id}.html", "exhibit.html", view, story), exhibit=exhibit)
        for exhibit in story.exhibits
    ]
    return tuple(pages)


def moved_pages(site: SiteFile, pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """For the front story, the addresses it has when it is not the front: pages that lead to the new ones."""
    moved = []
    for page in pages:
        if page.story and site.front and site.front.value == page.story.slug:
            folder = edition_folder(site, page.site.language) + f"{page.story.slug}/"
            moved.append(replace(_page(folder, page.name, "moved.html", page.site, page.story), exhibit=page.exhibit))
    return tuple(moved)


def index_page(site: SiteFile, view: SiteView, cards: tuple[CardView, ...]) -> Page:
    """The page that lists the stories of one edition."""
    folder = edition_folder(site, view.language)
    return replace(_page(folder, view.index.removeprefix(folder), "stories.html", view, None), cards=cards)


def missing_page(view: SiteView) -> Page:
    """The page that a host shows for an address that leads nowhere, at any depth."""
    return _page("", "404.html", "404.html", view, None)


def _page(folder: str, name: str, template: str, view: SiteView, story: StoryView | None) -> Page:
    path = folder + name
    return Page(path, template, view, "../" * path.count("/"), "../" * name.count("/"), name, story)


def card(site: SiteFile, view: SiteView, story: StoryView) -> CardView:
    """A story as the index shows it."""
    path = (
        story_folder(site, story.slug, view.language).removeprefix(edition_folder(site, view.language)) + "index.html"
    )
    return CardView(
        story.slug,
        path,
        story.title_words,
        story.standfirst_words,
        story.place,
        story.published,
        story.published_iso,
        story.draft,
        story.counts,
    )
