"""YAML as nodes that know their place: no guessing, right positions, and nothing that crashes the interpreter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.diagnostics import Position
from microsite.yamltext import DEEPEST_NESTING, compose, position

ROOT = Path(__file__).resolve().parent.parent
PRINTABLE = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cn"], blacklist_characters="\x85\u2028\u2029\ufeff\ufffe\uffff"),
    max_size=12,
)
"""Texts of the characters that YAML and editors agree on."""
quick = settings(max_examples=100, deadline=None)


def wrong(text: str, first_line: int = 1) -> list[str]:
    return [f"{p.at} {p.kind}" for p in compose(text, "f", first_line)[1]]


def node_of(text: str) -> Any:
    node, problems = compose(text, "f")
    assert problems == []
    assert node is not None
    return node


# --- No guessing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["NO", "yes", "on", "null", "~", "12:30", "1e3", "0x10", "017", "2017-09-11", "1_000", ".inf", "true"]
)
def test_a_scalar_stays_as_it_was_written(word: str) -> None:
    ((_, value),) = node_of(f"key: {word}\n").value
    assert value.value == word


@quick
@given(PRINTABLE, PRINTABLE)
def test_any_quoted_text_stays_the_text_it_is(one: str, other: str) -> None:
    text = yaml.dump(
        {"one": one, "list": [other]}, allow_unicode=True, default_style='"', sort_keys=False, width=10_000
    )
    (_, first), (_, listed) = node_of(text).value
    assert (first.value, [item.value for item in listed.value]) == (one, [other])


@quick
@given(st.from_regex(r"[0-9a-zA-Z.~][0-9a-zA-Z.:+_-]{0,12}", fullmatch=True).filter(lambda word: word[-1] != ":"))
def test_any_unquoted_word_stays_the_word_it_is(word: str) -> None:
    ((_, value),) = node_of(f"key: {word} # and a comment\n").value
    assert (value.value, type(value.value)) == (word, str)


def test_an_empty_text_has_no_node_and_no_problem() -> None:
    assert compose("", "f") == compose("# only a comment\n", "f") == (None, [])


# --- Positions -------------------------------------------------------------------------------------------------------


@quick
@given(st.lists(PRINTABLE.filter(str.strip), min_size=1, max_size=4), st.integers(1, 50))
def test_a_value_stands_where_its_position_says(words: list[str], first_line: int) -> None:
    text = "# ∀ 說明\nlist:\n" + "".join(
        f"  - {yaml.dump(word, allow_unicode=True, default_style=style, width=10_000)}"
        for word, style in zip(words, ["'", '"', "'", '"'], strict=False)
    )
    node, problems = compose(text, "f", first_line)
    assert node is not None
    assert problems == []
    lines = text.split("\n")
    for item, word in zip(node.value[0][1].value, words, strict=True):
        at = position(item, "f", first_line)
        rest = lines[at.line - first_line][at.column - 1 :]
        assert rest[0] in "'\""
        assert yaml.safe_load(rest) == word


def test_a_column_counts_characters_not_bytes() -> None:
    ((_, value),) = node_of("{한국어: 값}").value
    assert position(value, "f") == Position("f", 1, 7)


# --- What is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "quoted"),
    [
        ("a: 1\nprice: >1000\n", "2:8", ">1000"),
        ("price: >=1000\n", "1:8", ">=1000"),
        ("price: > 1000 # about\n", "1:8", "> 1000"),
        ("  - >200\n", "1:5", ">200"),
        ("{price: >1000, b: c}\n", "1:9", ">1000"),
        ("price: [1, >1000]\n", "1:12", ">1000"),
        ("price: [>1000]\n", "1:9", ">1000"),
        ("price: |1000\nb: c\n", "1:8", "|1000"),
    ],
)
def test_an_unquoted_comparison_is_explained_at_its_place(text: str, place: str, quoted: str) -> None:
    (problem,) = compose(text, "f")[1]
    assert f"{problem.at} {problem.kind}" == f"f:{place} yaml-syntax"
    assert problem.message == f"YAML takes an unquoted `{quoted[0]}` for the start of a block of text"
    assert problem.hint == f'put the value in quotes: "{quoted}"'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: b: c\n", "1:5"),
        ("a: 'b\nc: d\n", "1:4"),
        ("a: [b, c\nd: e\n", "2:2"),
        ("a: b\n c: d\n", "2:3"),
        ("a: b\n\tc: d\n", "2:1"),
        ("a: @b\n", "1:4"),
        ("a: b\n--- \nc: d\n", "2:1"),
        ("a\nb: c\n", "2:2"),
        ("%FOO\n---\na: b\n", "1:5"),
    ],
)
def test_what_is_no_yaml_is_reported_where_it_breaks(text: str, place: str) -> None:
    assert wrong(text) == [f"f:{place} yaml-syntax"]
    line, column = place.split(":")
    assert wrong(text, first_line=5) == [f"f:{int(line) + 4}:{column} yaml-syntax"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: b\x07c\n", "1:5"),
        ("a: b\nc: d\u2028e: f\n", "2:5"),
        ("a:\n- b\x85c", "2:4"),
        ("a: \x00", "1:4"),
    ],
)
def test_a_character_that_yaml_does_not_take_or_takes_for_a_line_break_is_named(text: str, place: str) -> None:
    (problem,) = compose(text, "f")[1]
    assert f"{problem.at} {problem.kind}" == f"f:{place} yaml-syntax"
    line, column = map(int, place.split(":"))
    assert f"U+{ord(text.split(chr(10))[line - 1][column - 1]):04X}" in problem.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &name b\nc: *name\n", ["f:1:4 yaml-alias"]),
        ("a: &name b\n", ["f:1:4 yaml-alias"]),
        ("a: *name\n", ["f:1:4 yaml-alias"]),
        ("a: *, b\n", ["f:1:5 yaml-syntax"]),
        ("a: !!python/name:os.system x\n", ["f:1:4 yaml-tag"]),
        ("a: !!int 3\n", ["f:1:4 yaml-tag"]),
        ("a: !important\n", ["f:1:4 yaml-tag"]),
        ("a: !!map {b: c}\n", ["f:1:4 yaml-tag"]),
        ("- !<tag:example.org,2020:x>\n  b: c\n", ["f:1:3 yaml-tag"]),
        ("a: &x !!str b\n", ["f:1:4 yaml-alias"]),
        ("&x !y z: b\n", ["f:1:1 yaml-tag"]),
        ("!y z: b\n", ["f:1:1 yaml-tag"]),
        ("&x\na: b\n", ["f:1:1 yaml-alias"]),
        ("!!map\na: b\n", ["f:1:1 yaml-tag"]),
    ],
)
def test_aliases_anchors_and_tags_are_refused_at_their_place(text: str, expected: list[str]) -> None:
    assert sorted(wrong(text)) == expected


def test_an_alias_bomb_is_refused_and_never_unfolded() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 20))
    kinds = {problem.kind for problem in compose(bomb, "f")[1]}
    assert kinds == {"yaml-alias"}


def test_nesting_is_refused_one_level_too_deep() -> None:
    fits = "[" * DEEPEST_NESTING + "]" * DEEPEST_NESTING
    assert wrong(fits) == []
    assert wrong(f"[{fits}]") == [f"f:1:{DEEPEST_NESTING + 1} yaml-depth"]


DEEP = {
    "flow lists": "'[' * N",
    "closed flow lists": "'[' * N + ']' * N",
    "flow maps": "'{' * N",
    "flow maps with keys": "'{a: ' * N",
    "block lists": "'- ' * N",
    "tabbed block lists": "'-\\t' * N",
    "explicit keys": "'? ' * N",
    "explicit keys and lists": "'? - ' * N",
    "values without keys": "': ' * N",
    "values of an explicit key": "'? a\\n' + ': ' * N",
    "lists over lines": "'[\\n' * N",
    "block lists over lines": "''.join(' ' * 48 * n + '- ' * 24 + '\\n' for n in range(200))",
    "block maps over lines": "''.join(' ' * n + 'a:\\n' for n in range(1400))",
}


def test_a_hundred_thousand_openers_do_not_crash_the_interpreter() -> None:
    program = dedent(f"""
        import sys
        from microsite.yamltext import compose
        N = 100_000
        for name, text in {{{", ".join(f"{name!r}: {text}" for name, text in DEEP.items())}}}.items():
            node, problems = compose(text, "f")
            assert problems, name
            assert {{p.kind for p in problems}} <= {{"yaml-depth", "yaml-syntax"}}, (name, problems)
        print("done")
    """)
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "done\n", "")


def test_without_libyaml_nesting_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CLoader", raising=False)
    assert wrong("[" * 1000) == [f"f:1:{DEEPEST_NESTING + 1} yaml-depth"]
    assert wrong("a: [b]\n") == []


def test_a_line_of_five_megabytes_is_read() -> None:
    ((_, value),) = node_of("a: " + "word " * 1_000_000).value
    assert len(value.value) == 4_999_999


@quick
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60)
    | st.text(alphabet="-?:[]{},&*!|>'\"%@` #\n\ta1", max_size=40)
)
def test_any_text_at_all_is_read_or_refused_with_a_place_inside_it(text: str) -> None:
    # Whoever reads a file has made each end of a line a line feed: `authored` does.
    _, problems = compose(text, "f")
    for problem in problems:
        assert 1 <= problem.at.line <= text.count("\n") + 2
        assert problem.at.column >= 1
