"""From a checked story to the pages that will show it: everything computed, nothing yet laid out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import groupby

from . import claimviews, drawings, images, translations
from .citations import Reference
from .claimviews import Sources, Words
from .evidence import Evidence
from .languages import list_words, phrases
from .manuscript import Figure, Manuscript, Passage
from .model import Exhibit, Seed, SiteFile, Story
from .priceviews import prices_view
from .prose import Block, pieces
from .views import (
    AnnotationView,
    BlockView,
    CardView,
    ClaimView,
    CorrectionView,
    ExhibitView,
    LanguageLink,
    Page,
    PartyView,
    Piece,
    Pieces,
    PricesView,
    SiteView,
    StoryView,
    Stretch,
)

STORY_PAGES = (
    ("index.html", "story.html"),
    ("evidence.html", "evidence.html"),
    ("sources.html", "sources.html"),
    ("about.html", "about.html"),
)
"""Pages that every story has, and their templates."""


def site_view(site: SiteFile, language: str, several_stories: bool) -> SiteView:
    """The site's own particulars in one language."""
    words = Words(language, site.first_language)
    return SiteView(
        title=words.text(site.title),
        publisher=words.text(site.publisher),
        language=language,
        direction=phrases(language).direction,
        contact=words.text(site.contact),
        licence=words.text(site.licence),
        url=(site.url or "").rstrip("/"),
        several_stories=several_stories,
        index=edition_folder(site, language) + ("stories.html" if site.front else "index.html"),
    )


def edition_folder(site: SiteFile, language: str) -> str:
    """Where an edition stands in the site: nowhere special for the first language, else `ko/`."""
    return "" if language == site.first_language else f"{language}/"


def story_folder(site: SiteFile, slug: str, language: str) -> str:
    """Where an edition of a story stands in the site."""
    return edition_folder(site, language) + ("" if site.front and site.front.value == slug else f"{slug}/")


def story_pages(site: SiteFile, view: SiteView, story: StoryView) -> tuple[Page, ...]:
    """Every page of one edition of a story."""
    folder = story_folder(site, story.slug, view.language)
    templates = [*STORY_PAGES]
    if story.prices:
        templates.append(("prices.html", "prices.html"))
    if story.exhibits:
        templates.append(("exhibits/index.html", "exhibits.html"))
    pages = [_page(folder, name, template, view, story) for name, template in templates]
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


# --- A story ---------------------------------------------------------------------------------------------------------


def story_view(
    site: SiteFile, story: Story, manuscript: Manuscript, seeds: Mapping[str, Seed], digests: Mapping[str, str]
) -> StoryView:
    """One edition of a story.

    Args:
        seeds: the seeds it cites and those they pass on, by name.
        digests: SHA-256 of each seed's file, by path.
    """
    words = Words(manuscript.language, site.first_language)
    cited = cited_seeds(story, manuscript)
    sources = Sources(Evidence(seeds), words, [*cited, *sorted(set(seeds) - set(cited))])
    claims = claimviews.claim_views(manuscript, sources, words)
    cut = _Cutter(claims, words, story)
    exhibits = tuple(
        _exhibit_view(exhibit, number, manuscript, sources, words, cut)
        for number, exhibit in enumerate(story.exhibits.values(), 1)
    )
    by_id = {exhibit.id: exhibit for exhibit in exhibits}
    finding = manuscript.finding
    found = (cut.line(finding), cut.claims(finding)) if finding else ((), ())
    prices = prices_view(story.prices, story, manuscript, sources, words, found) if story.prices else None
    stretches = tuple(_stretches(manuscript.body, by_id, cut, prices is not None))
    blocks = [block for stretch in stretches for block in stretch.blocks]
    placed = {block.exhibit.id for block in blocks if block.exhibit}
    front = story.front
    documents = sources.documents(claims.values())
    return StoryView(
        slug=story.slug,
        draft=front.status == "draft",
        title=cut.line(manuscript.title),
        title_words=claimviews.plain(manuscript.title, words),
        standfirst=cut.line(manuscript.standfirst),
        standfirst_words=claimviews.plain(manuscript.standfirst, words),
        head_claims=cut.claims(manuscript.title) + cut.claims(manuscript.standfirst),
        place=words.text(front.place),
        authors=list_words([words.text(author) for author in front.authors], words.language) if front.authors else "",
        published=words.date(front.published),
        published_iso=front.published.text if front.published else "",
        updated=words.date(front.updated),
        based_on=tuple(document for document in documents if document.id in {name.value for name in front.based_on}),
        tags=tuple(words.text(tag) for tag in front.tags),
        series=front.series or "",
        stretches=stretches,
        prices=prices,
        prices_at_end=prices is not None and not any(block.prices_here for block in blocks),
        exhibits=exhibits,
        unplaced=tuple(exhibit for exhibit in exhibits if exhibit.id not in placed),
        claims=tuple(claims.values()),
        counts=claimviews.counts(claims.values()),
        contested=sum(1 for claim in claims.values() if claim.contests),
        publishers=len({document.publisher for document in documents}),
        documents=documents,
        matrix=claimviews.matrix(claims.values(), documents),
        outcomes=tuple(sources.outcomes),
        unknowns=tuple(cut.line(passage) for passage in manuscript.unknowns),
        unknown_claims=tuple(c for p in manuscript.unknowns for c in cut.claims(p)),
        methods=tuple(cut.line(passage) for passage in manuscript.methods),
        method_claims=tuple(c for p in manuscript.methods for c in cut.claims(p)),
        parties=tuple(
            PartyView(words.text(p.name), p.asked_by, words.date(p.when), words.text(p.answer))
            for p in front.parties.values()
        ),
        corrections=tuple(
            CorrectionView(words.date(c.date), c.kind, words.text(c.was), words.text(c.now)) for c in front.corrections
        ),
        licence=words.text(front.licence) or words.text(site.licence),
        symbols=_symbols(claims.values(), exhibits, prices),
        unread=translations.unread(story, words.language, words.first),
        stale=len(translations.stale(story, seeds, words.language, words.first)),
        fingerprint=fingerprint({**story.digests, **digests}),
        languages=tuple(
            LanguageLink(name.value, phrases(name.value).name, story_folder(site, story.slug, name.value))
            for name in site.languages
        ),
    )


