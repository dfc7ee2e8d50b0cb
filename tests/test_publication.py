"""Publishing records what readers are shown, and stops where a later build shows something else and nothing says so."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from microsite import command, load
from microsite.record import HEAD, as_text
from tests import helpers

pytestmark = pytest.mark.usefixtures("compiled_once")

STORY, RECORD = "content/story/index.md", "published/story.yaml"
FRONT = """\
    ---
    title: A title
    standfirst: A standfirst.
    status: published{more}
    ---

    {prose}

    ![](exhibit:shop)
    """
PROSE = "[A shop opened](seed:paper/opening), and [a shirt costs {{ shirt }}, two {{ shirt * 2 }}](seed:paper/price)."


class Desk:
    """A site that was published once, and what its editor does next."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = helpers.write_site(root, {STORY: story()})
        self._capsys = capsys
        assert self.publish() == (command.FINE, "Recorded: published/story.yaml. Commit it with the content.")

    def publish(self, *more: str, day: str = "2026-11-24") -> tuple[int, str]:
        """The exit status and all that was said."""
        self._capsys.readouterr()
        status = command.main(["publish", "--root", str(self.root), "--date", day, *more])
        said = self._capsys.readouterr()
        return status, f"{said.err}{said.out}".strip()

    def write(self, path: str, text: str) -> None:
        helpers.write_site(self.root, {**dict.fromkeys(helpers.FILES), path: text})

    def record(self) -> str:
        return (self.root / RECORD).read_text("utf-8")

    def page(self, name: str = "index.html") -> str:
        return (self.root / "site/story" / name).read_text("utf-8")


def story(more: str = "", prose: str = PROSE) -> str:
    return FRONT.format(more=more, prose=prose)


def correction(*places: str, day: str = "2026-11-25", kind: str = "correction") -> str:
    return (
        f"\n    corrections: [{{date: {day}, kind: {kind}, of: [{', '.join(places)}], was: It erred., now: It is so.}}]"
    )


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_a_record_can_be_read_by_people(desk: Desk) -> None:
    text = desk.record()
    assert text.startswith(HEAD)
    assert dedent(text.split("texts:\n")[1]) == dedent(
        """\
          "headline":
            en: "A title"
          "standfirst":
            en: "A standfirst."
          "claim:c-opening":
            standing: "one-voice"
            en: "A shop opened"
          "claim:c-price":
            standing: "one-voice"
            en: "a shirt costs 200 yuan, two 400 yuan"
          "figure:shirt * 2":
            en: "400 yuan"
          "claim:c-opening-2":
            standing: "one-voice"
            en: "as it opened"
          "price:shirt":
            en: "200 yuan"
          "exhibit:shop":
            en: "The shop, as it opened."
          "exhibit:shop/door":
            en: "The door."
        """
    )


def test_a_record_reads_as_it_was_written(desk: Desk) -> None:
    record, found = load.published(str(desk.root), "story")
    assert record
    assert not found
    assert as_text(record) == desk.record()


def test_readers_find_the_version_on_the_about_page(desk: Desk) -> None:
    assert "<b>24 November 2026</b>: first publication" in desk.page("about.html")


def test_publishing_again_changes_nothing(desk: Desk) -> None:
    before = desk.record()
    assert desk.publish(day="2026-12-01") == (command.FINE, "")
    assert desk.record() == before


