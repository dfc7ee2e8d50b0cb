"""What templates are given: finished, frozen values with every word worked out, so that a template lays out and never decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .codes import Code
from .drawings import Bar, Frame, Gap, Outline, Tick
from .markers import Tier


class Piece(NamedTuple):
    """A run of safe HTML, or the start or end of something a macro draws."""

    kind: str
    """`markup`, `claim`, `end-claim`, `reference`, `end-reference` or `figure`."""
    markup: str = ""
    """Safe HTML, for `markup`; the words, for `figure`."""
    claim: ClaimView | None = None
    href: str = ""
    """From the story's folder, for `reference`."""
    origin: str = ""
    """`reported`, `derived` or `converted`, for `figure`."""


Pieces = tuple[Piece, ...]


class ArchiveView(NamedTuple):
    """Where a document is kept."""

    url: str
    """Of a web archive; empty where there is none."""
    sha256: str
    """Of our copy; empty where we keep none."""
    path: str
    """Where readers find it, from the story's folder in the first language; empty where it is not published."""
    file: str
    """What it is called there."""
    rights: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One source document."""

    id: str
    title: str
    title_language: str
    publisher: str
    kind: str
    url: str
    published: str
    retrieved: str
    consulted: str
    note: str
    sha256: str
    archive: ArchiveView | None
    relays: tuple[str, ...]
    withdrawn: str
    """Why, where it is."""
    withdrawn_on: str
    fallen: bool
    """Whether it is withdrawn, or passes on nothing that is not."""
    voices: tuple[VoiceView, ...]
    statements: tuple[StatementView, ...]


@dataclass(frozen=True, slots=True)
class VoiceView:
    """Who speaks in a document."""

    id: str
    switch: str
    """The id of its switch on the evidence page."""
    words: str
    named: bool
    how_they_know: str
    why_unnamed: str
    spoke: str
    relays: tuple[str, ...]
    """The voices it passes on, in words."""
    withdrawn: str
    """Why, where it is."""
    withdrawn_on: str
    fallen: bool
    """Whether it is withdrawn, or its document is, or all that it passes on."""


@dataclass(frozen=True, slots=True)
class StatementView:
    """One thing that somebody says somewhere; without `voice` it is the document itself that is meant."""

    anchor: str
    document: str
    title_language: str
    publisher: str
    locator: str
    says: str
    quote: str
    reading: str
    voice: VoiceView | None
    number: int
    """Of the document, on the sources page."""
    used_by: tuple[ClaimView, ...] = ()
    stands: bool = True
    """Whether nobody has withdrawn it."""

    @property
    def in_brief(self) -> tuple[object, ...]:
        """What tells it from others where its own words are left out."""
        return self.document, self.voice and self.voice.id, self.locator, self.reading, self.stands, bool(self.says)


class ContestView(NamedTuple):
    """A contradiction."""

    by: StatementView
    why: str


class Then(NamedTuple):
    """What a claim would stand on after some withdrawals; empty support when it falls."""

    support: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with all that a reader may ask of it."""

    number: int
    anchor: str
    where: str
    """The page it stands on, from the story's folder."""
    role: str
    section: str
    """The heading of the prose under which it stands; empty above the first, and outside the prose."""
    before: str
    """The words of its sentence before it."""
    words: str
    after: str
    support: str
    """A name of `evidence.SUPPORTS`; empty when nothing it needs is left."""
    kinds: tuple[str, ...]
    contests: tuple[ContestView, ...]
    voices: int
    unnamed: int
    """How many of the voices cited are not named."""
    documents: int
    publishers: int
    parts: tuple[tuple[StatementView, ...], ...]
    """Parts that only together support it, each a tuple of statements any of which does."""
    prices: tuple[str, ...]
    """The prices that go into it, in words."""
    group: str
    """Claims of one group stand and fall together."""
    thens: tuple[Then, ...]

    @property
    def grounds_in_brief(self) -> tuple[tuple[StatementView, ...], ...]:
        """Its parts for readers who are told who says so and where, but not what: what would read the same stands once."""
        parts = (tuple({statement.in_brief: statement for statement in part}.values()) for part in self.parts)
        return tuple({tuple(statement.in_brief for statement in part): part for part in parts}.values())


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block of the prose."""

    tag: str
    pieces: Pieces
    claims: tuple[ClaimView, ...]
    exhibit: ExhibitView | None
    prices_here: bool
    """Whether the price sidebar stands after this block."""
    section: int = 0
    """The number of the section that this heading begins, the same in every edition; 0 for any other block."""


class Stretch(NamedTuple):
    """Blocks that are laid out together."""

    beside_prices: bool
    """Whether the price sidebar stands beside them where there is room for two columns."""
    blocks: tuple[BlockView, ...]


class CropView(NamedTuple):
    """The part of a picture that shows one annotation."""

    frame: Frame
    """What is shown, in thousandths of the picture's width."""
    image: str
    """The file it is cut from, from the root of the edition's site: the picture, or one made for this crop alone."""
    image_frame: Frame
    """What of the picture that file holds."""


