"""Which pages a site has, and the address of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .codes import Code
from .model import SiteFile
from .schema import Text
from .subjects import address_name
from .views import (
    CardPicture,
    CardView,
    Label,
    ListedCorrection,
    ListedSource,
    NoticeView,
    Page,
    PartView,
    PictureView,
    SiteView,
    StoryView,
)

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


def first_page(site: SiteFile, slug: str, language: str) -> str:
    """Where an edition of a story begins, from the edition's root."""
    return story_folder(site, slug, language).removeprefix(edition_folder(site, language)) + "index.html"


SOURCES_PAGE = "all-sources.html"
"""The page that lists the sources of all stories, from the edition's root."""


def sources_list(number: int) -> str:
    """Where a list of the sources of all stories stands, likewise; the first is the page to which others lead."""
    return SOURCES_PAGE if number == 1 else SOURCES_PAGE.replace(".html", f"-{number}.html")


def source_page_name(id: str) -> str:
    """Where a source on which several stories rest has a page of its own, likewise."""
    return SOURCES_PAGE.replace(".html", f"/{id}.html")


SUBJECT_FOLDERS = {"tag": "tags/", "series": "series/"}
"""Where the pages of tags and series stand, likewise."""


def subject_page(kind: str, name: str) -> str:
    """Where the page of a tag or a series stands, from the edition's root."""
    return f"{SUBJECT_FOLDERS[kind]}{name}.html"


def label(site: SiteFile, kind: str, text: Text, language: str, words: str) -> Label:
    """A tag or a series in one language."""
    name = address_name(text.words(site.first_language, site.first_language))
    return Label(words, edition_folder(site, language) + subject_page(kind, name))


OFFLINE_PAGE = "offline.html"
"""The story in one file. It is made of the others, and so comes after them."""
PRINTED_PAGE = "text.html"
"""The page that is made to be printed, and bears a code that leads back from paper."""
STRUCTURED_PAGE = "text.html"
"""The page that carries the JSON-LD: the one that has the whole story, and room."""


def story_pages(
    site: SiteFile,
    view: SiteView,
    story: StoryView,
    structured: str = "",
    code: Code | None = None,
    picture: CardPicture | None = None,
    part: PartView | None = None,
) -> tuple[Page, ...]:
    """Every page of one edition of a story.

    Args:
        structured: the story in JSON-LD, where there is a url.
        code: leads to the story's page, likewise.
        picture: the story's card, likewise.
        part: its place in a series of several parts.
    """
    folder = story_folder(site, story.slug, view.language)
    templates = [*STORY_PAGES]
    if story.prices:
        templates.append(("prices.html", "prices.html"))
    if story.exhibits:
        templates.append(("exhibits/index.html", "exhibits.html"))
    pages = [_page(folder, name, template, view, story) for name, template in templates]
    pages = [replace(page, structured=structured) if page.name == STRUCTURED_PAGE else page for page in pages]
    pages = [replace(page, code=code) if page.name == PRINTED_PAGE else page for page in pages]
    pages = [replace(page, part=part) if page.template == "story.html" else page for page in pages]
    pages += [
        replace(_page(folder, f"exhibits/{exhibit.id}.html", "exhibit.html", view, story), exhibit=exhibit)
        for exhibit in story.exhibits
    ]
    return tuple(replace(page, picture=picture) for page in pages)


def labels_on(page: Page) -> Iterator[Label]:
    """The tags, the series and the parts before and after it, to whose pages a page of a story may lead."""
    if page.story and page.site.several_stories:
        yield from page.story.tags
        yield from (page.story.series,) if page.story.series else ()
    yield from (label for label in (page.part.before, page.part.after) if label) if page.part else ()


def offline_page(
    site: SiteFile, view: SiteView, story: StoryView, code: Code | None = None, part: PartView | None = None
) -> Page:
    """The offline edition of one edition of a story, still without its parts."""
    page = _page(story_folder(site, story.slug, view.language), OFFLINE_PAGE, OFFLINE_PAGE, view, story)
    return replace(page, code=code, part=part)