def test_a_build_warns_of_a_change_and_publishing_stops_at_it(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    page = desk.page()
    desk.write(STORY, story(prose=PROSE.replace("A shop opened", "A shop has opened")))
    status, said = desk.publish()
    assert status == command.CONTENT_HAS_ERRORS
    place = "content/story/index.md:7:21: error: `claim:c-opening` is not what was published on 2026-11-24"
    assert f"{place}: was “A shop opened”, is “A shop has opened” (en) [unrecorded-change]" in said
    assert "of: [claim:c-opening]" in said
    assert desk.page() == page
    assert command.main(["build", "--root", str(desk.root)]) == command.FINE
    assert ": warning: `claim:c-opening` is not what was published" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "old", "new", "place"),
    [
        (STORY, "A title", "Another title", "headline"),
        (STORY, "A standfirst", "Another standfirst", "standfirst"),
        ("content/story/exhibits.yaml", "note: The door", "note: A door", "exhibit:shop/door"),
        ("content/story/exhibits.yaml", "caption: The shop", "caption: A shop", "exhibit:shop"),
        ("content/story/prices.yaml", "price: 200", "price: 300", "price:shirt"),
        ("seeds/paper.yaml", "reading: testimony\n", "reading: analysis\n", "claim:c-opening"),
    ],
)
def test_each_of_these_is_a_change(path: str, old: str, new: str, place: str, desk: Desk) -> None:
    target = desk.root / path
    target.write_text(target.read_text("utf-8").replace(old, new), "utf-8")
    status, said = desk.publish()
    assert (status, f"error: `{place}` is not what" in said) == (command.CONTENT_HAS_ERRORS, True)
    assert desk.publish("--minor", "a slip")[0] == command.FINE


def test_words_that_claim_nothing_may_change(desk: Desk) -> None:
    desk.write(STORY, story(prose=PROSE + " More words."))
    assert desk.publish() == (command.FINE, "")


def test_a_claim_put_before_others_is_the_only_one_that_is_new(desk: Desk) -> None:
    desk.write(STORY, story(prose="[It did](seed:paper/opening). " + PROSE))
    status, said = desk.publish()
    assert status == command.CONTENT_HAS_ERRORS
    assert said.count("[unrecorded-change]") == 1
    assert "was not there, is “It did” (en)" in said
    assert "was not there, is “one-voice” (standing)" in said


def test_a_correction_that_names_the_place_lets_it_be_published(desk: Desk) -> None:
    prose = PROSE.replace("A shop opened", "Two shops opened")
    desk.write(STORY, story(correction("claim:c-opening"), prose))
    assert desk.publish(day="2026-11-26")[0] == command.FINE
    assert "  - date: 2026-11-26\n    kinds: [correction]\n" in desk.record()
    assert '  - "2026-11-25 correction claim:c-opening"\n' in desk.record()
    assert desk.publish(day="2026-11-27") == (command.FINE, "")


def test_who_corrects_a_price_has_corrected_what_is_computed_from_it(desk: Desk) -> None:
    prices = desk.root / "content/story/prices.yaml"
    prices.write_text(prices.read_text("utf-8").replace("price: 200", "price: 300"), "utf-8")
    desk.write(STORY, story(correction("price:shirt")))
    assert desk.publish()[0] == command.FINE


@pytest.mark.parametrize(
    "entry",
    [correction("claim:c-price"), correction("claim:c-opening", day="2026-11-23"), correction()],
    ids=["of another place", "from before", "of no place"],
)
def test_other_corrections_do_not(entry: str, desk: Desk) -> None:
    desk.write(STORY, story(entry, PROSE.replace("A shop opened", "Two shops opened")))
    assert desk.publish()[0] == command.CONTENT_HAS_ERRORS


def test_a_correction_counts_once(desk: Desk) -> None:
    desk.write(STORY, story(correction("claim:c-opening"), PROSE.replace("A shop opened", "Two shops opened")))
    assert desk.publish(day="2026-11-25")[0] == command.FINE
    desk.write(STORY, story(correction("claim:c-opening"), PROSE.replace("A shop opened", "Three shops opened")))
    assert desk.publish(day="2026-11-25")[0] == command.CONTENT_HAS_ERRORS


