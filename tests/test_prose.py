"""Markdown with claims, exhibits and expressions: what comes of it, and that nothing unsafe, endless or broken does."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import Any

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite import marks, prose
from microsite.marks import BLOCK, CLOSE, OPEN, engine
from microsite.prose import Block, Converted, Piece, Use, convert, convert_line, from_json, pieces, to_json

quick = settings(max_examples=80, deadline=None)
OURS = {"claim", "exhibit", "exhibit-reference"}


def html_of(text: str) -> str:
    return "\n".join(block.html for block in convert(text).blocks)


def mistakes(text: str) -> list[str]:
    """What is wrong with a text, each as the kind and the words where it stands."""
    return [f"{m.kind} @ {text[m.offset : m.offset + 12]}" for m in convert(text).mistakes]


# --- Claims, exhibits, expressions -----------------------------------------------------------------------------------


def test_a_claim_is_a_numbered_mark_and_knows_what_it_cites_and_where() -> None:
    text = "One [claim](seed:a/b+/c&d) and [another](seed:a/b){#mine}."
    converted = convert(text)
    assert converted.blocks == (Block("p", '<p>One <claim n="0">claim</claim> and <claim n="1">another</claim>.</p>'),)
    assert converted.claims == (Use("a/b+/c&d", text.index("seed:a/b+")), Use("a/b", text.rindex("seed:a/b"), "mine"))
    assert converted.mistakes == ()


def test_an_exhibit_alone_in_a_paragraph_is_a_block_of_its_own() -> None:
    text = "Before\n\n![](exhibit:shop)\n\nsee [the door](exhibit:shop/door)"
    converted = convert(text)
    assert [block.tag for block in converted.blocks] == ["p", "exhibit", "p"]
    assert converted.exhibits == (Use("shop", text.index("exhibit:shop")),)
    assert converted.references == (Use("shop/door", text.index("exhibit:shop/door")),)
    assert [piece.kind for piece in pieces(converted.blocks[2].html)] == [
        "markup",
        "reference",
        "markup",
        "end-reference",
        "markup",
    ]


def test_an_expression_is_set_aside_before_markdown_sees_it() -> None:
    text = "a {{ x * y_z }} b {{ *w* }} `{{ v }}`"
    converted = convert(text)
    assert [use.text for use in converted.expressions] == ["x * y_z", "*w*", "v"]
    assert [text[use.offset :][: len(use.text)] for use in converted.expressions] == ["x * y_z", "*w*", "v"]
    kinds = [piece for piece in pieces(converted.blocks[0].html) if piece.kind == "figure"]
    assert kinds == [Piece("figure", number=n) for n in range(3)]


def test_an_escaped_expression_stays_as_written() -> None:
    converted = convert(r"write \{{ name }} or \{{")
    assert (converted.expressions, converted.mistakes) == ((), ())
    assert converted.blocks[0].html == "<p>write {\u200b{ name }} or {\u200b{</p>"


def test_figures_inside_a_claim_stand_between_its_marks() -> None:
    (block,) = convert("[a {{ x }} b](seed:a/b) {{ y }}").blocks
    marks = [f"{piece.kind} {piece.number}" for piece in pieces(block.html) if piece.kind != "markup"]
    assert marks == ["claim 0", "figure 0", "end-claim -1", "figure 1"]


def test_claims_and_expressions_stand_in_tables_lists_notes_and_headings() -> None:
    text = (
        "## [h](seed:a/h)\n\n| a |\n|--:|\n| [t](seed:a/t) {{ x }} |\n\n- [l](seed:a/l)\n\nn[^1]\n\n"
        "term\n:   [d](seed:a/d)\n\n[^1]: [n](seed:a/n)\n"
    )
    converted = convert(text)
    assert [use.text for use in converted.claims] == ["a/h", "a/t", "a/l", "a/d", "a/n"]
    assert all(text[use.offset :].startswith(f"seed:{use.text})") for use in converted.claims)
    assert [block.tag for block in converted.blocks] == ["h2", "table", "ul", "p", "dl", "div"]
    assert 'class="align-right"' in converted.blocks[1].html


def test_the_same_citation_twice_has_two_places() -> None:
    text = "[a](seed:a/b) [b](seed:a/bc) [c](seed:a/b)"
    assert [use.offset for use in convert(text).claims] == [4, 18, 33]


def test_an_exhibit_and_a_reference_to_it_keep_their_own_places() -> None:
    text = "[one](exhibit:x)\n\n![](exhibit:x)\n\n[two](exhibit:x)"
    converted = convert(text)
    assert [use.offset for use in converted.references] == [6, 40]
    assert [use.offset for use in converted.exhibits] == [22]


def test_a_text_of_nothing_has_no_blocks() -> None:
    for text in ("", " \n\t\n  ", "[1]: https://example.org\n"):
        assert (convert(text).blocks, convert(text).mistakes) == ((), ())


def test_links_out_carry_no_referrer_and_links_within_are_remembered() -> None:
    converted = convert("[a](https://example.org/?x=1&copy=2) [b](#there) <https://example.org> <me@example.org>")
    assert converted.blocks[0].html == (
        '<p><a href="https://example.org/?x=1&amp;copy=2" rel="noopener noreferrer">a</a> <a href="#there">b</a> '
        '<a href="https://example.org" rel="noopener noreferrer">https://example.org</a> '
        '<a href="mailto:me@example.org" rel="noopener noreferrer">me@example.org</a></p>'
    )
    assert [use.text for use in converted.fragments] == ["there"]
    assert converted.mistakes == ()


# --- One paragraph only ----------------------------------------------------------------------------------------------


def test_a_line_loses_its_paragraph() -> None:
    converted = convert_line("A *headline* with [a claim](seed:a/b)")
    assert converted.blocks == (Block("", 'A <em>headline</em> with <claim n="0">a claim</claim>'),)


@pytest.mark.parametrize(
    "text", ["# a", "- a", "a\n\nb", "![](exhibit:a)", "a[^1]\n\n[^1]: b", "    code", "> a", "1. a", "***"]
)
def test_a_line_with_more_than_a_paragraph_is_refused(text: str) -> None:
    assert {mistake.kind for mistake in convert_line(text).mistakes} <= {"wrong-type", "heading-one"}
    assert convert_line(text).mistakes


# --- Mistakes and where they stand -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a [b](javascript:alert(1))", ["unsafe-link @ javascript:a"]),
        ("a [b](JAVASCRIPT:x)", ["unsafe-link @ JAVASCRIPT:x"]),
        ("[b](java&#115;cript:x)", ["unsafe-link @ java&#115;cr"]),
        ("[b](data:text/html,x)", ["unsafe-link @ data:text/ht"]),
        ("[b](//example.org)", ["unsafe-link @ //example.or"]),
        ("[b](https:example.org)", ["unsafe-link @ https:exampl"]),
        ("[b](page.html)", ["unsafe-link @ page.html)"]),
        ("[b][1]\n\n[1]: vbscript:x", ["unsafe-link @ vbscript:x"]),
        ("<file:///etc/passwd> [x](file:///etc)", ["unsafe-link @ file:///etc/", "unsafe-link @ file:///etc)"]),
        ("[a](https://x.org/{{ b }})", ["bad-expression @ b }})", "unsafe-link @ [a](https://"]),
        ("first {{ a }} then {{ b", ["bad-expression @ {{ b"]),
        ("first {{ a }} then {{ b\n}}", ["bad-expression @ {{ b\n}}"]),
        ("![a](shop.jpg)", ["plain-image @ shop.jpg)"]),
        ("a ![](exhibit:shop) b", ["misplaced-exhibit @ exhibit:shop"]),
        ("![](exhibit:a)\n\n- ![](exhibit:a)", ["misplaced-exhibit @ exhibit:a)"]),
        (
            "[x](exhibit:a) | ![](exhibit:a) ![](exhibit:a)",
            ["misplaced-exhibit @ exhibit:a) !", "misplaced-exhibit @ exhibit:a)"],
        ),
        ("[a [b](seed:c/d) e](seed:f/g)", ["misplaced-claim @ seed:c/d) e]"]),
        ("[a ![](exhibit:x) e](seed:f/g)", ["misplaced-exhibit @ exhibit:x) e"]),
        ("[a] (seed:b/c)", ["bad-citation @ seed:b/c)"]),
        ("[a](seed:b/c", ["bad-citation @ seed:b/c"]),
        ("word # One\n\n# One *x*", ["heading-one @ # One *x*"]),
        ("## Two\n\nOne\n===\n\n# Three", ["heading-one @ One\n===\n\n# T", "heading-one @ # Three"]),
        ("> # quoted", ["heading-one @ # quoted"]),
        ("## Two {#a>b}", ["bad-name @ a>b}"]),
    ],
)
def test_a_mistake_stands_where_it_was_written(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


def test_a_claim_shown_as_code_is_none() -> None:
    converted = convert("`[a](seed:b/c)` and\n\n    [a] (seed:b/c)")
    assert (converted.claims, converted.mistakes) == ((), ())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a\n\n" + "> " * 10_000 + "b", "too-deep"),
        ("a\n\n" + ">" * 10_000 + "b", "too-deep"),
        ("a\n\n" + "- " * 13 + "b", "too-deep"),
        ("a\n\n" + " " * 60 + "- b", "too-deep"),
        ("a\n\n" + "\t" * 20 + "- b", "too-deep"),
        ("a\n\n> " + " " * 60 + "- b", "too-deep"),
        ("a\n\n" + "[" * 10_000, "too-deep"),
        ("a\n\n" + "![" * 10_000, "too-deep"),
        ("a\n\n" + "[" * 45 + "a" * 200, "too-deep"),
        ("a\n\n" + "*" * 300 + "a", "too-deep"),
        ("a\n\n" + "word " * 5_000, "oversized-file"),
    ],
)
def test_what_is_nested_or_long_beyond_sense_is_refused_at_its_line(text: str, kind: str) -> None:
    (mistake,) = convert(text).mistakes
    assert (mistake.kind, mistake.offset) == (kind, 3)


def test_brackets_that_open_over_many_lines_are_refused_where_they_become_too_many() -> None:
    (mistake,) = convert("[\n" * 10_000).mistakes
    assert (mistake.kind, mistake.offset) == ("too-deep", 2 * prose.MOST_OPEN_BRACKETS)


@pytest.mark.parametrize("unit", ["- a\n", "---\n", "a|b\n", "[^1]: x\n\n", "word word\n\n"])
def test_a_text_larger_than_any_story_is_refused(unit: str) -> None:
    assert [mistake.kind for mistake in convert(unit * 100_000).mistakes] == ["oversized-file"]


def test_many_links_and_claims_in_one_paragraph_are_no_mistake() -> None:
    converted = convert("word [claim](seed:a/b) and [link](https://example.org)\n" * 300)
    assert (len(converted.claims), converted.mistakes) == (300, ())


# --- Never slow, never raising ---------------------------------------------------------------------------------------

# fmt: off
NASTY = [
    "*a ", "**a ", "***a ", "_a ", "*a_b ", "`a ", "``a `b ", "<a@", "<http://", "&#1", "\\", "{: ", "{#a}", "|", "]",
    "[a](b ", "[a](seed:b/c) ", "[^1] ", "![](exhibit:a) ", "[a][b] ", "](", "(", '"', "'", "<me@x.org> ", "{{ a }} ",
    "{{", "\\{{", "&amp;", "<b>", "<!--", "`|", "!", "~", "> ", "- ", "1. ", ": ", "[", "* ", "[*", "*[", "_*",
    "[x](y) ",
    "$", "<",
]
NASTY_LINES = [
    "*a", "`a", "``a `b", "---", "a|b", "a|b\n-|-", "a\n=", "- a", "> a", "1. a", "# a", "[^1]", "    a", ": a",
    "|a|", "-",
    "=", "<div>", "[1]: x", "***", "[a", "![a",
]
# fmt: on


@pytest.mark.parametrize("unit", NASTY)
def test_a_line_of_one_thing_over_and_over_takes_no_time(unit: str) -> None:
    started = time.process_time()
    convert((unit * prose.LONGEST_LINE)[: prose.LONGEST_LINE])
    assert time.process_time() - started < 10


@pytest.mark.parametrize("line", NASTY_LINES)
def test_lines_of_one_thing_over_and_over_take_no_time(line: str) -> None:
    started = time.process_time()
    convert((line + "\n") * (prose.LONGEST_PARAGRAPH // (line.count("\n") + 1)))
    assert time.process_time() - started < 10


# fmt: off
MARKUP = st.sampled_from([
    *NASTY, *NASTY_LINES, "\n", "\n\n", "    ", "\t", "[a](seed:b/c)", "![](exhibit:d)", "[x](javascript:y)",
    "[x](https://a.b 'c > d')", "{.e}", "{: .f }", "[^1]", "\n[^1]: g", "<script>", "</claim>", '<claim n="0">',
    "&#xe000;0&#xe001;", "\ue000", "\x02", "\x03", "&lt;", "zz1337820767766393449zz",
])
# fmt: on


@quick
@given(st.lists(MARKUP | st.text(max_size=5), max_size=25).map("".join))
def test_any_text_is_converted_without_raising_to_balanced_marks(text: str) -> None:
    converted = convert(text)
    for block in converted.blocks:
        if not converted.mistakes:
            assert_balanced(list(pieces(block.html)), converted)
    for mistake in converted.mistakes:
        assert 0 <= mistake.offset <= len(text)
    for use in (*converted.claims, *converted.exhibits, *converted.references, *converted.expressions):
        assert 0 <= use.offset <= len(text)
    convert_line(text)


def assert_balanced(found: list[Piece], converted: Converted) -> None:
    """Each mark has its number and its end, and nothing like a mark is left in the rest."""
    open_marks: list[str] = []
    counts = {
        "claim": len(converted.claims),
        "reference": len(converted.references),
        "figure": len(converted.expressions),
    }
    for piece in found:
        if piece.kind in counts:
            assert 0 <= piece.number < counts[piece.kind]
        if piece.kind in ("claim", "reference"):
            open_marks.append(f"end-{piece.kind}")
        elif piece.kind.startswith("end-"):
            assert open_marks.pop() == piece.kind
        elif piece.kind == "markup":
            assert not {OPEN, CLOSE, BLOCK, "\x02", "\x03"} & set(piece.markup)
            assert not any(f"<{tag} " in piece.markup or f"</{tag}>" in piece.markup for tag in OURS)
    assert open_marks == []


# --- Nothing unsafe comes through ------------------------------------------------------------------------------------


class Seen(HTMLParser):
    """The tags, attributes and text of a page as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.odd: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    def handle_decl(self, decl: str) -> None:
        self.odd.append(decl)

    def handle_pi(self, data: str) -> None:
        self.odd.append(data)


