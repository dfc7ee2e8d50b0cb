"""The sourcing rules find what they are about at its place, in each language, and nothing that only looks like it."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from microsite import pipeline, sourcewords
from microsite.command import order_for
from microsite.diagnostics import KINDS
from microsite.languages import languages_known
from microsite.review import check_everything
from microsite.rules import RULES

from .helpers import FILES, SEED, SITE, STORY, character_at, diagnose, found, replaced, write_site

INDEX, SEEDS, PRICES, EXHIBITS, SITE_FILE = (
    "content/story/index.md",
    "seeds/paper.yaml",
    "content/story/prices.yaml",
    "content/story/exhibits.yaml",
    "content/site.yaml",
)
UNNAMED = {SEEDS: SEED.replace("named: true", 'how_they_know: "Not said."\n        why_unnamed: "Not said."')}
ANALYSIS = {SEEDS: SEED.replace("reading: testimony", "reading: analysis")}


def with_prose(prose: str, language: str = "en") -> dict[str, str]:
    """The small site with further prose; in another language than English, a site in that language."""
    site = SITE.replace("[en]", f"[{language}]")
    return {INDEX: dedent(STORY) + f"\n{prose}\n", SITE_FILE: site}


def places(root: Path, changes: dict[str, str], kind: str) -> list[str]:
    """The rest of the line at each place where one rule finds something."""
    problems = diagnose(write_site(root, changes))
    assert {problem.kind for problem in problems} <= {kind, *RULES}
    texts = {**FILES, **changes}
    return [character_at(dedent(texts[p.at.file]), p.at) for p in problems if p.kind == kind]


# --- Sources of whom nothing is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "prose", "starts"),
    [
        ("en", "It [closed](seed:paper), a source said.", "a source said"),
        ("en", "Sources told us that [it](seed:paper) closed.", "Sources told"),
        ("en", "According to unnamed\nsources, [it](seed:paper) closed.", "According to unnamed"),
        ("en", "[It](seed:paper) closed, and several sources say so.", "several sources say"),
        ("ko", "[가게](seed:paper)가 닫혔다고 한 소식통은 말했다.", "한 소식통은"),
        ("ko", "소식통에 따르면 [가게](seed:paper)가 닫혔다.", "소식통에 따르면"),
        ("ko", "복수의 소식통들은 [가게](seed:paper)를 안다.", "복수의 소식통들은"),
        ("zh-Hans", "有消息人士称，[商店](seed:paper)已关闭。", "有消息人士称"),
        ("zh-Hans", "[商店](seed:paper)已关闭，一名知情人士透露。", "一名知情人士透露"),
        ("zh-Hans", "据消息人士透露，[商店](seed:paper)已关闭。", "据消息人士"),
    ],
)
def test_a_source_of_whom_nothing_is_said_is_found(tmp_path: Path, language: str, prose: str, starts: str) -> None:
    (place,) = places(tmp_path, with_prose(prose, language), "vague-source")
    assert place.startswith(starts)


@pytest.mark.parametrize(
    ("language", "prose"),
    [
        ("en", "[It](seed:paper) closed, a source in the town hall said."),
        ("en", "[It](seed:paper) closed, the source said."),
        ("en", "Hospital sources say that [it](seed:paper) closed."),
        ("en", "According to sources in the hall, [it](seed:paper) closed."),
        ("en", "The paper [wrote](seed:paper): “Sources say it closed.”"),
        ("en", "[It](seed:paper) is open source. Sources of water dried up."),
        ("en", "He reads `a source said`, and [it](seed:paper) is code."),
        ("en", "From the hospital's\nsources say-so was [had](seed:paper)."),
        ("en", "[It](seed:paper) has a source that said nothing."),
        ("ko", "중국 내 한 소식통은 [가게](seed:paper)가 닫혔다고 말했다. 소식통은 더 말하지 않았다."),
        ("ko", "이 소식통은 [가게](seed:paper)를 안다."),
        ("ko", "이곳을 아는 소식통에 따르면 [가게](seed:paper)가 닫혔다."),
        ("zh-Hans", "一名在华消息人士说，[商店](seed:paper)已关闭。消息人士称，不会再开。"),
        ("zh-Hans", "该消息人士说，[商店](seed:paper)已关闭。"),
    ],
)
def test_a_source_that_readers_can_judge_or_have_met_is_no_vague_one(tmp_path: Path, language: str, prose: str) -> None:
    assert places(tmp_path, with_prose(prose, language), "vague-source") == []


# --- Claims stated as facts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "prose", "expected"),
    [
        ("en", "[It closed](seed:paper/opening).", True),
        ("en", "It rained. [It closed](seed:paper/opening). A source said it rained.", True),
        ("en", "[It closed](seed:paper/opening), a source in town said.", False),
        ("en", "The source says: “It rained. [It closed](seed:paper/opening).”", False),
        ("en", "By A paper's account, [it closed](seed:paper/opening).", False),
        ("en", "To a witness [it closed](seed:paper/opening).", False),
        (
            "en",
            "So a source in town told us:\n\n- [it closed](seed:paper/opening);\n- [it opened](seed:paper/opening).",
            False,
        ),
        ("en", "A source in town said so.[^1]\n\n[^1]: Namely, [it closed](seed:paper/opening).", False),
        ("en", "| said | when |\n|---|---|\n| [it closed](seed:paper/opening) | then |", False),
        ("en", "[What it says](seed:paper) is short.", False),
        ("en", "[It closed](seed:paper/opening&paper).", True),
        ("ko", "[가게가 닫혔다](seed:paper/opening).", True),
        ("ko", "[가게가 닫혔다고](seed:paper/opening) 한다.", False),
        ("ko", "이곳 주민에 따르면 [가게가 닫혔다](seed:paper/opening).", False),
        ("zh-Hans", "[商店已关闭](seed:paper/opening)，有数据和小说。", True),
        ("zh-Hans", "当地居民说，[商店已关闭](seed:paper/opening)。", False),
    ],
)
def test_what_only_unnamed_voices_of_one_publisher_say_is_said_to_be_theirs(
    tmp_path: Path, language: str, prose: str, expected: bool
) -> None:
    changes = with_prose(prose, language) | UNNAMED
    changes[INDEX] = changes[INDEX].replace(
        "[A shop opened](seed:paper/opening), and [a shirt costs {{ shirt }}](seed:paper/price).", "[All](seed:paper)."
    )
    exhibits = {EXHIBITS: FILES[EXHIBITS].replace("[as it opened](seed:paper/opening)", "as drawn")}
    found_places = places(tmp_path, changes | exhibits, "unattributed-claim")
    assert len(found_places) == expected
    assert all(place.startswith(("It closed", "가게", "商店")) for place in found_places)


def test_a_claim_of_a_named_voice_of_a_record_or_of_two_publishers_may_stand_as_a_fact(tmp_path: Path) -> None:
    prose = with_prose("[It closed](seed:paper/opening).")
    assert places(tmp_path / "named", prose, "unattributed-claim") == []
    record = {SEEDS: UNNAMED[SEEDS].replace("testimony", "record").replace("news report", "court record")}
    assert places(tmp_path / "record", prose | record, "unattributed-claim") == []
    other = {"seeds/other.yaml": UNNAMED[SEEDS].replace("A paper", "Another paper")}
    both = {INDEX: prose[INDEX].replace("seed:paper/opening", "seed:paper/opening+other/opening")}
    text = places(tmp_path / "two", both | other | UNNAMED, "unattributed-claim")
    assert not any(place.startswith("It closed") for place in text)


@pytest.mark.parametrize(
    ("language", "prose", "starts"),
    [
        ("en", "[It closed because of the war](seed:paper/opening).", "because"),
        ("en", "[It is the largest shop](seed:paper/opening).", "the largest"),
        ("en", "[It is the largest shop](seed:paper/opening), an analyst thinks.", None),
        ("en", "[It closed](seed:paper/opening) because of the war.", None),
        ("en", "[It is on the first floor, at least](seed:paper/opening).", None),
        ("ko", "[전쟁 때문에 닫혔다](seed:paper/opening).", "때문"),
        ("ko", "[이 가게는 최대 규모다](seed:paper/opening).", "최대"),
        ("ko", "[최고인민회의가 열렸다](seed:paper/opening).", None),
        ("zh-Hans", "[商店因此关闭](seed:paper/opening)。", "因此"),
        ("zh-Hans", "[这是最大的商店](seed:paper/opening)。", "最"),
        ("zh-Hans", "[商店最近最终关闭](seed:paper/opening)。", None),
    ],
)
def test_a_superlative_or_cause_that_somebody_infers_is_said_to_be_theirs(
    tmp_path: Path, language: str, prose: str, starts: str | None
) -> None:
    found_places = places(tmp_path, with_prose(prose, language) | ANALYSIS, "inference-as-fact")
    assert [place.startswith(starts or "") for place in found_places] == ([True] if starts else [])


# --- Paragraphs, voices, locators ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("", []),
        ("Nothing leads anywhere.", ["Nothing leads anywhere."]),
        ("> A quotation of whom?", []),
        ("> A quotation of somebody.", ["> A quotation of somebody."]),
        ("But who owns it? And why?", []),
        ("## A heading without a source\n\n- a list\n- of things", []),
        ("It is there, see [the picture](exhibit:shop).", []),
        ("It is [in the gazette](https://example.org/).", []),
        ("It has a note.[^1]\n\n[^1]: [This](seed:paper).", []),
        ("A report lists these:\n\n- [one](seed:paper)\n- two", []),
        ("A report lists these:\n\n- one\n- two", ["A report lists these:"]),
        ("[It](seed:paper) goes on:\n\n> As quoted.", []),
        ("See [below](#below).\n\n## There {#below}", []),
        ("Term\n:   its meaning", []),
        ("| a | b |\n|---|---|\n| 1 | 2 |", []),
        ("    code that says nothing", []),
        ("[one][1] of [the usual](seed:paper)\n\n[1]: https://example.org/", []),
    ],
)
def test_a_paragraph_leads_to_a_source(tmp_path: Path, prose: str, expected: list[str]) -> None:
    assert places(tmp_path, with_prose(prose), "unsourced-paragraph") == expected


def test_an_unnamed_voice_tells_how_it_knows_and_why_it_has_no_name(tmp_path: Path) -> None:
    nothing = replaced(SEEDS, "        named: true\n".replace("        ", "    "), "")
    assert found(write_site(tmp_path / "a", nothing)) == [
        f"{EXHIBITS}:4:23 unattributed-claim",
        f"{INDEX}:7:2 unattributed-claim",
        f"{INDEX}:7:43 unattributed-claim",
        f"{SEEDS}:7:5 unnamed-voice",
    ]
    assert not any("unnamed-voice" in line for line in found(write_site(tmp_path / "b", UNNAMED)))


def test_a_statement_says_where_it_stands_whatever_it_is(tmp_path: Path) -> None:
    assert found(write_site(tmp_path, replaced(SEEDS, "    locator: paragraph 2\n", ""))) == [
        f"{SEEDS}:16:5 missing-locator"
    ]


# --- What is never used ----------------------------------------------------------------------------------------------

COAT = "  coat:\n    place: shop\n    population: goods\n    item: A coat\n    {}\n    statistic: single\n    seed: paper/price\n"


def test_a_price_that_no_text_uses_is_found_unless_another_is_a_multiple_of_it(tmp_path: Path) -> None:
    prices = dedent(FILES[PRICES]) + COAT.format("price: 300")
    assert found(write_site(tmp_path / "a", {PRICES: prices})) == [f"{PRICES}:16:5 unused-price"]
    base = dedent(FILES[PRICES]).replace("price: 200", "times: 2\n    of: coat") + COAT.format("price: 300")
    assert found(write_site(tmp_path / "b", {PRICES: base})) == []


def test_a_table_for_its_own_sake_and_a_misspelt_figure_leave_no_price_unused(tmp_path: Path) -> None:
    prices = {PRICES: dedent(FILES[PRICES]) + COAT.format("price: 300")}
    plain = {INDEX: STORY.replace("{{ shirt }}", "much")}
    assert found(write_site(tmp_path / "a", prices | plain)) == []
    misspelt = {INDEX: dedent(STORY) + "\n[A coat costs {{ caot }}](seed:paper/price).\n"}
    assert [line.split()[1] for line in found(write_site(tmp_path / "b", prices | misspelt))] == ["unknown-price"]


def test_an_exhibit_is_placed_or_referred_to(tmp_path: Path) -> None:
    assert found(write_site(tmp_path / "a", {INDEX: STORY.replace("![](exhibit:shop)", "")})) == [
        f"{EXHIBITS}:2:3 unused-exhibit"
    ]
    referred = {INDEX: STORY.replace("![](exhibit:shop)", "[Here](exhibit:shop/door).")}
    assert found(write_site(tmp_path / "b", referred)) == []


TWO_STATEMENTS = (
    "title: Two\npublisher: A paper\nkind: news report\nconsulted: in full\nvoices:\n  a: {described_as: A, named: true}\nstatements:\n"
    + "".join(f"  {name}: {{voice: a, locator: p, says: S., reading: testimony}}\n" for name in ("one", "two"))
)
STATEMENT_TWO = "seeds/two.yaml:9:8 unused-statement"


def built(root: Path) -> list[str]:
    """What a build says, each as `place kind`; and a check says the same."""
    said = [f"{each.at} {each.kind}" for each in pipeline.build(order_for(str(root))).diagnostics]
    assert said == [f"{each.at} {each.kind}" for each in check_everything(order_for(str(root)))[0]]
    return said


def test_a_statement_that_no_story_cites_is_told_until_one_does_also_by_builds_of_what_changed(tmp_path: Path) -> None:
    def story(cites: str) -> str:
        return STORY.replace("[A shop opened](seed:paper/opening)", f"[A shop opened](seed:{cites})")

    other = "content/other/index.md"
    changes = {INDEX: story("paper/opening&two/one"), other: story("paper/opening"), "seeds/two.yaml": TWO_STATEMENTS}
    for name in ("exhibits.yaml", "prices.yaml"):
        changes[f"content/other/{name}"] = FILES[f"content/story/{name}"]
    root = write_site(tmp_path, changes)
    assert built(root) == [STATEMENT_TWO]
    (root / other).write_text(dedent(story("two/two")))
    assert built(root) == []
    (root / other).write_text(dedent(story("paper/opening")))
    assert built(root) == [STATEMENT_TWO]
    (root / INDEX).write_text(dedent(story("paper/opening")))
    assert built(root) == [], "a document that no story names waits for one"


def test_a_statement_that_was_withdrawn_need_not_be_cited(tmp_path: Path) -> None:
    other_voice = "  b: {described_as: B, named: true, withdrawn: {date: 2026-01-02, reason: R.}}\n"
    withdrawn = TWO_STATEMENTS.replace("statements:\n", other_voice + "statements:\n").replace(
        "two: {voice: a", "two: {voice: b"
    )
    cites = STORY.replace("(seed:paper/opening)", "(seed:paper/opening&two/one)")
    assert built(write_site(tmp_path, {INDEX: cites, "seeds/two.yaml": withdrawn})) == []


def test_what_is_said_of_a_source_stays_said_whichever_story_changes(tmp_path: Path) -> None:
    unnamed = TWO_STATEMENTS.replace(", named: true", "")
    cited = STORY.replace("(seed:paper/opening)", "(seed:paper/opening&two/one&two/two)").replace(
        "), and", "), it said, and"
    )
    root = write_site(
        tmp_path,
        {
            INDEX: cited,
            "seeds/two.yaml": unnamed,
            "content/b/index.md": cited.replace("![](exhibit:shop)", "").replace("{{ shirt }}", "much"),
        },
    )
    about_two = "seeds/two.yaml:6:6 unnamed-voice"
    assert built(root) == [about_two]
    for name in ("content/b/index.md", INDEX):
        path = root / name
        path.write_text(path.read_text().replace("&two/one&two/two", ""))
        assert built(root) == [about_two], name
        path.write_text(path.read_text() + "\n[More](seed:paper).\n")
        assert built(root) == [about_two], name


# --- Parties ---------------------------------------------------------------------------------------------------------

PARTIES = "parties:\n  mill:\n    name: the mill\n    aliases: [Hill & Sons, 힐상사]\nvoices:"


def test_a_party_that_a_claim_names_has_a_record(tmp_path: Path) -> None:
    seed = replaced(SEEDS, "voices:", PARTIES)
    prose = with_prose(
        "The mill is old. By the report, Hill & Sons [sews it](seed:paper/opening). [The mill sews](seed:paper/price)."
    )
    (problem,) = diagnose(write_site(tmp_path, seed | prose))
    assert problem.kind == "unrecorded-party"
    assert character_at(prose[INDEX], problem.at).startswith("Hill & Sons [sews it]")
    assert "and in 1 more place" in problem.message
    assert "`mill:`" in problem.hint
    for record in ("mill: {name: A mill", "hill: {name: hill & sons", "hill: {name: Hill, aliases: [힐상사]"):
        parties = f"status: published\nparties:\n  {record}, asked_by: nobody}}"
        recorded = {INDEX: prose[INDEX].replace("status: published", parties)}
        assert found(write_site(tmp_path, seed | recorded)) == []


@pytest.mark.parametrize(
    ("prose", "language"),
    [
        ("The mill is old, and [it](seed:other) says so.", "en"),
        (
            "[It](seed:paper/opening) is said to be a windmill or the millstone. The mill is old, [others](seed:other) say.",
            "en",
        ),
    ],
)
def test_a_party_is_named_where_a_claim_on_its_document_names_it(tmp_path: Path, prose: str, language: str) -> None:
    seed = replaced(SEEDS, "voices:", PARTIES)
    other = {"seeds/other.yaml": FILES[SEEDS].replace("A report", "Another report")}
    assert "unrecorded-party" not in {
        line.split()[1] for line in found(write_site(tmp_path, seed | other | with_prose(prose, language)))
    }


def test_a_party_is_known_by_a_name_of_another_script(tmp_path: Path) -> None:
    seed = replaced(SEEDS, "voices:", PARTIES)
    prose = with_prose("보도에 따르면 [힐상사는 옷을 만든다](seed:paper/opening).", "ko")
    assert places(tmp_path, seed | prose, "unrecorded-party") == ["힐상사는 옷을 만든다](seed:paper/opening)."]


# --- What a site makes of the rules ----------------------------------------------------------------------------------


def set_to(rule: str, rest: str) -> dict[str, str]:
    return {SITE_FILE: dedent(SITE) + f"rules:\n  {rule}:\n    {rest}\n"}


def test_a_rule_counts_as_much_as_the_site_says(tmp_path: Path) -> None:
    wrong = {INDEX: dedent(STORY) + "\nNothing leads anywhere.\n"} | replaced(SEEDS, "    locator: paragraph 2\n", "")
    for rule, level, expected in (
        ("unsourced-paragraph", "level: error", [("unsourced-paragraph", "error"), ("missing-locator", "error")]),
        ("unsourced-paragraph", "level: off\n    reason: We say so.", [("missing-locator", "error")]),
        (
            "missing-locator",
            "level: warning\n    reason: They were talks.",
            [("unsourced-paragraph", "warning"), ("missing-locator", "warning")],
        ),
    ):
        problems = diagnose(write_site(tmp_path, wrong | set_to(rule, level)))
        assert [(each.kind, each.severity) for each in problems] == expected


@pytest.mark.parametrize(
    ("rule", "rest", "place", "kind", "hint"),
    [
        ("typed-number", "level: error", "7:5", "unknown-rule", "did you mean `typed-price`?"),
        ("unknown-seed", "level: off\n    reason: X", "7:5", "unknown-rule", ""),
        ("vague-source", "level: off", "7:5", "missing-key", "add `reason:`"),
        ("missing-locator", "level: warning", "7:5", "missing-key", "add `reason:`"),
        ("vague-source", "level: loud", "7:12", "bad-value", "valid here: `error`, `off`, `warning`"),
        ("vague-source", "reason: X", "7:5", "missing-key", ""),
        ("vague-source", "level: error\n    why: X", "8:5", "unknown-key", ""),
    ],
)
def test_a_rule_is_set_by_its_name_and_weakened_only_with_a_reason(
    tmp_path: Path, rule: str, rest: str, place: str, kind: str, hint: str
) -> None:
    (problem,) = diagnose(write_site(tmp_path, set_to(rule, rest)))
    assert (str(problem.at), problem.kind) == (f"{SITE_FILE}:{place}", kind)
    assert hint in problem.hint


def test_rules_keep_to_the_catalogue() -> None:
    assert all(KINDS[name].is_rule for name in RULES)
    assert {"quote-not-found", "typed-price", "unnamed-voice", "unrecorded-party"} < {*RULES}


# --- Words of languages ----------------------------------------------------------------------------------------------


def test_every_language_of_ours_has_every_list() -> None:
    for language in languages_known():
        assert sourcewords.what_is_wrong_with_words(language) == ""
        words = sourcewords.source_words(language)
        assert words.attributions
        assert words.bare_sources.attributions
        assert words.superlatives.wanted
        assert words.causes.wanted


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("[sourcing]\nattribution = ['said']", "did you mean `attributions`?"),
        ("[sourcing]\ncauses = 'because'", "`sourcing.causes` is not a list of words"),
        ("[sourcing]\ncauses = ['because', ' ']", "`sourcing.causes` is not a list of words"),
        ("[sourcing]\nbare_attributions = ['a source said']", "does not name {source} once"),
        ("sourcing = 1", "`sourcing` has no list"),
    ],
)
def test_a_language_whose_words_cannot_be_used_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, why: str
) -> None:
    (tmp_path / "xx.toml").write_text(table)
    monkeypatch.setattr(sourcewords, "PHRASES_FOLDER", tmp_path)
    assert why in sourcewords.what_is_wrong_with_words("xx")
    assert sourcewords.source_words("xx").attributions is None


def test_in_a_language_without_words_no_rule_that_needs_them_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in languages_known():
        (tmp_path / f"{language}.toml").write_text("name = 'A language'")
    monkeypatch.setattr(sourcewords, "PHRASES_FOLDER", tmp_path)
    prose = with_prose("A source said that [it is the largest](seed:paper/opening).")
    assert found(write_site(tmp_path / "site", prose | UNNAMED | ANALYSIS)) == []


# --- docs/sourcing.md ------------------------------------------------------------------------------------------------

HANDBOOK = (Path(__file__).parent.parent / "docs/sourcing.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `([a-z-]+)`\n(.*?)(?=^##|\Z)", HANDBOOK, re.MULTILINE | re.DOTALL))
GAZETTE = """\
title: A report
publisher: The Gazette
kind: news report
consulted: in full
parties: {mill: {name: the mill, aliases: [Hill & Sons]}}
voices:
  mayor: {described_as: The mayor, named: true}
  porter: {described_as: A porter at the fish market, how_they_know: It works there., why_unnamed: Not said.}
  economist: {described_as: An economist from afar, named: true}