@dataclass(frozen=True, slots=True)
class AnnotationView:
    """One thing to see in a picture."""

    number: int
    id: str
    label: str
    note: Pieces
    claims: tuple[ClaimView, ...]
    outline: Outline
    crop: CropView
    support: str
    group: str
    thens: tuple[Then, ...]


class CandidateView(NamedTuple):
    """One width of a photograph, among which a browser chooses."""

    path: str
    """From the root of the site."""
    width: int
    """In pixels."""


class PhotoView(NamedTuple):
    """The pictures of a photograph, in each format from narrow to wide."""

    avif: tuple[CandidateView, ...]
    jpeg: tuple[CandidateView, ...]
    colour: str
    """Stands in its place while it is on its way: six hexadecimal digits, or empty where none is recorded."""


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """A photograph or the placeholder for one."""

    number: int
    id: str
    title: str
    alt: str
    caption: Pieces
    claims: tuple[ClaimView, ...]
    credit: str
    rights: str
    would_show: str
    absent: str
    schematic: bool
    redacted: bool
    """Whether parts of the photograph are painted over."""
    image: str
    """From the root of the edition's site."""
    width: int
    height: int
    photo: PhotoView | None
    """`None` for a placeholder."""
    drawn_height: int
    """Of the drawing over it, in thousandths of its width."""
    annotations: tuple[AnnotationView, ...]
    regions: tuple[AnnotationView, ...]
    """The same from the largest to the smallest, so that none is drawn over one that it covers."""
    marker_tiers: tuple[Tier, ...]
    """Where the markers stand; empty where there are none."""


@dataclass(frozen=True, slots=True)
class PriceView:
    """One row of the comparison."""

    id: str
    item: str
    name: str
    """What tells it from the others in a short table: its population, or its item where others are of the same."""
    place: str
    population: str
    words: str
    short: str
    statistic: str
    date: str
    of: str
    """How many times which price it is, in words; empty where the source names none."""
    multiple: bool
    """Whether it stays a multiple, beside the axis."""
    derived: bool
    bar: Bar | None
    gap: Gap | None
    """The gap between this price and a lower one that may be set against it."""
    blocks: int
    """How many blocks picture a whole multiple; 0 for none."""
    statements: tuple[StatementView, ...]
    support: str
    group: str
    thens: tuple[Then, ...]


class FormulaView(NamedTuple):
    """How one figure of the story was computed."""

    text: str
    spelt_out: str
    """The formula with each price's item and value in words."""
    result: str
    origin: str
    rate: str
    """The exchange rate that went into it, in words; empty for none."""


class TickView(NamedTuple):
    """One line of the axis, with its number in words; without where they would run into the next."""

    tick: Tick
    words: str


class AxisView(NamedTuple):
    """Prices that share an axis."""

    rows: tuple[PriceView, ...]
    ticks: tuple[TickView, ...]


@dataclass(frozen=True, slots=True)
class PricesView:
    """The price comparison."""

    finding: Pieces
    finding_claims: tuple[ClaimView, ...]
    unit: str
    currency: str
    """Its code."""
    currency_words: str
    """Its name, as for several of it."""
    rows: tuple[PriceView, ...]
    axes: tuple[AxisView, ...]
    """Several where the amounts are too far apart for one."""
    few: tuple[PriceView, ...]
    """The rows that the sidebar has room for: the first ones."""
    few_axes: tuple[AxisView, ...]
    formulas: tuple[FormulaView, ...]
    comparable: tuple[tuple[str, str], ...]
    """Pairs of populations that may be set against each other, and why."""
    rates: tuple[str, ...]


class CountView(NamedTuple):
    """How many claims have one support."""

    support: str
    claims: int


class OutcomeView(NamedTuple):
    """What a set of withdrawals does to a group of claims."""

    group: str
    step: int
    """Which of the group's outcomes, from 1, the mildest first; 0 when the last contradiction leaves, -1 when any does."""
    falls: bool
    breakers: tuple[tuple[str, ...], ...]
    """Sets of switch ids, any of which brings it about."""


class MatrixGroup(NamedTuple):
    """The columns of one document."""

    document: DocumentView
    columns: tuple[str, ...]
    """Its voices in words; empty for the document itself."""


