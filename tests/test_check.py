"""Whether the content holds together: each check finds its mistake at its place, and nothing where there is none."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from microsite import check
from microsite.diagnostics import KINDS, Diagnostic

from .helpers import FILES, SITE, STORY, character_at, diagnose, found, make_seed, replaced, write_site

INDEX, EXHIBITS, PRICES, SEED = (
    "content/story/index.md",
    "content/story/exhibits.yaml",
    "content/story/prices.yaml",
    "seeds/paper.yaml",
)
KOREAN = "[가게가 열렸고](seed:paper/opening), [셔츠는 {{ shirt }}이다](seed:paper/price).\n\n![](exhibit:shop)\n"


def only(problems: tuple[Diagnostic, ...]) -> Diagnostic:
    assert len(problems) == 1, problems
    return problems[0]


# --- Names that lead nowhere -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "kind", "hint"),
    [
        (INDEX, "seed:paper/opening", "seed:papers/opening", "7:17", "unknown-seed", "did you mean `paper`?"),
        (INDEX, "seed:paper/opening", "seed:paper/openin", "7:17", "unknown-statement", "did you mean `opening`?"),
        (
            INDEX,
            "status: published",
            "status: published\nbased_on: [paper, papr]",
            "5:19",
            "unknown-seed",
            "did you mean `paper`?",
        ),
        (INDEX, "{{ shirt }}", "{{ shirts }}", "7:60", "unknown-price", "did you mean `shirt`?"),
        (INDEX, "![](exhibit:shop)", "![](exhibit:shops)", "9:5", "unknown-exhibit", "did you mean `shop`?"),
        (INDEX, "![](exhibit:shop)", "[a](exhibit:shopp)", "9:5", "unknown-exhibit", "did you mean `shop`?"),
        (INDEX, "![](exhibit:shop)", "[a](exhibit:shop/dor)", "9:5", "unknown-exhibit", "did you mean `door`?"),
        (
            EXHIBITS,
            "seed: paper/opening",
            "seed: paper/openin",
            "14:13",
            "unknown-statement",
            "did you mean `opening`?",
        ),
        (
            EXHIBITS,
            "[as it opened](seed:paper/opening)",
            "[as it opened](seed:pper)",
            "4:37",
            "unknown-seed",
            "did you mean `paper`?",
        ),
        (PRICES, "seed: paper/price", "seed: paper/prise", "14:11", "unknown-statement", "did you mean `price`?"),
        (PRICES, "place: shop\n", "place: shopp\n", "9:12", "unknown-place", "did you mean `shop`?"),
        (PRICES, "population: goods", "population: good", "10:17", "unknown-population", "did you mean `goods`?"),
        (PRICES, "price: 200", "times: 6\n    of: shrt", "13:9", "unknown-price", "did you mean `shirt`?"),
        (
            SEED,
            "voice: witness\n    locator: paragraph 1",
            "voice: witnes\n    locator: paragraph 1",
            "11:12",
            "unknown-voice",
            "did you mean `witness`?",
        ),
        (
            SEED,
            "described_as: A witness",
            "described_as: A witness\n    relays: [clerk]",
            "8:14",
            "unknown-voice",
            "valid here: `witness`",
        ),
        (
            SEED,
            "described_as: A witness",
            'described_as: A witness\n    relays: ["paper@clerk"]',
            "8:14",
            "unknown-voice",
            "valid here: `witness`",
        ),
        (
            SEED,
            "described_as: A witness",
            "described_as: A witness\n    relays: [papr@clerk]",
            "8:14",
            "unknown-seed",
            "did you mean `paper`?",
        ),
        (
            SEED,
            "consulted: in full",
            "consulted: in full\nrelays: [papr]",
            "5:10",
            "unknown-seed",
            "did you mean `paper`?",
        ),
        (
            SEED,
            "says: A shop opened.",
            "says: A shop opened.\n    contradicts: [{statement: paper/cost, why: X}]",
            "14:31",
            "unknown-statement",
            "valid here: `opening`, `price`",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_reported_where_it_is_written_with_the_nearest(
    tmp_path: Path, name: str, old: str, new: str, place: str, kind: str, hint: str
) -> None:
    problem = diagnose(write_site(tmp_path, replaced(name, old, new)))[0]
    assert (str(problem.at), problem.kind, problem.hint) == (f"{name}:{place}", kind, hint)


def test_an_undeclared_population_of_a_pair_is_reported(tmp_path: Path) -> None:
    pairs = ("[goods, good]", "[goods, goods]")
    pair = "comparable:\n" + "".join(f"  - populations: {names}\n    reason: R\n" for names in pairs) + "prices:"
    problems = found(write_site(tmp_path, replaced(PRICES, "prices:", pair)))
    assert problems == [f"{PRICES}:8:26 unknown-population", f"{PRICES}:10:5 bad-value"]


@pytest.mark.parametrize("quantity", [1, 40])
def test_a_misspelt_citation_is_reported_each_time(tmp_path: Path, quantity: int) -> None:
    text = dedent(STORY).replace(
        "![](exhibit:shop)", "\n".join(["[a](seed:papr)"] * quantity) + "\n\n![](exhibit:shop)"
    )
    assert [line.split()[1] for line in found(write_site(tmp_path, {INDEX: text}))] == ["unknown-seed"] * quantity


# --- Mistakes that have no followers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (EXHIBITS, "alt: A drawn plate.", "alt: [A drawn plate.]"),
        (EXHIBITS, "absent: not in hand", "absent: lost"),
        (EXHIBITS, "positions: schematic", "positions: exact"),
        (EXHIBITS, "  title: The shop\n", "  titel: The shop\n"),
        (EXHIBITS, "label: Door", "label: [Door]"),
        (PRICES, "price: 200", "price: cheap"),
        (PRICES, "price: 200", "price: >200"),
        (PRICES, "price: 200", "times: many"),
        (PRICES, "  goods: all goods", "  goods: [all goods]"),
        (PRICES, "  shop: The shop", "  shop: {x: The shop}"),
        (SEED, "says: A shop opened.", "says: [A shop opened.]"),
        (SEED, "described_as: A witness", "described_as: [A witness]"),
        (SEED, "publisher: A paper", "publisher: A paper\nurl: javascript:x"),
        (SEED, "title: A report", "title: [A report"),
    ],
)
def test_what_names_something_unreadable_is_not_called_wrong_as_well(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    more = "![](exhibit:shop)\n\n[d](exhibit:shop/door) {{ shirt + shirt }}"
    cites = {INDEX: dedent(STORY).replace("![](exhibit:shop)", more)}
    problems = found(write_site(tmp_path, {**cites, **replaced(name, old, new)}))
    assert problems
    assert all(problem.startswith(f"{name}:") for problem in problems)
    assert not {"unknown-price", "unsound-price", "missing-alt"} & {problem.split()[1] for problem in problems}


# --- Seeds -----------------------------------------------------------------------------------------------------------


def seeds_in_a_circle(*links: tuple[str, str]) -> dict[str, str]:
    text = dedent(FILES[SEED])
    return {
        f"seeds/{name}.yaml": text.replace("consulted: in full", f"consulted: in full\nrelays: [{other}]")
        for name, other in links
    }


def test_seeds_that_relay_each_other_in_a_circle_are_reported_at_each_link(tmp_path: Path) -> None:
    circle = seeds_in_a_circle(("a", "b"), ("b", "c"), ("c", "a"), ("outside", "a"))
    assert found(write_site(tmp_path, circle)) == [f"seeds/{name}.yaml:5:10 circular-relays" for name in "abc"]


def test_a_seed_or_voice_that_relays_itself_is_reported(tmp_path: Path) -> None:
    assert found(write_site(tmp_path, seeds_in_a_circle(("a", "a")))) == ["seeds/a.yaml:5:10 circular-relays"]
    itself = replaced(SEED, "described_as: A witness", "described_as: A witness\n    relays: [witness]")
    assert found(write_site(tmp_path / "b", itself)) == [f"{SEED}:8:14 circular-relays"]


def test_voices_that_relay_each_other_across_seeds_are_reported(tmp_path: Path) -> None:
    text = dedent(FILES[SEED])
    seeds = {
        f"seeds/{name}.yaml": text.replace("A witness", f"A witness\n    relays: [{other}@witness]")
        for name, other in (("a", "b"), ("b", "a"))
    }
    assert found(write_site(tmp_path, seeds)) == [
        "seeds/a.yaml:8:14 circular-relays",
        "seeds/b.yaml:8:14 circular-relays",
    ]


def test_a_chain_without_a_circle_is_fine(tmp_path: Path) -> None:
    assert found(write_site(tmp_path, seeds_in_a_circle(("a", "b"), ("b", "paper"), ("c", "b")))) == []


def test_only_an_official_document_speaks_in_words_of_record(tmp_path: Path) -> None:
    record = replaced(SEED, "reading: testimony\n  price", "reading: record\n  price")
    assert found(write_site(tmp_path, record)) == [f"{SEED}:11:5 record-by-outsider"]
    official = {SEED: record[SEED].replace("kind: news report", "kind: official record")}
    assert found(write_site(tmp_path / "b", official)) == []


def test_a_quotation_is_checked_letter_by_letter(tmp_path: Path) -> None:
    quoted = replaced(SEED, "says: A shop opened.", "says: A shop opened.\n    quote: “A shop – opened”")
    assert found(write_site(tmp_path / "a", quoted)) == [f"{SEED}:11:5 quote-not-found"]
    stored = {SEED: quoted[SEED].replace("kind: news", "text: paper.txt\nkind: news")}
    for text, expected in {
        "“A shop – opened” it said": [],
        '"A shop - opened"': [f"{SEED}:12:5 quote-not-found"],
    }.items():
        assert found(write_site(tmp_path / "b", stored | {"seeds/paper.txt": text})) == expected


def test_a_seed_is_checked_against_the_seeds_it_is_given() -> None:
    seed = make_seed("a", ["x/one"], relays=["b"], voice_relays={"x": ["b@y"]})
    kinds = [problem.kind for problem in check.check_seed(seed, {"a": seed}, None, ["a"])]
    assert kinds == ["unknown-seed", "unknown-seed", "unnamed-voice"]
    both = {"a": seed, "b": make_seed("b", ["y/two"])}
    assert [problem.kind for problem in check.check_seed(seed, both, None, ["a", "b"])] == ["unnamed-voice"]


def test_a_seed_that_cannot_be_read_is_not_called_missing_by_those_that_relay_it(tmp_path: Path) -> None:
    relaying = replaced(SEED, "described_as: A witness", "described_as: A witness\n    relays: [broken@clerk]")
    text = relaying[SEED].replace("consulted: in full", "consulted: in full\nrelays: [broken]")
    assert found(write_site(tmp_path, {SEED: text, "seeds/broken.yaml": "title: [x\n"})) == [
        "seeds/broken.yaml:2:1 yaml-syntax"
    ]


# --- Withdrawal ------------------------------------------------------------------------------------------------------

WITHDRAWN = "withdrawn:\n  date: 2020-01-01\n  reason: It erred.\n"


def withdrawn_seed() -> dict[str, str]:
    return {SEED: WITHDRAWN + dedent(FILES[SEED])}


def test_everything_that_rests_on_a_withdrawn_seed_alone_is_reported(tmp_path: Path) -> None:
    assert found(write_site(tmp_path, withdrawn_seed())) == [
        f"{EXHIBITS}:4:37 claim-without-support",
        f"{EXHIBITS}:14:13 withdrawn-source",
        f"{INDEX}:7:17 claim-without-support",
        f"{INDEX}:7:70 claim-without-support",
        f"{PRICES}:14:11 withdrawn-source",
    ]


def test_what_rests_on_a_withdrawn_voice_alone_is_reported_and_what_another_supports_is_not(tmp_path: Path) -> None:
    voice = dedent(FILES[SEED]).replace("A witness", "A witness\n    withdrawn: {date: 2020, reason: It erred.}")
    other = {"seeds/other.yaml": FILES[SEED]}
    story = STORY.replace("(seed:paper/opening)", "(seed:paper/opening+other/opening)").replace(
        "(seed:paper/price)", "(seed:paper)"
    )
    problems = diagnose(write_site(tmp_path, {SEED: voice, INDEX: story, **other}))
    assert {(str(problem.at), problem.kind) for problem in problems} == {
        (f"{EXHIBITS}:4:37", "claim-without-support"),
        (f"{EXHIBITS}:14:13", "withdrawn-source"),
        (f"{INDEX}:7:84", "claim-without-support"),  # by the price inside it
        (f"{PRICES}:14:11", "withdrawn-source"),
    }
    assert all("`paper@witness`" in problem.message for problem in problems)


def test_a_rate_on_a_withdrawn_source_is_reported(tmp_path: Path) -> None:
    rates = "rates:\n  - {currency: USD, rate: 7, date: 2019, seed: other/price}\nprices:"
    changes = {**replaced(PRICES, "prices:", rates), "seeds/other.yaml": WITHDRAWN + dedent(FILES[SEED])}
    assert found(write_site(tmp_path, changes)) == [f"{PRICES}:8:48 withdrawn-source"]


def test_a_claim_on_two_seeds_falls_only_with_both_or_with_either(tmp_path: Path) -> None:
    seeds = {"seeds/gone.yaml": WITHDRAWN + dedent(FILES[SEED])}
    for join, expected in {"+": [], "&": [f"{INDEX}:6:5 claim-without-support"]}.items():
        story = f"---\ntitle: T\nstandfirst: S.\nstatus: published\n---\n[a](seed:paper/opening{join}gone/opening)\n\n![](exhibit:shop)"
        assert found(write_site(tmp_path, {INDEX: story, **seeds})) == expected


# --- Exhibits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  alt: A drawn plate.\n", "", ["missing-alt"]),
        ("  credit: Our drawing\n", "", ["missing-key"]),
        ("  absent: not in hand\n", "", ["missing-key"]),
        ("  positions: schematic\n", "", ["missing-key"]),
    ],
)
def test_an_exhibit_says_what_readers_must_know(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    assert found(write_site(tmp_path, replaced(EXHIBITS, old, new))) == [f"{EXHIBITS}:2:3 {kind}" for kind in expected]


def test_an_exhibit_is_placed_once(tmp_path: Path) -> None:
    twice = STORY.replace("![](exhibit:shop)", "![](exhibit:shop)\n\n    ![](exhibit:shop)\n\n    [a](exhibit:shop)")
    problem = only(diagnose(write_site(tmp_path, {INDEX: twice})))
    assert (str(problem.at), problem.kind) == (f"{INDEX}:11:5", "misplaced-exhibit")
    assert "first at line 9" in problem.message


# --- Prices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "expected"), [("200..300", True), ("~200..300", False), ('">200"', False), ("200..200", False)]
)
def test_a_single_price_gives_no_range(tmp_path: Path, price: str, *, expected: bool) -> None:
    problems = found(write_site(tmp_path, replaced(PRICES, "price: 200", f"price: {price}")))
    assert problems == ([f"{PRICES}:9:5 bad-price"] if expected else [])


@pytest.mark.parametrize(
    "words",
    [
        "200 yuan",
        "1,500 RMB",
        "¥80",
        "$ 3.50",
        "2.5 times",
        "20%",
        "20 per cent",
        "200元",
        "300위안",
        "200원을",
        "6倍",
        "1000 won",
        "45 USD",
        "3 euros",
    ],
)
def test_a_price_or_ratio_typed_by_hand_is_a_warning_at_its_place(tmp_path: Path, words: str) -> None:
    text = dedent(STORY) + f"\n[It](seed:paper) cost about {words}, they said.\n"
    problem = only(diagnose(write_site(tmp_path, {INDEX: text})))
    assert (problem.kind, problem.severity) == ("typed-price", "warning")
    assert character_at(text, problem.at).startswith(words.removesuffix("을"))


@pytest.mark.parametrize(
    "words",
    [
        "{{ shirt }} yuan",
        "2019 Europe",
        "3 wonderful shops",
        "11 December 2017",
        "5 timetables",
        "[200](https://example.org/200%20yuan)",
        "`200 yuan`",
        "two times",
        "9 time zones",
        "10 pounding drums",
        "route 66",
    ],
)
def test_other_numbers_and_what_stands_in_code_or_an_address_are_no_typed_price(tmp_path: Path, words: str) -> None:
    assert found(write_site(tmp_path, {INDEX: dedent(STORY) + f"\n[It](seed:paper) had {words} there.\n"})) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (INDEX, "title: A title", "title: >-\n  A title of\n  90 yuan"),
        (INDEX, "standfirst: A standfirst.", "standfirst: About 90 yuan."),
        (INDEX, "status: published", "status: published\nunknowns: [Why 90 yuan]"),
        (EXHIBITS, "note: The door.", "note: The 90 yuan door."),
        (EXHIBITS, "caption: The shop,", "caption: The 90 yuan shop,"),
        (PRICES, "prices:", "finding: It is 90 yuan.\nprices:"),
    ],
)
def test_a_price_typed_in_a_text_of_yaml_is_found_too(tmp_path: Path, name: str, old: str, new: str) -> None:
    changes = replaced(name, old, new)
    problem = only(diagnose(write_site(tmp_path, changes)))
    assert (problem.at.file, problem.kind) == (name, "typed-price")
    assert character_at(changes[name], problem.at).startswith("90 yuan")


def test_a_typed_price_that_the_data_has_is_answered_with_its_name(tmp_path: Path) -> None:
    problem = only(diagnose(write_site(tmp_path, {INDEX: dedent(STORY) + "\n[It](seed:paper) cost 200 yuan.\n"})))
    assert problem.hint == "compute it: {{ shirt }}"


# --- Editions --------------------------------------------------------------------------------------------------------


def in_two_languages(**changes: str) -> dict[str, str]:
    """The small site with all its texts in English and Korean."""
    site = SITE.replace("[en]", "[en, ko]").replace("title: A site", "title: {en: A site, ko: 사이트}")
    texts = {
        "content/site.yaml": site.replace("publisher: A publisher", "publisher: {en: P, ko: 피}"),
        "content/story/index.ko.md": KOREAN,
    }
    for name in (INDEX, EXHIBITS, PRICES, SEED):
        text = dedent(FILES[name])
        for line in text.split("\n"):
            field, colon, words = line.partition(": ")
            if colon and field.strip() in TEXTS and not (name == SEED and field in ("title", "publisher")):
                text = text.replace(line, f'{field}: {{en: "{words}", ko: "{words}"}}', 1)
        texts[name] = text
    return texts | changes


TEXTS = (
    "title",
    "standfirst",
    "alt",
    "caption",
    "credit",
    "label",
    "note",
    "unit",
    "shop",
    "goods",
    "item",
    "described_as",
    "locator",
    "says",
)


def test_a_site_in_two_languages_has_every_text_in_both(tmp_path: Path) -> None:
    assert found(write_site(tmp_path, in_two_languages())) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (INDEX, 'title: {en: "A title", ko: "A title"}', "title: A title", "2:8 missing-translation"),
        (INDEX, 'title: {en: "A title", ko: "A title"}', "title: {ko: A title}", "2:8 missing-translation"),
        (INDEX, 'title: {en: "A title", ko: "A title"}', "title: {en: A, ko: B, fr: C}", "2:27 unknown-language"),
        (EXHIBITS, 'label: {en: "Door", ko: "Door"}', "label: Door", "12:14 missing-translation"),
        (PRICES, 'unit: {en: "piece", ko: "piece"}', "unit: piece", "2:7 missing-translation"),
        (
            SEED,
            'says: {en: "A shop opened.", ko: "A shop opened."}',
            "says: A shop opened.",
            "13:11 missing-translation",
        ),
    ],
)
def test_a_text_that_lacks_a_language_is_reported_at_its_place(
    tmp_path: Path, name: str, old: str, new: str, expected: str
) -> None:
    texts = in_two_languages()
    assert old in texts[name]
    assert found(write_site(tmp_path, texts | {name: texts[name].replace(old, new)})) == [f"{name}:{expected}"]


def test_a_missing_and_an_undeclared_edition_are_reported(tmp_path: Path) -> None:
    missing = {name: text for name, text in in_two_languages().items() if not name.endswith(".ko.md")}
    assert found(write_site(tmp_path / "a", missing)) == ["content/story/index.ko.md:1:1 missing-translation"]
    assert found(write_site(tmp_path / "b", {"content/story/index.ko.md": KOREAN})) == [
        "content/story/index.ko.md:1:1 unknown-language"
    ]


@pytest.mark.parametrize(
    ("korean", "expected"),
    [
        (KOREAN.replace("seed:paper/opening", "seed:paper/price"), "1:11 translation-differs"),
        (KOREAN.replace("{{ shirt }}", "{{ shirt * 2 }}"), "1:40 translation-differs"),
        (
            KOREAN.replace("[셔츠는 {{ shirt }}이다](seed:paper/price)", "셔츠는 {{ shirt }}이다"),
            "1:11 translation-differs",
        ),
        (KOREAN.replace("\n\n!", " [또](seed:paper)\n\n!"), "1:75 translation-differs"),
        (KOREAN.replace("![](exhibit:shop)", ""), "1:1 translation-differs"),
        ("", "1:1 translation-differs"),
    ],
)
def test_a_translation_that_cites_computes_or_shows_otherwise_is_reported_at_the_first_difference(
    tmp_path: Path, korean: str, expected: str
) -> None:
    problems = found(write_site(tmp_path, in_two_languages() | {"content/story/index.ko.md": korean}))
    assert problems[0] == f"content/story/index.ko.md:{expected}"
    assert {problem.split()[1] for problem in problems} == {"translation-differs"}


# --- The catalogue ---------------------------------------------------------------------------------------------------


def test_every_diagnostic_found_here_is_of_a_catalogued_kind(tmp_path: Path) -> None:
    problems = diagnose(
        write_site(tmp_path, {**withdrawn_seed(), INDEX: dedent(STORY) + "\n[a](seed:x) 9 yuan {{ z }}\n"})
    )
    assert {problem.kind for problem in problems} <= set(KINDS)
    assert all(problem.severity == KINDS[problem.kind].severity for problem in problems)
    assert all(not problem.message.endswith(".") for problem in problems)