def _symbols(claims: Iterable[ClaimView], exhibits: Iterable[ExhibitView], prices: PricesView | None) -> frozenset[str]:
    supports = {claim.support for claim in claims} | {row.support for row in (prices.rows if prices else ())}
    supports |= {annotation.support for exhibit in exhibits for annotation in exhibit.annotations}
    contested = {"contested"} if any(claim.contests for claim in claims) else set()
    return frozenset(support or "fallen" for support in supports) | contested


def cited_seeds(story: Story, manuscript: Manuscript) -> tuple[str, ...]:
    """The seeds that a story names itself, in the order met."""
    return tuple(dict.fromkeys(reference.seed for reference in cited_references(story, manuscript)))


def cited_references(story: Story, manuscript: Manuscript) -> tuple[Reference, ...]:
    """All that a story rests on itself, in the order met."""
    cited = [Reference(name.value) for name in story.front.based_on]
    cited += [reference for claim in manuscript.claims() for reference in claim.citation.references()]
    written = [row.seed for row in story.price_rows.values()]
    written += [note.seed for exhibit in story.exhibits.values() for note in exhibit.annotations.values() if note.seed]
    written += [rate.seed for rate in story.prices.rates] if story.prices else []
    return tuple(dict.fromkeys([*cited, *(reference for each in written for reference in each.citation.references())]))


def fingerprint(digests: Mapping[str, str]) -> str:
    """The SHA-256 of a story's content: of the lines that `sha256sum` prints for its files, sorted by path."""
    return sha256("".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()).hexdigest()


class _Cutter:
    """Cuts texts at their marks and puts the views in."""

    def __init__(self, claims: Mapping[str, ClaimView], words: Words, story: Story) -> None:
        self._claims = claims
        self._words = words
        self._story = story

    def claims(self, passage: Passage) -> tuple[ClaimView, ...]:
        return tuple(self._claims[claim.anchor] for claim in passage.claims)

    def line(self, passage: Passage) -> Pieces:
        return tuple(self.pieces(passage.converted.blocks[0].html, passage)) if passage.converted.blocks else ()

    def pieces(self, html: str, passage: Passage) -> Iterator[Piece]:
        for piece in pieces(html):
            if piece.kind == "claim":
                yield Piece("claim", claim=self._claims[passage.claims[piece.number].anchor])
            elif piece.kind == "reference":
                exhibit, _, annotation = passage.converted.references[piece.number].text.partition("/")
                yield Piece(
                    "reference", href=f"exhibits/{exhibit}.html" + (f"#n-{exhibit}-{annotation}" if annotation else "")
                )
            elif piece.kind == "figure":
                yield self._figure(passage.figures[piece.number])
            else:
                yield Piece(piece.kind, piece.markup)

    def _figure(self, figure: Figure) -> Piece:
        return Piece("figure", self._words.figure(figure), origin=figure.quantity.origin)