ALLOWED: dict[str, set[str]] = {"a": {"href", "rel"}, "ol": {"start"}, "th": {"scope"}, **{tag: {"n"} for tag in OURS}}


def assert_safe(html: str) -> None:
    seen = Seen(html)
    assert seen.odd == []
    for tag, attributes in seen.tags:
        assert tag in {*prose._TAGS.split(), *OURS}, html
        assert set(attributes) <= {"id", "class"} | ALLOWED.get(tag, set()), html
        href = attributes.get("href") or ""
        assert "script:" not in href.lower()
        assert ":" not in href.split("/")[0].split("#")[0] or href.startswith(("https:", "http:", "mailto:")), html
    assert_same_when_cleaned_again(html)


def assert_same_when_cleaned_again(html: str) -> None:
    """What came after sanitising, such as curled quotes, broke no tag open."""
    again: Any = prose._cleaner().clean(html)
    assert again == html


# fmt: off
NAMES = st.sampled_from([
    "script", "img", "a", "svg", "iframe", "style", "claim", "exhibit", "p", "div", "math", "template", "x",
])
ATTRIBUTES = st.sampled_from([
    "onclick=alert(1)", 'onerror="x"', "href=javascript:alert(1)", 'src="https://evil.example/x"', "style='color:red'",
    'title="a > b"', "id=x", 'n="0"', "srcdoc='<script>'", "/",
])
ADDRESSES = st.sampled_from([
    "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,<script>", "https://a.b/</claim>", "vbscript:x",
    "java\tscript:x",
    "https://a.b 'x\" onclick=\"y'", "&#106;avascript:x", "https://a.b/\"onclick=\"x", "seed:a/b", "exhibit:x",
    "#\"><script>", "<javascript:x>", "//evil.example", "https://a.b/'--\"...",
])
LISTS = st.sampled_from([
    "{: onclick=x }", '{: style="color:red" .c }', "{#x onclick='y'}", "{title=\"a > 'b' onclick=1\"}",
    '{: class="a>b" }',
    '{: start="</claim>" n=0 }',
])
OTHERS = st.sampled_from([
    "\n\n", "\n", " ", "'q' \"r\" -- ", "<!-- c -->", "<![CDATA[x]]>", "<?php x ?>", "<!DOCTYPE x>", "    ", "- ",
    "> ", "`",
])
# fmt: on
ENDS = st.sampled_from([">", "/>", "", ">x", "\n>"])
TAGS = st.builds(
    lambda name, given, end: f"<{name} {' '.join(given)}{end}", NAMES, st.lists(ATTRIBUTES, max_size=2), ENDS
)
WORDS = st.sampled_from(["x", "<b>y</b>", "*z*", "{{ w }}"])
LINKS = st.builds(lambda bang, words, to: f"{bang}[{words}]({to})", st.sampled_from(["", "!"]), WORDS, ADDRESSES)
HOSTILE = st.lists(TAGS | LINKS | LISTS | NAMES.map("</{}>".format) | OTHERS, max_size=12).map("".join)