def moved_pages(site: SiteFile, pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """For the front story, the addresses it has when it is not the front: pages that lead to the new ones."""
    moved = []
    for page in pages:
        if page.story and site.front and site.front.value == page.story.slug:
            folder = edition_folder(site, page.site.language) + f"{page.story.slug}/"
            moved.append(replace(_page(folder, page.name, "moved.html", page.site, page.story), exhibit=page.exhibit))
    return tuple(moved)


def withdrawn_pages(site: SiteFile, view: SiteView, slug: str, notice: NoticeView) -> tuple[Page, ...]:
    """What stands at the addresses of a story that was taken down: those that every story has, and those of the front."""
    edition = edition_folder(site, view.language)
    folders = dict.fromkeys((story_folder(site, slug, view.language), f"{edition}{slug}/"))
    return tuple(
        replace(_page(folder, name, "withdrawn.html", view, None), notice=notice)
        for folder in folders
        for name in (*(name for name, _ in STORY_PAGES), OFFLINE_PAGE)
    )


def index_page(
    site: SiteFile,
    view: SiteView,
    cards: tuple[CardView, ...],
    labels: tuple[Label, ...],
    all_series: tuple[Label, ...],
    any_corrections: bool,
) -> Page:
    """The page that lists the stories of one edition, the newest first."""
    folder = edition_folder(site, view.language)
    page = _page(folder, view.index.removeprefix(folder), "stories.html", view, None)
    return replace(page, cards=cards, labels=labels, all_series=all_series, any_corrections=any_corrections)


def subject_pages(
    site: SiteFile, view: SiteView, kind: str, labels: Iterable[tuple[Label, tuple[CardView, ...]]]
) -> Iterator[Page]:
    """The pages of the tags, or of the series, of one edition, each with its stories."""
    folder = edition_folder(site, view.language)
    for label, cards in labels:
        page = _page(folder, label.path.removeprefix(folder), f"{kind}.html", view, None)
        yield replace(page, label=label, cards=cards)


def sources_page(
    site: SiteFile, view: SiteView, sources: tuple[ListedSource, ...], number: int = 1, of: int = 1
) -> Page:
    """The page that lists what all stories of one edition rest on, or one of several such pages."""
    folder = edition_folder(site, view.language)
    page = _page(folder, sources_list(number), "all-sources.html", view, None)
    labels = tuple(Label(str(each), folder + sources_list(each)) for each in range(1, of + 1)) if of > 1 else ()
    return replace(page, sources=sources, labels=labels)


def source_page(site: SiteFile, view: SiteView, source: ListedSource) -> Page:
    """The page of one source on which several stories rest, where these are too many for one page of all sources."""
    folder = edition_folder(site, view.language)
    page = _page(folder, source_page_name(source.id), "one-source.html", view, None)
    return replace(page, sources=(source,))


def corrections_page(
    site: SiteFile, view: SiteView, corrections: tuple[ListedCorrection, ...], notices: tuple[NoticeView, ...]
) -> Page:
    """The page that lists what was corrected in all stories of one edition, and which were taken down."""
    folder = edition_folder(site, view.language)
    page = _page(folder, view.corrections.removeprefix(folder), "corrections.html", view, None)
    return replace(page, corrections=corrections, notices=notices)


def missing_page(view: SiteView) -> Page:
    """The page that a host shows for an address that leads nowhere, at any depth."""
    return _page("", "404.html", "404.html", view, None)


def _page(folder: str, name: str, template: str, view: SiteView, story: StoryView | None) -> Page:
    path = folder + name
    return Page(path, template, view, "../" * path.count("/"), "../" * name.count("/"), name, story)


def card(site: SiteFile, view: SiteView, story: StoryView) -> CardView:
    """A story as the index shows it."""
    return CardView(
        story.slug,
        first_page(site, story.slug, view.language),
        story.title_words,
        story.standfirst_words,
        story.place,
        story.published,
        story.published_iso,
        story.draft,
        story.counts,
        story.contested,
        sum(1 for document in story.documents if not document.withdrawn),
        story.publishers,
        story.tags,
        story.series,
        picture(story),
    )


def picture(story: StoryView) -> PictureView | None:
    """The picture of a story's first exhibit, where it has any."""
    for shown in story.exhibits[:1]:
        size, said = (shown.width, shown.height), (shown.alt, shown.credit, shown.absent)
        return PictureView(shown.image, *size, shown.photo, *said, shown.redacted)
    return None