def test_a_correction_of_what_is_gone_by_now_stays(desk: Desk) -> None:
    was, now = PROSE, PROSE.replace(", two {{ shirt * 2 }}", "")
    told = correction("figure:shirt * 2", "claim:c-price")
    desk.write(STORY, story(told, now))
    assert desk.publish(day="2026-11-25")[0] == command.FINE, "the record knows the figure that the story has no more"
    assert desk.publish(day="2026-11-25")[0] == command.FINE, "and then the correction itself"
    desk.write(STORY, story(told.replace("* 2", "* 3"), was))
    status, said = desk.publish(day="2026-11-26")
    assert status == command.CONTENT_HAS_ERRORS
    assert "the story neither shows `figure:shirt * 3` nor was recorded to show it [misplaced-correction]" in said
    assert "did you mean `figure:shirt * 2`?" in said


def test_what_a_source_that_cannot_be_read_does_to_a_story_is_no_change(desk: Desk) -> None:
    seed = desk.root / "seeds/paper.yaml"
    seed.write_text(f"{seed.read_text('utf-8')}withdrawn: {{date: 2026-11-25}}\n", "utf-8")
    status, said = desk.publish(day="2026-11-25")
    assert status == command.CONTENT_HAS_ERRORS
    assert "the key `reason` is missing here" in said
    assert "unrecorded-change" not in said


def test_a_correction_cannot_be_taken_back_in_silence(desk: Desk) -> None:
    desk.write(STORY, story(correction("text")))
    assert desk.publish(day="2026-11-25")[0] == command.FINE
    desk.write(STORY, story())
    status, said = desk.publish()
    assert status == command.CONTENT_HAS_ERRORS
    assert "a correction that readers were shown on 2026-11-25 is gone: `2026-11-25 correction text`" in said


def test_new_claims_may_be_told_as_an_update_of_the_text(desk: Desk) -> None:
    prose = PROSE + " [It has closed](seed:paper/opening)."
    desk.write(STORY, story(correction("text", kind="update"), prose))
    assert desk.publish()[0] == command.FINE


def test_a_minor_change_is_recorded_with_its_reason(desk: Desk) -> None:
    desk.write(STORY, story(prose=PROSE.replace("A shop", "One shop")))
    assert desk.publish("--minor", "an  article", day="2026-11-30")[0] == command.FINE
    assert '  - date: 2026-11-30\n    kinds: [minor]\n    reason: "an article"\n' in desk.record()


def test_a_reason_for_nothing_is_not_recorded(desk: Desk) -> None:
    before = desk.record()
    assert desk.publish("--minor", "nothing") == (command.FINE, "")
    assert desk.record() == before


def test_a_reason_must_be_given(desk: Desk) -> None:
    with pytest.raises(SystemExit):
        desk.publish("--minor", " ")


def test_what_is_wrong_anywhere_stops_it(desk: Desk) -> None:
    before = desk.record()
    desk.write(STORY, story(prose="[Nobody says so](seed:nobody/anything)."))
    assert desk.publish("--minor", "a reason")[0] == command.CONTENT_HAS_ERRORS
    assert desk.record() == before


def test_a_host_builds_what_is_recorded_and_shows_what_is_to_be(desk: Desk, tmp_path: Path) -> None:
    before = desk.record()
    desk.write(STORY, story(correction("claim:c-opening"), PROSE.replace("A shop opened", "Two shops opened")))
    status, said = desk.publish("--record-into", str(tmp_path / "elsewhere"))
    assert (status, f"Recorded: {RECORD}." in said) == (command.FINE, True)
    assert desk.record() == before
    assert "Two shops opened" in (tmp_path / "elsewhere" / RECORD).read_text("utf-8")
    assert "Two shops opened" in desk.page()


def test_a_draft_is_not_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    helpers.write_site(tmp_path, helpers.replaced(STORY, "status: published", "status: draft"))
    assert command.main(["publish", "--root", str(tmp_path)]) == command.FINE
    assert not (tmp_path / "published").exists()
    assert "Recorded" not in capsys.readouterr().out


