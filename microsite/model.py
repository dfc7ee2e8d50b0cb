"""What authors write: the site, its stories, exhibits, prices and source documents, as frozen values with their places.

Each field's sentence is also its line in docs/content.md and its description in the editors' JSON Schema. Whether
names lead anywhere is `check`'s question; here a value only has to be well formed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .dates import PartialDate
from .diagnostics import Position
from .intervals import Interval
from .record import CORRECTION_KINDS, PLACE, Published
from .schema import (
    AMOUNT,
    ASPECT,
    CITATION,
    COLOUR,
    CURRENCY,
    DATE,
    DIGEST,
    FLAG,
    FORMAT_ONE,
    ID_FOR_EXPRESSIONS,
    LANGUAGE,
    NAME,
    PLACED_NUMBER,
    PLAIN,
    PRICE_NAME,
    SITE_ADDRESS,
    TEXT,
    WEB_ADDRESS,
    WHOLE_NUMBER,
    Choice,
    Cited,
    ListOf,
    MapOf,
    Name,
    PlacedNumber,
    Reader,
    Record,
    Scalar,
    Text,
    entries,
    key,
)

if TYPE_CHECKING:
    from yaml.nodes import Node

# --- Sources ---------------------------------------------------------------------------------------------------------

Reading = Literal["record", "observation", "testimony", "analysis"]
READINGS: tuple[Reading, ...] = ("record", "observation", "testimony", "analysis")
COPIES_TO_PUBLISH = (".warc", ".warc.gz", ".wacz", ".pdf")
COPIES_TO_KEEP = (*COPIES_TO_PUBLISH, ".html", ".htm", ".mhtml")
"""How the names of copies of documents end. A saved page is never published: on our site its scripts would be ours."""
COPY_FORMATS = (
    f"Its name ends with {', '.join(f'`{ending}`' for ending in COPIES_TO_KEEP[:-1])} or `{COPIES_TO_KEEP[-1]}`."
)
OFFICIAL_KINDS = ("official record", "court record", "company record")
"""Kinds of document that speak for an institution, so that their words are the record itself."""
SEED_KINDS = (
    "news report",
    *OFFICIAL_KINDS,
    "interview",
    "dataset",
    "photograph",
    "letter",
    "website",
    "video",
    "book",
    "other",
)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That a source takes its word back, when and why."""

    at: Position
    date: PartialDate = key(DATE, "The day it was withdrawn.")
    reason: Text = key(TEXT, "Why, in a sentence for readers.")


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who speaks in a document."""

    at: Position
    id: str
    described_as: Text = key(TEXT, "How the document describes this voice, in our words.")
    named: bool = key(FLAG, "Whether the document names it.", default=False)
    how_they_know: Text | None = key(
        TEXT, 'For an unnamed voice: how it knows, be it "the source does not say".', default=None
    )
    why_unnamed: Text | None = key(
        TEXT, 'For an unnamed voice: why it is not named, be it "the source does not say".', default=None
    )
    spoke: PartialDate | None = key(DATE, "When it spoke, if the document says.", default=None)
    relays: tuple[Name, ...] = key(
        ListOf(Scalar("a voice of this seed, or seed-name@voice-name", placed=Name)),
        "Voices whose word this one passes on: `voice`, or `other-seed@voice`. Beside them it counts for nothing.",
        default=(),
    )
    withdrawn: Withdrawal | None = key(Record(Withdrawal), "Set when this voice takes its word back.", default=None)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """That one statement says otherwise than another, and why the two cannot both hold."""

    at: Position
    statement: Cited = key(CITATION, "The other statement, as seed-name/statement-name.")
    why: Text = key(TEXT, "What cannot both be true, in a sentence for readers.")


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing a document says, and who says it there."""

    at: Position
    id: str
    voice: Name = key(NAME, "Who says it: a voice of this seed.")
    locator: Text | None = key(
        TEXT,
        "Where in the document: page, paragraph, minute. Left out only where the site sets `missing-locator` lower.",
        default=None,
    )
    says: Text = key(TEXT, "What is said, in our own words.")
    quote: str | None = key(PLAIN, "The document's own words, checked letter by letter against `text`.", default=None)
    reading: Reading = key(
        Choice(READINGS),
        "`record`: an official document's own words; `observation`: the voice saw it; `testimony`: the voice says it, "
        "on what basis is not shown; `analysis`: the voice infers it.",
    )
    contradicts: tuple[Contradiction, ...] = key(
        ListOf(Record(Contradiction)), "Statements that this one contradicts.", default=()
    )


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody a document names who may be harmed by what it says."""

    at: Position
    id: str
    name: Text = key(TEXT, "The name, as a story writes it.")
    aliases: tuple[str, ...] = key(
        ListOf(PLAIN), "Other names and spellings, in any language, by which a text can mean it.", default=()
    )


@dataclass(frozen=True, slots=True)
class Archive:
    """That a document is kept where it cannot vanish: in a web archive, as a copy of ours, or both."""

    at: Position
    url: str | None = key(WEB_ADDRESS, "Where a web archive shows the document as it was.", default=None)
    file: Name | None = key(
        Scalar("a file name, or `private/` and a file name", placed=Name),
        "Our copy: `NAME` for a file beside the seed, as public as the repository, or `private/NAME` for one in "
        "`private/`, which no build opens. " + COPY_FORMATS,
        default=None,
    )
    sha256: str | None = key(
        DIGEST, "With `file`: its fingerprint. That of a leaked document identifies the copy.", default=None
    )
    publish: bool = key(
        FLAG, "Whether readers may download the copy. It is kept to ourselves where this is left out.", default=False
    )
    rights: Text | None = key(TEXT, "With `publish`: by what right it is published, for readers.", default=None)


@dataclass(frozen=True, slots=True)
class Seed:
    """One source document: `seeds/NAME.yaml`."""

    at: Position
    id: str
    title: str = key(PLAIN, "The document's title, in its own language.")
    title_language: Name | None = key(
        LANGUAGE, "The language of the title, where it is not the site's first.", default=None
    )
    publisher: str = key(PLAIN, "Who published it. Documents of one publisher never corroborate each other.")
    kind: str = key(Choice(SEED_KINDS), "What sort of document it is.")
    url: str | None = key(WEB_ADDRESS, "Where readers find it.", default=None)
    published: PartialDate | None = key(DATE, "When it was published; left out where it does not say.", default=None)
    retrieved: PartialDate | None = key(
        DATE, "When our copy was fetched; left out where that is not known.", default=None
    )
    consulted: str = key(Choice(("in full", "in part", "through a summary")), "How much of it we have read.")
    note: Text | None = key(
        TEXT, "What readers should know about the document, and what is not known about it.", default=None
    )
    sha256: str | None = key(
        DIGEST,
        "The fingerprint of the document as it was fetched from `url`; `check --links` compares it. Only for public "
        "documents: that of a leaked one identifies the copy.",
        default=None,
    )
    text: str | None = key(
        Scalar("a file name beside the seed"),
        "A stored copy of its text, beside the seed, where we may keep one; quotations are checked against it.",
        default=None,
    )
    archive: Archive | None = key(
        Record(Archive), "Where it is kept, should it vanish from its address or change there.", default=None
    )
    relays: tuple[Name, ...] = key(
        ListOf(NAME), "Other seeds that this document passes on. All of them count as one report.", default=()
    )
    withdrawn: Withdrawal | None = key(Record(Withdrawal), "Set when the document is withdrawn.", default=None)
    parties: Mapping[str, Mention] = key(
        MapOf(Record(Mention)), "Who is named in it and may be harmed by what it says, by name.", default={}
    )
    voices: Mapping[str, Voice] = key(MapOf(Record(Voice)), "Who speaks in it, by name.")
    statements: Mapping[str, Statement] = key(MapOf(Record(Statement)), "What it says, by name.")


# --- Exhibits --------------------------------------------------------------------------------------------------------

REGION_SIZES = {"point": 2, "box": 4, "ellipse": 4}
"""How many numbers each shape takes; a polygon takes pairs."""


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture, in fractions of the upright picture, origin top left."""

    at: Position
    shape: Literal["point", "box", "ellipse", "polygon"]
    numbers: tuple[float, ...]
    """Point: x, y. Box: left, top, width, height. Ellipse: centre x, y, radius x, y. Polygon: x, y of each corner."""

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the smallest box around it."""
        if self.shape == "box":
            left, top, width, height = self.numbers
            return left, top, left + width, top + height
        if self.shape == "ellipse":
            x, y, radius_x, radius_y = self.numbers
            return x - radius_x, y - radius_y, x + radius_x, y + radius_y
        xs, ys = self.numbers[0::2], self.numbers[1::2]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class RegionKind:
    """A region, as a map with one key."""

    expected: str = (
        "`point: [x, y]`, `box: [x, y, w, h]`, `ellipse: [cx, cy, rx, ry]` or `polygon: [[x, y], …]`, "
        "in fractions of the picture"
    )

    def read(self, node: Node, reader: Reader) -> Region | None:
        from yaml.nodes import MappingNode

        pairs = entries(node, reader) if isinstance(node, MappingNode) else []
        if len(pairs) != 1 or pairs[0][0].value not in (*REGION_SIZES, "polygon"):
            reader.report(node, "bad-region", "expected one shape", f"write {self.expected}")
            return None
        shape, value = pairs[0][0].value, pairs[0][1]
        numbers = self._numbers(shape, value, reader)
        if numbers is None:
            return None
        region = Region(reader.at(node), shape, numbers)  # type: ignore[arg-type]
        return self._inside(region, value, reader)

    def _numbers(self, shape: str, node: Node, reader: Reader) -> tuple[float, ...] | None:
        listed = _items(node)
        wanted = REGION_SIZES.get(shape)
        flat = listed if wanted else [number for corner in listed for number in _items(corner)]
        if wanted and len(listed) != wanted:
            found = f"{wanted} numbers, found {len(listed)}"
            reader.report(node, "bad-region", f"a region of the shape {shape} takes {found}", f"write {self.expected}")
            return None
        if not wanted and (len(listed) < 3 or any(len(_items(corner)) != 2 for corner in listed)):
            message = "a polygon takes three corners or more, each [x, y]"
            reader.report(node, "bad-region", message, f"write {self.expected}")
            return None
        numbers = tuple(number for child in flat if (number := FRACTION.read(child, reader)) is not None)
        return numbers if len(numbers) == len(flat) else None

    def _inside(self, region: Region, node: Node, reader: Reader) -> Region | None:
        left, top, right, bottom = region.bounds()
        if min(left, top) < -1e-9 or max(right, bottom) > 1 + 1e-9:
            edges = f"its edges are {left:g}, {top:g}, {right:g}, {bottom:g}"
            message = f"this {region.shape} reaches outside the picture ({edges})"
            reader.report(
                node, "bad-region", message, "fractions run from 0 at the left or top to 1 at the right or bottom"
            )
            return None
        if region.shape != "point" and (right - left <= 0 or bottom - top <= 0):
            reader.report(node, "bad-region", f"this {region.shape} has no extent")
            return None
        return region

    def schema(self) -> dict[str, Any]:
        number = {"type": "number", "minimum": 0, "maximum": 1}
        shapes = {
            name: {"type": "array", "items": number, "minItems": size, "maxItems": size}
            for name, size in REGION_SIZES.items()
        }
        shapes["polygon"] = {
            "type": "array",
            "items": {"type": "array", "items": number, "minItems": 2, "maxItems": 2},
            "minItems": 3,
        }
        return {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "properties": shapes,
        }


def _items(node: Node) -> list[Node]:
    from yaml.nodes import SequenceNode

    return list(node.value) if isinstance(node, SequenceNode) else []


def _fraction(text: str) -> float:
    import re

    if not re.fullmatch(r"0|1|0?\.[0-9]{1,9}|1\.0{1,9}", text):
        raise ValueError(f"`{text[:40]}` is not a fraction of the picture")
    return float(text)


FRACTION = Scalar(
    "a number from 0 to 1 such as 0.25",
    _fraction,
    "bad-region",
    MappingProxyType({"type": "number", "minimum": 0, "maximum": 1}),
)


@dataclass(frozen=True, slots=True)
class Annotation:
    """One thing to see in a picture."""

    at: Position
    id: str
    region: Region = key(RegionKind(), "Where it is in the picture.")
    label: Text = key(TEXT, "Two or three words that name it.")
    note: Text = key(
        TEXT,
        "What it shows, or would let a reader check. Markdown within one paragraph; claims and expressions allowed.",
    )
    seed: Cited | None = key(CITATION, "What the note rests on, as seed-name/statement-name.", default=None)


@dataclass(frozen=True, slots=True)
class Master:
    """How the photograph that is shown was made of its original; `build.py photo` writes this."""

    at: Position
    recipe: str = key(PLAIN, "The name of the way in which it was made.")
    longest_side: int = key(WHOLE_NUMBER, "What its longer side has at most, in pixels.")
    redactions: str = key(DIGEST, "The fingerprint of the redactions that are painted over in it.")
    sha256: str = key(DIGEST, "The fingerprint of the file in `photos/`.")
    commitment: str = key(
        DIGEST, "What ties it to its original without giving that away; `photo --check` proves it with the salt."
    )
    colour: str | None = key(
        COLOUR, "Its average colour, which stands in its place while it is on its way to a reader.", default=None
    )


SEEN = Choice(("none", "shown"))


@dataclass(frozen=True, slots=True)
class Lookout:
    """What somebody who looked at a master says can be seen in it, never what is hidden; `build.py photo` writes this."""

    at: Position
    master: str = key(DIGEST, "The fingerprint of the master that was looked at.")
    faces: str | None = key(
        SEEN, "Faces, and people otherwise known: `none` can be seen, or some are `shown` and may be.", default=None
    )
    plates: str | None = key(SEEN, "Number plates: `none` or `shown`, as each of the following.", default=None)
    screens: str | None = key(SEEN, "Screens and what stands on them.", default=None)
    reflections: str | None = key(SEEN, "Reflections, in windows and eyes too.", default=None)
    badges: str | None = key(SEEN, "Badges, uniforms, name tags.", default=None)
    handwriting: str | None = key(SEEN, "Handwriting.", default=None)
    windows: str | None = key(SEEN, "What is seen through a window.", default=None)
    dismissed: tuple[Region, ...] = key(
        ListOf(RegionKind()),
        "Places that a detector takes for a face, and that are none, or one that may be seen.",
        default=(),
    )


LOOKED_FOR = ("faces", "plates", "screens", "reflections", "badges", "handwriting", "windows")
"""The keys of `Lookout` that are answers."""


class CopyFile(NamedTuple):
    """What the copy of a document is found to be."""

    path: str
    """From the root."""
    sha256: str
    """As an author writes it: `sha256-…`."""
    begins: bytes
    """Its first bytes, by which formats are known."""


class PhotoFile(NamedTuple):
    """What a photograph's file is found to be."""

    path: str
    """From the root."""
    sha256: str
    """As an author writes it: `sha256-…`."""
    format: str
    """`JPEG` for a master; empty for what is no picture."""
    width: int
    """In pixels."""
    height: int
    carried: tuple[str, ...]
    """What it carries besides its picture, in words."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A photograph, or the placeholder for one that is not in hand."""

    at: Position
    id: str
    title: Text = key(TEXT, "A short title.")
    alt: Text | None = key(TEXT, "What the picture shows, for readers who do not see it.", default=None)
    caption: Text = key(TEXT, "The caption. Markdown within one paragraph; claims and expressions allowed.")
    credit: Text | None = key(TEXT, "Who made the picture that is shown.", default=None)
    rights: Text | None = key(TEXT, "By what right it is shown.", default=None)
    photo: str | None = key(
        Scalar("a file name in photos/"),
        "The master, a file in `photos/`. Left out while there is a placeholder.",
        default=None,
    )
    master: Master | None = key(
        Record(Master), "With `photo`: how it was made. `build.py photo` writes it.", default=None
    )
    looked_for: Lookout | None = key(
        Record(Lookout),
        "With `photo`: what can be seen in the master that gives people or places away. `build.py photo` writes it.",
        default=None,
    )
    shape: tuple[int, int] = key(ASPECT, "The placeholder's shape, width to height.", default=(3, 2))
    absent: str | None = key(
        Choice(("not in hand", "withheld", "licence pending")),
        "Why there is no photograph; `withheld` is for somebody's safety.",
        default=None,
    )
    would_show: Text | None = key(TEXT, "What the photograph would let a reader check.", default=None)
    positions: str | None = key(
        Choice(("schematic",)),
        "`schematic` where the regions were placed without having seen the picture; never exported.",
        default=None,
    )
    redactions: tuple[Region, ...] = key(
        ListOf(RegionKind()), "Regions painted over in the master: box, ellipse or polygon.", default=()
    )
    annotations: Mapping[str, Annotation] = key(
        MapOf(Record(Annotation)), "What there is to see, by name, in reading order.", default={}
    )


