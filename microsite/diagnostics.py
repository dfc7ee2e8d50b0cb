"""What can be wrong with content, and how it is said: places, diagnostics and the catalogue of their kinds.

A diagnostic is a value. Every stage returns its diagnostics; nobody raises one and nobody prints one but the
command and the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Position(NamedTuple):
    """A place in a file an author wrote."""

    file: str
    """Path from the site's root, with forward slashes: `content/dandong-store/prices.yaml`."""
    line: int = 1
    """Counted from 1."""
    column: int = 1
    """Counted in characters from 1."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Kind(NamedTuple):
    """One sort of mistake, under a short name that never changes."""

    severity: Severity
    meaning: str
    """One sentence for docs/diagnostics.md: what the mistake is."""
    remedy: str
    """One sentence for docs/diagnostics.md: what to do about it."""
    is_rule: bool = False
    """Whether it is a sourcing rule, whose severity `rules` in site.yaml can set."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake at one place, in words for a reporter."""

    at: Position
    kind: str
    """A key of `KINDS`."""
    message: str
    """What is wrong and what was expected, in one sentence without a full stop."""
    hint: str = ""
    """What to do next: the nearest valid name, or the remedy."""
    severity: Severity = "error"


def problem(at: Position, kind: str, message: str, hint: str = "") -> Diagnostic:
    """A diagnostic of a catalogued kind, with that kind's severity.

    Raises:
        KeyError: the kind is not in the catalogue, which is a bug of ours.
    """
    return Diagnostic(at, kind, message, hint, KINDS[kind].severity)


def nearest(name: str, valid: Iterable[str]) -> str:
    """A hint naming the valid name most like `name`, else listing a few; empty when nothing is valid."""
    from difflib import get_close_matches

    names = sorted(valid)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    if not names:
        return ""
    listed = ", ".join(f"`{n}`" for n in names[:8])
    return f"valid here: {listed}" + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether anything here stops a published build."""
    return any(d.severity == "error" for d in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same diagnostics without repetitions, by place, so that a run says the same thing every time."""
    return tuple(sorted(set(diagnostics), key=lambda d: (d.at, d.kind, d.message)))