statements:
  notice: {voice: mayor, locator: line 1, says: It closes., reading: testimony}
  closing: {voice: porter, locator: line 2, says: It closed., reading: testimony}
  outlook: {voice: economist, locator: line 3, says: It was the fees., reading: analysis}
"""


def test_the_handbook_explains_each_rule_and_says_how_grave_it_is() -> None:
    assert {*SECTIONS} == {*RULES}
    for rule, section in SECTIONS.items():
        assert section.strip().startswith(f"**{KINDS[rule].severity.capitalize()}.** "), rule
        assert "\nWrong" in section
        assert "\nRight" in section
        assert f"[`{rule}`](#{rule})" in HANDBOOK


@pytest.mark.parametrize(
    "rule",
    [
        "vague-source",
        "unattributed-claim",
        "inference-as-fact",
        "unsourced-paragraph",
        "typed-price",
        "unrecorded-party",
    ],
)
def test_the_wrong_example_of_a_rule_breaks_it_alone_and_the_right_one_breaks_none(tmp_path: Path, rule: str) -> None:
    wrong, *right = re.findall(r"(?<=```markdown\n).*?(?=```)", SECTIONS[rule], re.DOTALL)
    for prose, expected in ((wrong, {rule}), *((text, set[str]()) for text in right)):
        changes = {
            INDEX: dedent(STORY) + f"\n{prose}",
            "seeds/gazette.yaml": GAZETTE,
            PRICES: dedent(FILES[PRICES]) + COAT.format("price: 40").replace("coat:", "berth:"),
        }
        changes[INDEX] += "\n[A berth costs {{ berth }}](seed:paper/price).\n"
        assert {problem.kind for problem in diagnose(write_site(tmp_path, changes))} == expected