# --- Prices ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Price:
    """One price as a source gives it."""

    at: Position
    id: str
    place: Name = key(NAME, "Where it was asked: a name under `places`.")
    population: Name = key(NAME, "What it is a price of: a name under `populations`.")
    item: Text = key(TEXT, "What is sold, in two or three words.")
    price: Interval | None = key(
        AMOUNT,
        'The amount: 200, 200..300, ">1000", ">=1000", "<50" (more than nothing, less than 50) or "~200".',
        default=None,
    )
    times: Interval | None = key(AMOUNT, "Instead of an amount: how many times another price.", default=None)
    of_: Name | None = key(
        PRICE_NAME,
        "With `times`: the price it is a multiple of. Without, it stays a multiple and never becomes an amount.",
        default=None,
    )
    statistic: str = key(
        Choice(("single", "average", "range")), "Whether it is one price, an average, or a range of prices."
    )
    seed: Cited = key(CITATION, "Who says so, as seed-name/statement-name.")
    date: PartialDate | None = key(DATE, "When it was the price, if the source says.", default=None)


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a foreign currency was worth in the file's currency, on a day, by a source."""

    at: Position
    currency: str = key(CURRENCY, "The foreign currency.")
    rate: Interval = key(AMOUNT, "How many units of the file's currency one unit of it bought.")
    date: PartialDate = key(DATE, "The day of the rate.")
    seed: Cited = key(CITATION, "Who says so.")