KINDS: dict[str, Kind] = {
    # Files
    "unreadable-file": Kind("error", "A file cannot be read as text.", "Save it as UTF-8 text without NUL bytes."),
    "oversized-file": Kind("error", "A file is larger than any hand-written one.", "Split it, or move data out of it."),
    "irregular-file": Kind(
        "error",
        "A symlink, pipe, device or other special file stands in the content.",
        "Put a plain file in its place.",
    ),
    "missing-file": Kind(
        "error", "A file that the content needs is not there.", "Create it, or correct the name that asks for it."
    ),
    "unknown-file": Kind(
        "warning", "A file that nothing reads.", "Rename it to a name Microsite knows, or move it elsewhere."
    ),
    "bad-name": Kind(
        "error", "A file or folder name cannot be part of an address.", "Use small letters a to z, digits and hyphens."
    ),
    "reserved-name": Kind(
        "error", "A story, an exhibit or a tag has a name that a page or a language needs.", "Give it another name."
    ),
    "same-address": Kind(
        "error",
        "One tag or series is written in two ways, or two would have the same page.",
        "Write it the same way in every story, or give one of them other words.",
    ),
    "same-part": Kind(
        "error", "Two stories say that they are the same part of a series.", "Give one of them another number."
    ),
    "clashing-names": Kind(
        "error", "Two names differ only in case, so they are one file on some computers.", "Rename one of them."
    ),
    # YAML
    "yaml-syntax": Kind(
        "error",
        "The YAML cannot be parsed.",
        "Correct the line; quote texts that hold `: ` or begin with a special sign.",
    ),
    "yaml-alias": Kind("error", "An anchor's alias or a merge key is used.", "Write the value out again."),
    "yaml-tag": Kind("error", "A tag such as `!!python` is used.", "Remove the tag."),
    "yaml-depth": Kind("error", "The YAML is nested deeper than any field needs.", "Flatten it."),
    "duplicate-key": Kind("error", "A key stands twice in one map.", "Remove one."),
    "unknown-key": Kind("error", "A key that no field has.", "Correct the spelling, or remove it."),
    "missing-key": Kind("error", "A required key is absent.", "Add it."),
    "wrong-type": Kind(
        "error", "A value has the wrong shape: a list where a text is wanted, say.", "Write it in the shape named."
    ),
    "bad-value": Kind("error", "A value is not among those allowed.", "Use one of those named."),
    "bad-date": Kind(
        "error",
        "A date is impossible or not written the ISO way.",
        "Write 2017-09-11, 2019-11, 2019, or X for unknown digits.",
    ),
    "bad-region": Kind(
        "error", "A region is malformed or reaches outside the picture.", "Keep every number between 0 and 1."
    ),
    "bad-price": Kind(
        "error",
        "A price is not written in a way that can be computed with.",
        'Write 200, 200..300, ">1000", "<50", "~200" or times: 6.',
    ),
    "bad-csv": Kind("error", "A row of a spreadsheet does not fit its header.", "Correct the row."),
    "front-matter": Kind(
        "error",
        "The front matter does not begin or end with a line of three hyphens.",
        "Start the file with `---` and close the front matter with `---`.",
    ),
    # Names that point elsewhere
    "unknown-seed": Kind("error", "A source is cited that seeds/ does not hold.", "Correct the name, or add the seed."),
    "unknown-statement": Kind(
        "error", "A statement is cited that its seed does not hold.", "Correct the name, or record the statement."
    ),
    "unknown-voice": Kind(
        "error", "A voice is named that its seed does not hold.", "Correct the name, or record the voice."
    ),
    "unknown-exhibit": Kind(
        "error",
        "An exhibit or annotation is named that exhibits.yaml does not hold.",
        "Correct the name, or add the exhibit.",
    ),
    "unknown-price": Kind(
        "error", "An expression names a price that prices.yaml does not hold.", "Correct the name, or add the price."
    ),
    "unknown-population": Kind(
        "error",
        "A population is named that prices.yaml does not declare.",
        "Correct the name, or declare it under `populations`.",
    ),
    "unknown-place": Kind(
        "error",
        "A place is named that prices.yaml does not declare.",
        "Correct the name, or declare it under `places`.",
    ),
    "unknown-story": Kind(
        "error", "A story is named that content/ does not hold.", "Correct the name, or add the story."
    ),
    "unpublished-front": Kind(
        "error",
        "The front story is a draft, so a published site would have no first page.",
        "Publish the story, or take `front` out of site.yaml.",
    ),
    "unknown-language": Kind(
        "error",
        "A language is used that the site does not declare or has no words for.",
        "Correct the code, or add the language.",
    ),
    "broken-language": Kind(
        "error",
        "The words of a language of the site's own cannot be read, or lack a part.",
        "Compare the file with microsite/phrases/en.toml, which explains each part.",
    ),
    "missing-translation": Kind("error", "A text lacks one of the site's languages.", "Add the translation."),
    "stale-translation": Kind(
        "warning",
        "The original of a passage has changed since its translation was reviewed.",
        "Bring the translation up to date, then record it: `python build.py reviewed LANGUAGE --by native` (or `machine`).",
    ),
    "untranslated-words": Kind(
        "error",
        "A language's catalogue lacks some of the fixed words of the pages.",
        "Translate them in microsite/catalogues/LANGUAGE.po, or in languages/LANGUAGE.po for a language of the site's own.",
    ),
    "translation-differs": Kind(
        "error",
        "A translation cites, computes or shows other things than the original, or has other sections.",
        "Make both cite the same sources, figures and exhibits in the same order, under the same headings.",
    ),
    "circular-relays": Kind(
        "error", "Voices or seeds relay each other in a circle.", "Remove one link: somebody spoke first."
    ),
    # Evidence
    "bad-citation": Kind("error", "A citation cannot be read.", "Write seed:name/statement, joined by + or &."),
    "claim-without-support": Kind(
        "error", "Everything a claim rests on has been withdrawn.", "Find another source, or take the claim out."
    ),
    "withdrawn-source": Kind(
        "error", "A price or annotation rests only on a withdrawn source.", "Find another source, or take it out."
    ),
    "record-by-outsider": Kind(
        "error", "Only an official record speaks in words of record.", "Use observation, testimony or analysis."
    ),
    # Prices and expressions
    "bad-expression": Kind(
        "error", "An expression cannot be parsed or computed.", "Use price names, numbers, + - * / and parentheses."
    ),
    "unsound-price": Kind(
        "error",
        "A computation has no sound answer: division by zero, mixed currencies or populations.",
        "Compare like with like, or declare `comparable` or a rate.",
    ),
    # Sourcing rules, which docs/sourcing.md explains
    "unknown-rule": Kind(
        "error", "A rule is set in site.yaml that there is not.", "Correct the name; docs/sourcing.md lists the rules."
    ),
    "unnamed-voice": Kind(
        "warning",
        "A voice has no name, and readers are not told how it knows or why it is not named.",
        'Add `how_they_know` and `why_unnamed`, be it "the source does not say".',
        is_rule=True,
    ),
    "vague-source": Kind(
        "warning",
        'The prose speaks of "a source" or "sources", and says nothing that would let a reader judge them.',
        "Say what can be said: how they know, where they are, whose side they are on.",
        is_rule=True,
    ),
    "unattributed-claim": Kind(
        "warning",
        "A claim rests on unnamed voices of one publisher alone, and is stated as a fact.",
        "Say in the same sentence who says so, or find a source with a name.",
        is_rule=True,
    ),
    "inference-as-fact": Kind(
        "warning",
        "A superlative or a cause rests on analysis alone, and is stated as a fact.",
        "Say in the same sentence whose view it is, or find somebody who can tell it.",
        is_rule=True,
    ),
    "missing-locator": Kind(
        "error",
        "A statement does not say where in its document it stands, so nobody can look it up.",
        "Add `locator:` with the page, paragraph or minute.",
        is_rule=True,
    ),
    "quote-not-found": Kind(
        "error",
        "A quotation does not occur in the stored text.",
        "Correct the quotation letter by letter.",
        is_rule=True,
    ),
    "altered-copy": Kind(
        "error",
        "The copy that is kept of a document is not the file whose fingerprint was recorded.",
        "Put the recorded file back; if the document was saved anew, record its fingerprint and look at what changed.",
    ),
    "unpublishable-copy": Kind(
        "error",
        "A copy of a document is to be published that must not be, or cannot be as it is.",
        "Take `publish` out, or keep the copy beside the seed as a WARC, WACZ or PDF.",
    ),
    "unsourced-paragraph": Kind(
        "warning",
        "A paragraph of the prose names no source for anything in it.",
        "Mark what it claims: [words](seed:seed-name/statement-name).",
        is_rule=True,
    ),
    "typed-price": Kind(
        "warning",
        "A price or ratio is typed by hand, and will drift when the data changes.",
        "Compute it: {{ price_name }}.",
        is_rule=True,
    ),
    "unused-statement": Kind(
        "warning",
        "A statement of a source is cited by no story.",
        "Cite it, or take it out: what was left aside may speak against the story.",
        is_rule=True,
    ),
    "unused-price": Kind(
        "warning",
        "A price of prices.yaml goes into no text.",
        "Use it, or take it out.",
        is_rule=True,
    ),
    "unused-exhibit": Kind(
        "warning",
        "An exhibit is neither placed in the prose nor referred to.",
        "Place it with ![](exhibit:name), or take it out.",
        is_rule=True,
    ),
    "unrecorded-party": Kind(
        "warning",
        "A claim names a party, and nothing records whether it was asked for comment.",
        "Record it under `parties` in index.md: who asked, when, and the answer.",
        is_rule=True,
    ),
    # Prose
    "unsafe-link": Kind(
        "error",
        "A link uses a scheme that a reader should not follow.",
        "Link to https, http, mailto, or a place on this page.",
    ),
    "broken-link": Kind("error", "A link leads to a page or place that does not exist.", "Correct the address."),
    "misplaced-exhibit": Kind(
        "error", "An exhibit is placed inside a sentence, a claim or twice.", "Give it a paragraph of its own, once."
    ),
    "empty-claim": Kind(
        "error", "A claim has no words, so there is nothing for a reader to check.", "Write the words that are claimed."
    ),
    "same-claim-name": Kind("error", "Two claims of a story have been given the same name.", "Rename one of them."),
    "misplaced-claim": Kind("error", "A claim stands inside another or where none is allowed.", "Separate the two."),
    "too-deep": Kind("error", "Quotes or lists are nested too deeply.", "Flatten them."),
    "heading-one": Kind(
        "error",
        "A heading of the first level stands in the prose; the headline is the only one.",
        "Begin sections with `##`.",
    ),
    "missing-glyph": Kind(
        "error",
        "The card that other sites show of a story would hold a sign for which cards have no letterform.",
        "Write it with common signs, or give the card a headline of its own: `card_title`.",
    ),
    "missing-alt": Kind("error", "A picture has no alternative text.", "Describe it under `alt`."),
    "stale-master": Kind(
        "error",
        "A photograph is not the master that was recorded, or its redactions have changed since.",
        "Run `python build.py photo` again: it makes the master anew.",
    ),
    "picture-metadata": Kind(
        "error",
        "A picture carries more than its picture: metadata, a comment, a profile, another picture.",
        "Make a master of it with `python build.py photo`, or save it without.",
    ),
    "schematic-regions": Kind(
        "error",
        "Regions placed without having seen the picture would be shown on a photograph.",
        "Draw each of them anew on the photograph.",
    ),
    "stray-photo": Kind(
        "error",
        "A file in photos/ is no exhibit's photograph, but public with the repository.",
        "Delete it, or move it to originals/ and make a master of it.",
    ),
    "tracked-original": Kind(
        "error",
        "git has an original, or a file of private/.",
        "Take it out of the index and of the history; what was pushed is public.",
    ),
    "tracked-metadata": Kind(
        "error",
        "git has a picture that carries a camera's metadata.",
        "Take it out of the index and of the history; publish a master instead.",
    ),
    "unasked-git": Kind(
        "warning",
        "git could not be asked what it tracks, so that check was not made.",
        "Install git, or mend what it complains about.",
    ),
    "likely-face": Kind(
        "warning",
        "A detector takes a place of a photograph for a face, and no redaction covers it.",
        "Cover it, or dismiss it, as `python build.py photo --look` says. That nothing is found is no promise.",
    ),
    "unanswered-checklist": Kind(
        "warning",
        "Nobody has said of a photograph whether what gives people and places away can be seen in it.",
        "Look at the master, and record it with `photo --none … --shown …`; docs/photographs.md says how.",
    ),
    "unusable-original": Kind(
        "error", "No master can be made of a file.", "Export it as the message says, and run `photo` on that."
    ),
    "plain-image": Kind(
        "error", "A picture is placed by file name instead of as an exhibit.", "Write ![](exhibit:name)."
    ),
    # What was published
    "unrecorded-change": Kind(
        "warning",
        "The story is not what was published, and nothing says so; `publish` takes it for an error.",
        "Add an entry to `corrections` that names the place, or publish with `--minor REASON`.",
    ),
    "vanished-story": Kind(
        "warning",
        "A story that was published is no longer there, and nothing says so; `publish` takes it for an error.",
        "Leave a page in its place: `status: withdrawn`, and `withdrawn:` with the date and the reason.",
    ),
    "misplaced-correction": Kind(
        "error",
        "A correction is out of its order, or about a place that the story neither shows nor was recorded to show.",
        "Put the latest first; correct the place under `of`, or take it out.",
    ),
    # Beyond the site: only `check --links` looks there
    "dead-link": Kind(
        "error",
        "Nothing stands at an address any more, or no reader gets there.",
        "Lead readers to where it is now, or to the copy in a web archive.",
    ),
    "altered-source": Kind(
        "error",
        "What stands at a source's address is not what was fetched from there.",
        "Compare it with the copy that was kept, and say what changed; the seed's `sha256` is that of what was read.",
    ),
    "moved-link": Kind(
        "warning",
        "What stood at an address has moved for good.",
        "Look whether it is the same, and write the new address.",
    ),
    "unreached-link": Kind(
        "warning",
        "Whether anything stands at an address could not be seen, this time.",
        "Try again another day, or look yourself.",
    ),
    # What was made
    "duplicate-id": Kind("error", "Two places on a page have the same id.", "Rename one of them."),
    "outside-request": Kind("error", "A page would ask another origin for something.", "Keep the file in the site."),
    "absolute-link": Kind(
        "error", "A link within the site is absolute, so it breaks when the site moves.", "Make it relative."
    ),
    "unsafe-markup": Kind(
        "error",
        "A page carries a script, style or attribute its policy does not allow.",
        "Move it to a file, or allow it by hash.",
    ),
    "incomplete-page": Kind(
        "error",
        "A page lacks its language, title, one headline, or a line in its head that it must have.",
        "Add it to the template that makes the page.",
    ),
    "tripwire": Kind(
        "error",
        "Something that private/tripwires.txt or MICROSITE_TRIPWIRES lists stands in what would be published or pushed.",
        "Find it in what was written, in every language, and take it out; what was pushed is public.",
    ),
    "unsearched-file": Kind(
        "error",
        "A file that would be published or pushed cannot be looked through for tripwires: it has a password, is packed in a way that nothing here opens, too deep or too large.",
        "Leave it out, save it in another form, or search it yourself and say so in the list.",
    ),
    "foreign-site-folder": Kind(
        "error", "site/ holds files that Microsite did not make.", "Move them away: a build would delete them."
    ),
    "broken-template": Kind(
        "error", "A template cannot be parsed or rendered.", "Correct the template at the line named."
    ),
}