@settings(max_examples=120, deadline=None)
@given(HOSTILE)
def test_no_html_of_the_input_survives(text: str) -> None:
    assert_safe(html_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<div>\n<script>alert(1)</script>\n</div>",
        "a[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
        "a[^1]\n\n[^1]:\n    <script>\n    alert(1)\n    </script>",
        "<a href='javascript:alert(1)'>x</a>",
        "| <b> |\n|--|\n| <i onclick=x> |",
        "term\n:   <script>x</script>",
        "# x {onclick=alert(1)}",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_raw_html_is_shown_as_text(text: str) -> None:
    assert_safe(html_of(text))
    assert "<script" not in html_of(text)


def test_a_tag_typed_by_an_author_is_text_on_the_page() -> None:
    assert Seen(html_of('a <b>c</b> <claim n="0">d</claim>')).text == "a <b>c</b> <claim n=”0”>d</claim>"


def test_neither_a_title_nor_a_name_nor_an_address_can_break_a_tag_open() -> None:
    for text in (
        "[x](https://a.b \"a > 'b' onclick=1\")",
        '[x](https://a.b "</claim>")',
        "[x](https://a.b/</claim>)",
        "[x](#</claim>)",
        "a\n{: .x>'y' #z\"w }",
    ):
        html = html_of(f"{text} 'q' [c](seed:a/b)")
        assert_safe(html)
        assert [piece.kind for piece in pieces(html)].count("end-claim") <= 1


@pytest.mark.parametrize(
    "text",
    [
        "&#xe000;9&#xe001;",
        "&#xE000;0&#57345;",
        "&#57344;0&#57345;",
        "\ue0000\ue001",
        "&#x0000000e000;0&#xe001;",
        "&#xe0020;",
    ],
)
def test_a_mark_cannot_be_forged(text: str) -> None:
    assert [piece.kind for piece in pieces(html_of(text))] == ["markup"]


def test_control_characters_become_visible() -> None:
    assert html_of("a\x0cb\x1bc&#1;d\ufffee") == "<p>a\ufffdb\ufffdc\ufffdd\ufffde</p>"


def test_the_sanitiser_is_the_librarys_own() -> None:
    assert isinstance(prose._cleaner(), nh3.Cleaner)


# --- The cache -------------------------------------------------------------------------------------------------------


@quick
@given(st.lists(MARKUP, max_size=15).map("".join))
def test_a_converted_text_survives_the_cache(text: str) -> None:
    for converted in (convert(text), convert_line(text)):
        assert from_json(to_json(converted)) == converted


@quick
@given(*[st.lists(MARKUP, max_size=15).map("".join)] * 2)
def test_a_text_is_converted_alike_whatever_was_converted_before_it(before: str, text: str) -> None:
    engine.cache_clear()
    alone = convert(text)
    convert(before)
    assert convert(text) == alone


@quick
@given(st.lists(MARKUP, max_size=15).map("".join))
def test_leaving_out_the_inline_rules_that_find_nothing_changes_nothing(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "_SIGN_OF", {})
        whole = convert(text)
    assert convert(text) == whole


def test_a_text_too_deep_to_convert_leaves_nothing_behind_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise RecursionError

    with monkeypatch.context() as patch:
        patch.setattr(engine().parser, "parseChunk", stop)
        assert mistakes("> - a") == ["too-deep @ > - a"]
    assert html_of("> - a") == "<blockquote>\n<ul>\n<li>a</li>\n</ul>\n</blockquote>"


def test_words_in_another_language_say_so() -> None:
    assert convert("The word *옷*{lang=ko}.").blocks[0].html == '<p>The word <em lang="ko">옷</em>.</p>'
    assert convert("## 단둥 {lang=zh-Hans}").blocks[0].html == '<h2 lang="zh-Hans">단둥</h2>'


def test_what_is_no_code_of_a_language_is_told_of() -> None:
    converted = convert("The word *옷*{lang=한}.")
    assert [mistake.kind for mistake in converted.mistakes] == ["bad-value"]
    assert "lang" not in converted.blocks[0].html