@dataclass(frozen=True, slots=True)
class Comparable:
    """That two populations may be set against each other, and why."""

    at: Position
    populations: tuple[Name, ...] = key(ListOf(NAME), "The two populations.")
    reason: Text = key(TEXT, "Why they can be compared, in a sentence for readers.")


@dataclass(frozen=True)
class PriceRowsKind:
    """Price rows by name, or the name of a CSV file that holds them."""

    expected: str = "a map from price names to entries, or the name of a CSV file"

    def read(self, node: Node, reader: Reader) -> Any:
        from yaml.nodes import ScalarNode

        if isinstance(node, ScalarNode):
            return Scalar(self.expected, placed=Name).read(node, reader)
        return MapOf(Record(Price), ID_FOR_EXPRESSIONS).read(node, reader)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [MapOf(Record(Price), ID_FOR_EXPRESSIONS).schema(), {"type": "string", "pattern": r"\.csv$"}]}


@dataclass(frozen=True, slots=True)
class PriceFile:
    """A story's prices: `prices.yaml`."""

    at: Position
    currency: str = key(CURRENCY, "The currency of every amount, as a code such as CNY.")
    unit: Text = key(TEXT, "What a price is for: a piece, a kilo, a month.")
    rates: tuple[Rate, ...] = key(ListOf(Record(Rate)), "Exchange rates; without one nothing is converted.", default=())
    places: Mapping[str, Text] = key(MapOf(TEXT), "Where prices were asked, by name.")
    populations: Mapping[str, Text] = key(
        MapOf(TEXT), "What the prices are prices of, by name: all goods, goods with slight defects."
    )
    comparable: tuple[Comparable, ...] = key(
        ListOf(Record(Comparable)), "Pairs of populations that may be set against each other.", default=()
    )
    finding: Text | None = key(
        TEXT, "What the comparison shows, in one sentence; claims and expressions allowed.", default=None
    )
    prices: Mapping[str, Price] | Name = key(
        PriceRowsKind(),
        "The prices by name (letters, digits, underscores), or the name of a CSV file beside this one, a row each.",
    )