LEAST_BESIDE_PRICES = 2600
"""Characters of text that stand beside the price sidebar at the least, so that it is never taller than they are."""
EXHIBIT_AS_TEXT = 1600
"""As many characters of text take about the height of an exhibit."""


def _stretches(body: Passage, exhibits: Mapping[str, ExhibitView], cut: _Cutter, has_prices: bool) -> Iterator[Stretch]:
    """The prose in runs: before the price sidebar, beside it, and after."""
    priced = [
        index for index, block in enumerate(body.converted.blocks) if has_prices and _names_a_price(block.html, body)
    ]
    beside = _beside_prices(body, priced)
    blocks = [
        _block(block, body, exhibits, cut, priced[:1] == [index]) for index, block in enumerate(body.converted.blocks)
    ]
    for is_beside, run in groupby(enumerate(blocks), key=lambda numbered: numbered[0] in beside):
        yield Stretch(is_beside, tuple(block for _, block in run))


def _block(
    block: Block, body: Passage, exhibits: Mapping[str, ExhibitView], cut: _Cutter, prices_here: bool
) -> BlockView:
    exhibit = exhibits[body.converted.exhibits[_exhibit_number(block.html)].text] if block.tag == "exhibit" else None
    claims = tuple(cut.claims(body)[piece.number] for piece in pieces(block.html) if piece.kind == "claim")
    return BlockView(block.tag, () if exhibit else tuple(cut.pieces(block.html, body)), claims, exhibit, prices_here)


def _names_a_price(html: str, body: Passage) -> bool:
    return any(piece.kind == "figure" and body.figures[piece.number].quantity.prices for piece in pieces(html))


def _beside_prices(body: Passage, priced: list[int]) -> range:
    """The blocks from the first mention of a price to the last, and as many more as the sidebar needs for its height."""
    if not priced:
        return range(0)
    end, length = priced[0], 0
    for end in range(priced[0], len(body.converted.blocks)):
        block = body.converted.blocks[end]
        length += EXHIBIT_AS_TEXT if block.tag == "exhibit" else len(block.html)
        if end >= priced[-1] and length >= LEAST_BESIDE_PRICES:
            break
    return range(priced[0], end + 1)


def _exhibit_number(html: str) -> int:
    return int(html.split('n="', 1)[1].split('"', 1)[0])


# --- Exhibits --------------------------------------------------------------------------------------------------------


def _exhibit_view(
    exhibit: Exhibit, number: int, manuscript: Manuscript, sources: Sources, words: Words, cut: _Cutter
) -> ExhibitView:
    caption = manuscript.captions[exhibit.id]
    width, height = images.plate_size(exhibit.shape)
    return ExhibitView(
        number=number,
        id=exhibit.id,
        title=words.text(exhibit.title),
        alt=words.text(exhibit.alt),
        caption=cut.line(caption),
        claims=cut.claims(caption),
        credit=words.text(exhibit.credit),
        rights=words.text(exhibit.rights),
        would_show=words.text(exhibit.would_show),
        absent=exhibit.absent or "",
        schematic=exhibit.positions == "schematic",
        image=plate_path(exhibit),
        width=width,
        height=height,
        drawn_height=drawings.picture_height(exhibit.shape),
        annotations=tuple(
            _annotation_view(exhibit, id, index, manuscript, sources, words, cut)
            for index, id in enumerate(exhibit.annotations, 1)
        ),
    )


def plate_path(exhibit: Exhibit) -> str:
    """Where the placeholder's drawing stands in the site; the name carries what its bytes depend on."""
    stem = images.plate_name(exhibit.shape, exhibit.absent or "not in hand")
    recipe = sha256(f"{stem} {images.RECIPE_VERSION}".encode()).hexdigest()[:8]
    return f"images/{stem}-{recipe}.png"


def _annotation_view(
    exhibit: Exhibit, id: str, number: int, manuscript: Manuscript, sources: Sources, words: Words, cut: _Cutter
) -> AnnotationView:
    annotation = exhibit.annotations[id]
    note = manuscript.notes[exhibit.id, id]
    group = sources.group(annotation.seed.citation) if annotation.seed else None
    return AnnotationView(
        number=number,
        id=id,
        label=words.text(annotation.label),
        note=cut.line(note),
        claims=cut.claims(note),
        outline=drawings.outline(annotation.region, exhibit.shape),
        support=sources.support(annotation.seed.citation) if annotation.seed else "",
        group=group.name if group else "",
        thens=group.thens if group else (),
    )