@pytest.mark.parametrize("reason", [(), ("--minor", "tidying")])
def test_a_story_cannot_vanish_in_silence(reason: tuple[str, ...], desk: Desk) -> None:
    desk.write(STORY, story().replace("status: published", "status: draft"))
    status, said = desk.publish(*reason)
    assert (status, "[vanished-story]" in said) == (command.CONTENT_HAS_ERRORS, True)
    for path in sorted((desk.root / "content/story").iterdir()):
        path.unlink()
    (desk.root / "content/story").rmdir()
    status, said = desk.publish(*reason)
    assert (status, "published/story.yaml:1:1: error:" in said) == (command.CONTENT_HAS_ERRORS, True)


def test_an_edition_that_is_added_is_no_change(desk: Desk) -> None:
    desk.write("content/site.yaml", helpers.SITE.replace("[en]", "[en, ko]"))
    for path in ("content/site.yaml", "content/story/exhibits.yaml", "content/story/prices.yaml", "seeds/paper.yaml"):
        target = desk.root / path
        translated = _translated(target.read_text("utf-8"))
        target.write_text(translated, "utf-8")
    front = "title: {en: A title, ko: 제목}\nstandfirst: {en: A standfirst., ko: 요약.}"
    english = (desk.root / STORY).read_text("utf-8")
    desk.write(STORY, english.replace("title: A title\nstandfirst: A standfirst.", front))
    korean = "[가게](seed:paper/opening), [옷 {{ shirt }}, {{ shirt * 2 }}](seed:paper/price).\n\n![](exhibit:shop)\n"
    desk.write("content/story/index.ko.md", korean)
    status, said = desk.publish()
    assert status == command.FINE, said
    assert 'ko: "제목"' in desk.record()
    assert desk.record().count("  - date:") == 1


def _translated(text: str) -> str:
    keys = "title|publisher|alt|caption|credit|label|note|unit|item|described_as|locator|says|goods|shop"
    plain = re.compile(rf"^(\s*)({keys}): (?!\{{|$)(.+)$", re.MULTILINE)
    in_plain_text = ("title: A report", "publisher: A paper")
    return plain.sub(
        lambda found: (
            found[0]
            if found[0].strip() in (*in_plain_text, "item: shop")
            else f'{found[1]}{found[2]}: {{en: "{found[3]}", ko: "{_korean(found[3])}"}}'
        ),
        text,
    )


def _korean(text: str) -> str:
    return text if "seed:" in text else "말"


# --- What must not be kept -------------------------------------------------------------------------------------------


def test_a_text_can_be_forgotten_and_its_change_still_be_seen(desk: Desk) -> None:
    assert desk.publish("--forget", "story/claim:c-opening") == (command.FINE, RECORD)
    assert "A shop opened" not in desk.record()
    assert desk.publish() == (command.FINE, "")
    assert "A shop opened" not in desk.record()
    desk.write(STORY, story(prose=PROSE.replace("A shop opened", "A stall opened")))
    status, said = desk.publish()
    assert status == command.CONTENT_HAS_ERRORS
    assert "was (not kept), is “A stall opened” (en)" in said
    assert desk.publish("--minor", "for somebody’s safety")[0] == command.FINE
    assert 'en: "A stall opened"' in desk.record()


def test_all_texts_of_a_story_can_be_forgotten(desk: Desk) -> None:
    assert desk.publish("--forget", "story")[0] == command.FINE
    assert "opened" not in desk.record().split("texts:")[1]
    assert desk.publish() == (command.FINE, "")


@pytest.mark.parametrize("place", ["story/claim:c-openin", "nobody", "nobody/headline", "../story"])
def test_what_is_not_recorded_cannot_be_forgotten(place: str, desk: Desk) -> None:
    before = desk.record()
    status, said = desk.publish("--forget", place)
    assert status == command.WRONG_USAGE
    assert "nothing is recorded of" in said
    assert desk.record() == before