# --- Stories and the site --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Correction:
    """Something that was wrong on the published page, and what is right."""

    at: Position
    date: PartialDate = key(DATE, "The day it was corrected.")
    kind: str = key(
        Choice(CORRECTION_KINDS),
        "`correction`: it was wrong; `clarification`: it could be misread; `update`: it has changed since, or was not "
        "known.",
    )
    of_: tuple[Name, ...] = key(
        ListOf(PLACE),
        "What it is about, a place an item. Readers find a mark there, and `publish` asks for it.",
        default=(),
    )
    was: Text = key(TEXT, "What was wrong or missing.")
    now: Text = key(TEXT, "What is right now.")

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(name.value for name in self.of_)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody the story names who may be harmed by it, and whether they were asked."""

    at: Position
    id: str
    name: Text = key(TEXT, "The name as readers see it.")
    aliases: tuple[str, ...] = key(ListOf(PLAIN), "Other names it goes by in the story, in any language.", default=())
    asked_by: Literal["us", "source", "nobody"] = key(Choice(("us", "source", "nobody")), "Who asked for comment.")
    when: PartialDate | None = key(DATE, "When they were asked.", default=None)
    answer: Text | None = key(TEXT, "What they answered, or that nothing is recorded.", default=None)


@dataclass(frozen=True, slots=True)
class Removal:
    """That a published story was taken down: what stands in its place."""

    at: Position
    date: PartialDate = key(DATE, "The day it was taken down.")
    reason: Text = key(TEXT, "Why, in a sentence or two for readers.")
    show_title: bool = key(FLAG, "Whether the page in its place still names the headline.", default=False)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands above the prose of `index.md`."""

    at: Position
    title: Text = key(TEXT, "The headline. Claims and expressions allowed.")
    standfirst: Text = key(TEXT, "The sentence or two under the headline. Claims and expressions allowed.")
    status: Literal["draft", "published", "withdrawn"] = key(
        Choice(("draft", "published", "withdrawn")),
        "A draft is never in a published build; `serve` shows it. Of a withdrawn story its addresses say only that it "
        "was withdrawn, when and why.",
    )
    withdrawn: Removal | None = key(
        Record(Removal), "With `status: withdrawn`: when and why the story was taken down.", default=None
    )
    authors: tuple[Text, ...] = key(ListOf(TEXT), "Who wrote it; may be empty.", default=())
    based_on: tuple[Name, ...] = key(ListOf(NAME), "Seeds that the whole story reports from.", default=())
    place: Text | None = key(TEXT, "A place label. Not a dateline, unless somebody filed from there.", default=None)
    published: PartialDate | None = key(DATE, "The day it was published.", default=None)
    updated: PartialDate | None = key(DATE, "The day it last changed in substance.", default=None)
    tags: tuple[Text, ...] = key(
        ListOf(TEXT), "Subjects; on a site of several stories each has a page. Write one alike everywhere.", default=()
    )
    methods: tuple[Text, ...] = key(
        ListOf(TEXT), "How the story was made, a paragraph an item. Claims and expressions allowed.", default=()
    )
    unknowns: tuple[Text, ...] = key(
        ListOf(TEXT), "What is not known, a sentence or two an item. Claims and expressions allowed.", default=()
    )
    licence: Text | None = key(TEXT, "On what terms the text may be used; the site's where left out.", default=None)
    series: Text | None = key(
        TEXT, "The name of the series it belongs to; stories with the same one are its parts.", default=None
    )
    part: PlacedNumber | None = key(
        PLACED_NUMBER, "Which part of the series it is; where left out, parts follow by their days.", default=None
    )
    card_title: Text | None = key(
        TEXT,
        "The headline on the card that other sites show, where the story's own holds a sign that cards cannot draw.",
        default=None,
    )
    corrections: tuple[Correction, ...] = key(ListOf(Record(Correction)), "Corrections, the latest first.", default=())
    parties: Mapping[str, Party] = key(MapOf(Record(Party)), "Who is named and may be harmed, by name.", default={})


