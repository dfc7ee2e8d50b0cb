"""Quotes and dashes as they should be set, in the text of a page and nowhere else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.typography import set_solid, smarten


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
    ("made", "set_"),
    [
        ("<b>出处：</b> 文件", "<b>出处：</b>文件"),
        ("没有。 还没有。\n<a>全部</a>", "没有。还没有。<a>全部</a>"),
        ("<p>没有。</p>\n<p>有。</p>", "<p>没有。</p>\n<p>有。</p>"),
        ("<b>Source:</b> a document. And", "<b>Source:</b> a document. And"),
        ("출처: 문서. 그리고", "출처: 문서. 그리고"),
        ("<pre>甲，\n 乙</pre>", "<pre>甲，\n 乙</pre>"),
    ],
)
def test_a_full_width_sign_is_its_own_space(made: str, set_: str) -> None:
    assert set_solid(made) == set_
