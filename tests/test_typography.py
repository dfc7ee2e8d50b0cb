"""Quotes and dashes as they should be set, in the text of a page and nowhere else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.typography import closed_up, smarten


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("\"a\" 'b'", "“a” ‘b’"),
        ("it's the '90s", "it’s the ’90s"),
        ('("a") ["b"] --"c"', "(“a”) [“b”] –“c”"),
        ("a -- b --- c... d", "a – b — c… d"),
        ('<em>"a"</em>', "<em>“a”</em>"),
        ('a<em>"b"</em>', "a<em>”b”</em>"),
        ('"<a href="x">b</a>"', '“<a href="x">b</a>”'),
        ('<code>"a" -- b</code> "c"', '<code>"a" -- b</code> “c”'),
        ("<pre><code>'a'</code></pre>'b", "<pre><code>'a'</code></pre>’b"),
        ("<p id=\"a>b--c\">'d'</p>", '<p id="a>b--c">‘d’</p>'),
        ('<a title="it\'s > that">"x"</a>', '<a title="it\'s > that">“x”</a>'),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_quotes_and_dashes_are_set_in_text_alone(typed: str, meant: str) -> None:
    assert smarten(typed) == meant


TAGS = st.sampled_from(["<em>", "</em>", '<a href="it\'s--a>b...">', "</a>", "<br>", '<p id="x">'])


@settings(max_examples=60, deadline=None)
@given(st.lists(TAGS | st.text("ab '\"-.", max_size=6)))
def test_tags_come_out_as_they_went_in(parts: list[str]) -> None:
    tags = [part for part in parts if part.startswith("<")]
    assert re.findall(r'<(?:[^<>"]|"[^"]*")*>', smarten("".join(parts))) == tags


@pytest.mark.parametrize(
    ("made", "meant"),
    [
        ("<b>图1：商店。</b> 一张照片", "<b>图1：商店。</b>一张照片"),
        ("数据： <a>CSV</a>", "数据：<a>CSV</a>"),
        ("Daily NK 报道", "Daily NK 报道"),
        ("<p>完。</p>\n<p>又。</p>", "<p>完。</p>\n<p>又。</p>"),
        ("<pre>甲，\n 乙</pre>", "<pre>甲，\n 乙</pre>"),
    ],
)
def test_no_space_follows_full_width_punctuation(made: str, meant: str) -> None:
    assert closed_up(made) == meant