@dataclass(frozen=True, slots=True)
class Prose:
    """The Markdown of one edition, and where it starts."""

    text: str
    at: Position


@dataclass(frozen=True, slots=True)
class Review:
    """Which state of the original a translation renders, and who read it: `reviewed.LANGUAGE.yaml`.

    Written by `build.py reviewed LANGUAGE`, never by hand.
    """

    at: Position
    read_by: Literal["native", "machine"] = key(
        Choice(("native", "machine")), "Whether a native reader has checked the translation, or nobody but a machine."
    )
    originals: tuple[str, ...] = key(
        ListOf(PLAIN), "Digests of the original's passages as they were when the translation was made."
    )


@dataclass(frozen=True, slots=True)
class Story:
    """One story: a folder of `content/`."""

    slug: str
    front: FrontMatter
    editions: Mapping[str, Prose]
    """The prose by language."""
    exhibits: Mapping[str, Exhibit]
    photographs: Mapping[str, PhotoFile]
    """By exhibit, of those that have one which can be read."""
    prices: PriceFile | None
    price_rows: Mapping[str, Price]
    """The rows of `prices`, wherever they were written."""
    reviews: Mapping[str, Review]
    """Of its translations, by language."""
    digests: Mapping[str, str]
    """SHA-256 of each file it was read from, by path; its record is not among them."""
    published: Published | None = None
    """What is recorded of it, once it has been published."""