class MatrixView(NamedTuple):
    """Claims against what they rest on."""

    groups: tuple[MatrixGroup, ...]
    rows: tuple[tuple[bool, ...], ...]
    """For each claim, whether it rests on each column."""


@dataclass(frozen=True, slots=True)
class PartyView:
    """Somebody named who may be harmed."""

    name: str
    asked_by: str
    when: str
    answer: str


class PlaceView(NamedTuple):
    """What a correction is about."""

    kind: str
    """`headline`, `standfirst`, `text`, `claim`, `price`, `figure`, `exhibit` or `seed`."""
    words: str
    """Its words or its title; empty where it has none, or is no longer there."""
    href: str
    """From the story's folder; empty where there is nowhere to lead."""


class CorrectionView(NamedTuple):
    """A correction."""

    number: int
    """Counted from the oldest, so that it stays when others are added."""
    date: str
    kind: str
    was: str
    now: str
    places: tuple[PlaceView, ...] = ()
    at_top: bool = False
    """Whether it stands at the top of the story, as the latest do."""


class ListedCorrection(NamedTuple):
    """A correction on the page that lists those of all stories."""

    title: str
    """Of the story."""
    path: str
    """Of the story's folder, from the edition's root."""
    correction: CorrectionView
    date_iso: str
    """For the order."""


class VersionView(NamedTuple):
    """One publication of a story that is recorded."""

    date: str
    kinds: tuple[str, ...]
    """`first`, `correction`, `clarification`, `update`, `minor` or `withdrawn`."""
    reason: str
    fingerprint: str


class NoticeView(NamedTuple):
    """What stands in the place of a story that was taken down."""

    title: str
    """Empty where it is not to be named."""
    path: str
    """From the edition's root."""
    date: str
    date_iso: str
    reason: str


class LanguageLink(NamedTuple):
    """Another edition."""

    code: str
    name: str
    path: str
    """Of the same story or site in that language, from the site's root."""


@dataclass(frozen=True, slots=True)
class SiteView:
    """The site in one language."""

    title: str
    publisher: str
    language: str
    direction: str
    contact: str
    licence: str
    url: str
    repository: str
    """Where the files are that it is made of; empty where its publisher does not say."""
    several_stories: bool
    index: str
    """The page that lists the stories, from the site's root."""
    feed: str
    """The edition's feed, likewise; it is there only where there is a url."""
    corrections: str
    """The page that lists the corrections of all stories, likewise; it is there only where there are any."""
    sources: str
    """The page that lists the sources of all stories, likewise; it is there where there is an index."""
    editions: tuple[LanguageLink, ...]
    """The site in each of its languages."""


class Label(NamedTuple):
    """A tag or a series, and the page that lists its stories."""

    words: str
    path: str
    """From the site's root."""


class PartView(NamedTuple):
    """A story as a part of its series."""

    series: Label
    number: int
    of: int
    """How many parts there are."""
    before: Label | None
    """The part before it: its headline and its first page."""
    after: Label | None


@dataclass(frozen=True, slots=True)
class StoryView:
    """One edition of a story, ready to lay out."""

    slug: str
    draft: bool
    title: Pieces
    title_words: str
    standfirst: Pieces
    standfirst_words: str
    head_claims: tuple[ClaimView, ...]
    place: str
    authors: str
    published: str
    published_iso: str
    updated: str
    based_on: tuple[DocumentView, ...]
    tags: tuple[Label, ...]
    series: Label | None
    stretches: tuple[Stretch, ...]
    prices: PricesView | None
    prices_at_end: bool
    exhibits: tuple[ExhibitView, ...]
    unplaced: tuple[ExhibitView, ...]
    claims: tuple[ClaimView, ...]
    counts: tuple[CountView, ...]
    contested: int
    publishers: int
    documents: tuple[DocumentView, ...]
    matrix: MatrixView
    outcomes: tuple[OutcomeView, ...]
    unknowns: tuple[Pieces, ...]
    unknown_claims: tuple[ClaimView, ...]
    methods: tuple[Pieces, ...]
    method_claims: tuple[ClaimView, ...]
    parties: tuple[PartyView, ...]
    corrections: tuple[CorrectionView, ...]
    corrected: Mapping[str, CorrectionView]
    """By place, as authors name it, the latest correction about it; what is computed from a price is with the price."""
    versions: tuple[VersionView, ...]
    licence: str
    symbols: frozenset[str]
    """The marks that its pages show, the evidence page excepted, which explains them all."""
    unread: bool
    """Whether this is a translation that no native reader has checked."""
    stale: int
    """How many of its passages render an original that has changed since."""
    fingerprint: str
    languages: tuple[LanguageLink, ...]


