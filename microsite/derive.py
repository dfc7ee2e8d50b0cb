"""From a checked story to the pages that will show it: everything computed, nothing yet laid out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import count, groupby

from . import claimviews, correctionviews, translations
from .citations import Reference
from .claimviews import Sources, Words
from .cutter import Cutter
from .evidence import Evidence
from .exhibitviews import exhibit_views
from .feeds import FEED_NAME
from .languages import list_words, phrases
from .manuscript import Manuscript, Passage, cited_in_files
from .model import FrontMatter, Seed, SiteFile, Story
from .pages import SOURCES_PAGE, edition_folder, label, story_folder
from .priceviews import prices_view
from .prose import HEADINGS, Block, pieces
from .views import (
    BlockView,
    ClaimView,
    ExhibitView,
    LanguageLink,
    PartyView,
    PricesView,
    SiteView,
    StoryView,
    Stretch,
)


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
        repository=site.repository or "",
        several_stories=several_stories,
        index=edition_folder(site, language) + ("stories.html" if site.front else "index.html"),
        feed=edition_folder(site, language) + FEED_NAME,
        corrections=edition_folder(site, language) + "corrections.html",
        sources=edition_folder(site, language) + SOURCES_PAGE,
        editions=tuple(
            LanguageLink(code, phrases(code).name, edition_folder(site, code)) for code in site.language_codes
        ),
    )


# --- A story ---------------------------------------------------------------------------------------------------------


def story_view(
    site: SiteFile,
    story: Story,
    manuscript: Manuscript,
    seeds: Mapping[str, Seed],
    digests: Mapping[str, str],
    evidence: Evidence | None = None,
) -> StoryView:
    """One edition of a story.

    Args:
        seeds: the seeds it cites and those they pass on, by name.
        digests: SHA-256 of each seed's file, by path.
        evidence: of these seeds, where it was made before: it remembers what it was asked.
    """
    words = Words(manuscript.language, site.first_language)
    cited = [seed for seed in cited_seeds(story, manuscript) if seed in seeds]
    sources = Sources(evidence or Evidence(seeds), words, [*cited, *sorted(set(seeds) - set(cited))])
    claims = claimviews.claim_views(manuscript, sources, words)
    cut = Cutter(claims, words)
    exhibits = exhibit_views(story, manuscript, sources, words, cut)
    prices = _prices(story, manuscript, sources, words, cut)
    stretches = tuple(_stretches(manuscript.body, exhibits, cut, prices is not None))
    blocks = [block for stretch in stretches for block in stretch.blocks]
    front = story.front
    documents = sources.documents(claims.values())
    corrections = correctionviews.correction_views(story, claims, seeds, words)
    return StoryView(
        slug=story.slug,
        draft=front.status == "draft",
        title=cut.line(manuscript.title),
        title_words=claimviews.plain(manuscript.title, words),
        standfirst=cut.line(manuscript.standfirst),
        standfirst_words=claimviews.plain(manuscript.standfirst, words),
        head_claims=cut.all_claims((manuscript.title, manuscript.standfirst)),
        place=words.text(front.place),
        authors=list_words([words.text(author) for author in front.authors], words.language) if front.authors else "",
        published=words.date(front.published),
        published_iso=front.published.text if front.published else "",
        updated=words.date(front.updated),
        based_on=tuple(document for document in documents if document.id in {name.value for name in front.based_on}),
        tags=tuple(dict.fromkeys(label(site, "tag", tag, words.language, words.text(tag)) for tag in front.tags)),
        series=label(site, "series", front.series, words.language, words.text(front.series)) if front.series else None,
        stretches=stretches,
        prices=prices,
        prices_at_end=prices is not None and not any(block.prices_here for block in blocks),
        exhibits=exhibits,
        unplaced=_unplaced(exhibits, blocks),
        claims=tuple(claims.values()),
        counts=claimviews.counts(claims.values()),
        contested=sum(1 for claim in claims.values() if claim.contests),
        publishers=len({document.publisher for document in documents if not document.withdrawn}),
        documents=documents,
        matrix=claimviews.matrix(claims.values(), documents),
        outcomes=tuple(sources.outcomes),
        unknowns=tuple(map(cut.line, manuscript.unknowns)),
        unknown_claims=cut.all_claims(manuscript.unknowns),
        methods=tuple(map(cut.line, manuscript.methods)),
        method_claims=cut.all_claims(manuscript.methods),
        parties=_parties(front, words),
        corrections=corrections,
        corrected=correctionviews.corrected(story, manuscript, corrections),
        versions=correctionviews.version_views(story, words),
        licence=words.text(front.licence) or words.text(site.licence),
        symbols=_symbols(claims.values(), exhibits, prices),
        unread=translations.unread(story, words.language, words.first),
        stale=len(translations.stale(story, seeds, words.language, words.first)),
        fingerprint=fingerprint({**story.digests, **digests}),
        languages=_languages(site, story.slug),
    )


def _unplaced(exhibits: Iterable[ExhibitView], blocks: Iterable[BlockView]) -> tuple[ExhibitView, ...]:
    """The exhibits that the text shows nowhere."""
    placed = {block.exhibit.id for block in blocks if block.exhibit}
    return tuple(exhibit for exhibit in exhibits if exhibit.id not in placed)


def _prices(story: Story, manuscript: Manuscript, sources: Sources, words: Words, cut: Cutter) -> PricesView | None:
    if story.prices is None:
        return None
    finding = manuscript.finding
    found = (cut.line(finding), cut.claims(finding)) if finding else ((), ())
    return prices_view(story.prices, story, manuscript, sources, words, found)


def _parties(front: FrontMatter, words: Words) -> tuple[PartyView, ...]:
    return tuple(
        PartyView(words.text(p.name), p.asked_by, words.date(p.when), words.text(p.answer))
        for p in front.parties.values()
    )


def _languages(site: SiteFile, slug: str) -> tuple[LanguageLink, ...]:
    codes = site.language_codes
    return tuple(LanguageLink(code, phrases(code).name, story_folder(site, slug, code)) for code in codes)


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
    cited += [reference for each in cited_in_files(story) for reference in each.citation.references()]
    # A source about which something was corrected stays among those named, be it that nothing rests on it any more.
    places = (place for correction in story.front.corrections for place in correction.places)
    cited += [Reference(place[5:].partition("@")[0]) for place in places if place.startswith("seed:")]
    return tuple(dict.fromkeys(cited))


def fingerprint(digests: Mapping[str, str]) -> str:
    """The SHA-256 of a story's content: of the lines that `sha256sum` prints for its files, sorted by path."""
    return sha256("".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()).hexdigest()


LEAST_BESIDE_PRICES = 2600
"""Characters of text that stand beside the price sidebar at the least, so that it is never taller than they are."""
EXHIBIT_AS_TEXT = 1600
"""As many characters of text take about the height of an exhibit."""


def _stretches(body: Passage, exhibits: Iterable[ExhibitView], cut: Cutter, has_prices: bool) -> Iterator[Stretch]:
    """The prose in runs: before the price sidebar, beside it, and after."""
    by_id = {exhibit.id: exhibit for exhibit in exhibits}
    priced = [
        index for index, block in enumerate(body.converted.blocks) if has_prices and _names_a_price(block.html, body)
    ]
    beside = _beside_prices(body, priced)
    blocks = [
        _block(block, body, by_id, cut, priced[:1] == [index]) for index, block in enumerate(body.converted.blocks)
    ]
    numbers = count(1)
    blocks = [replace(block, section=next(numbers)) if block.tag in HEADINGS else block for block in blocks]
    for is_beside, run in groupby(enumerate(blocks), key=lambda numbered: numbered[0] in beside):
        yield Stretch(is_beside, tuple(block for _, block in run))


def _block(
    block: Block, body: Passage, exhibits: Mapping[str, ExhibitView], cut: Cutter, prices_here: bool
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