RULE_LEVELS = ("error", "warning", "off")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a sourcing rule counts as on this site, and why."""

    at: Position
    id: str
    level: Literal["error", "warning", "off"] = key(
        Choice(RULE_LEVELS), "An `error` stops the build, a `warning` does not, and `off` says nothing."
    )
    reason: str | None = key(
        PLAIN,
        "Why, for whoever edits here next. Must be there where the rule counts for less than by default.",
        default=None,
    )


@dataclass(frozen=True, slots=True)
class SiteFile:
    """The site as a whole: `content/site.yaml`."""

    at: Position
    format: str = key(FORMAT_ONE, "The content format's number: 1.")
    title: Text = key(TEXT, "The site's name.")
    publisher: Text = key(TEXT, "Who answers for it.")
    languages: tuple[Name, ...] = key(
        ListOf(LANGUAGE), "The languages of its editions; the first is the default, whose pages have no prefix."
    )
    front: Name | None = key(
        NAME, "The story that is the site's front page. Left out, an index of stories is.", default=None
    )
    url: str | None = key(
        SITE_ADDRESS, "Where the site is published; only then do pages name absolute addresses.", default=None
    )
    repository: str | None = key(
        WEB_ADDRESS, "Where readers find the files that the site is made of; its pages then say so.", default=None
    )
    contact: Text | None = key(TEXT, "How readers reach you.", default=None)
    licence: Text | None = key(TEXT, "On what terms the texts may be used.", default=None)
    rules: Mapping[str, Rule] = key(
        MapOf(Record(Rule)), "What sourcing rules count as here, by name; docs/sourcing.md explains each.", default={}
    )

    @property
    def first_language(self) -> str:
        return self.languages[0].value

    @property
    def language_codes(self) -> tuple[str, ...]:
        return tuple(name.value for name in self.languages)