@dataclass(frozen=True, slots=True)
class CardView:
    """A story on the index."""

    slug: str
    path: str
    """Of its first page, from the edition's root."""
    title: str
    standfirst: str
    place: str
    published: str
    published_iso: str
    """For the order on the index."""
    draft: bool
    counts: tuple[CountView, ...]
    contested: int
    documents: int
    """That are not withdrawn."""
    publishers: int
    tags: tuple[Label, ...]
    series: Label | None
    picture: PictureView | None
    """Of its first exhibit."""


class PictureView(NamedTuple):
    """An exhibit's picture beside a story's headline."""

    image: str
    """From the root of the site."""
    width: int
    height: int
    photo: PhotoView | None
    """`None` for a placeholder."""
    alt: str
    credit: str
    absent: str
    """Why there is no photograph, where there is none."""
    redacted: bool


class ChangeView(NamedTuple):
    """What the withdrawal of one source by itself does, in numbers of claims, and of prices and annotations."""

    falls: int = 0
    weakens: int = 0
    strengthens: int = 0
    goes: int = 0
    """Prices and annotations that fall or weaken."""


class SwitchView(NamedTuple):
    """A document or a voice that can be withdrawn, and what rests on it in all stories."""

    id: str
    """Of its switch."""
    words: str
    """Of a voice; empty for a document."""
    named: bool
    fallen: bool
    """Whether it is withdrawn already, or its document is, or all that it passes on."""
    counts: tuple[CountView, ...]
    """Of the claims that rest on it."""
    change: ChangeView
    reached: int
    """How many stories its withdrawal changes."""


class StoryOnSource(NamedTuple):
    """A story that rests on a document."""

    title: str
    path: str
    """Of its evidence page, from the edition's root."""
    counts: tuple[CountView, ...]
    """Of the claims that rest on the document, whoever speaks in it; empty where only their sum is shown."""
    claims: int
    changes: tuple[tuple[int, ChangeView], ...]
    """What each withdrawal does to it: by number of the switch, that of the document being 0; those that do nothing left out."""


class ListedSource(NamedTuple):
    """A source document on the page that lists those of all stories."""

    id: str
    title: str
    title_language: str
    publisher: str
    story_count: int
    claims: int
    switches: tuple[SwitchView, ...]
    """The document, and then the voices on which anything rests; in a list the document alone."""
    stories: tuple[StoryOnSource, ...]
    """Empty in a list."""
    in_full: bool
    """Whether each story says what every voice of it carries; else only what the document does, as they are so many."""
    path: str = ""
    """In a list: the page that has all of it, from the edition's root."""


class Part(NamedTuple):
    """A page of the story as a part of its offline edition."""

    name: str
    """The id of its section."""
    kind: str
    """The classes that its page has."""
    markup: str
    """What its page holds, as HTML, with links and ids that hold in the one file."""


class CardPicture(NamedTuple):
    """The card of a story as its pages name it to other sites."""

    path: str
    """From the root of the site."""
    headline: str
    """What it says in large letters."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page to render: where it goes and what its template is given."""

    path: str
    """From the root of the site."""
    template: str
    site: SiteView
    up: str
    """From this page to the root of the site: empty or `../` repeated."""
    home: str
    """From this page to the folder of its story or edition."""
    name: str
    """Its path from that folder, by which editions of one page find each other."""
    story: StoryView | None = None
    exhibit: ExhibitView | None = None
    cards: tuple[CardView, ...] = ()
    structured: str = ""
    """What machines that read news are told, in JSON-LD; empty on all pages but one."""
    notice: NoticeView | None = None
    """In the place of a story that was taken down."""
    any_corrections: bool = False
    """Whether the site has a page of corrections, for pages that no story owns."""
    corrections: tuple[ListedCorrection, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    """Of all stories that were taken down."""
    picture: CardPicture | None = None
    """For other sites to show, on the pages of a story, where the site has a url."""
    code: Code | None = None
    """Leads from paper and from a file to the story's page; on pages for these, where the site has a url."""
    parts: tuple[Part, ...] = ()
    """What the offline edition holds; empty on all other pages."""
    part: PartView | None = None
    """On a story's first page, where it is one of several parts of a series."""
    label: Label | None = None
    """On the page of a tag or a series."""
    labels: tuple[Label, ...] = ()
    """On the index: every tag. On a list of sources that is cut into several: each of these."""
    all_series: tuple[Label, ...] = ()
    """On the index: every series."""
    sources: tuple[ListedSource, ...] = ()
    """On the pages of the sources of all stories."""
