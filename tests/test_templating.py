"""What our plainer templates say is what Jinja's own would say of the same values."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from jinja2 import DictLoader, Environment, UndefinedError
from markupsafe import Markup

from microsite.templating import make_environment


class Thing(NamedTuple):
    name: str = "<b>"
    html: Markup = Markup("<i>&amp;</i>")
    number: int = 3
    inner: tuple[str, ...] = ("a&b", "'c'")

    def of(self, first: str, last: str = "-") -> str:
        return first + self.name + last


def both(template: str, **others: str) -> tuple[str, str]:
    """A template as ours lay it out, and as Jinja does."""
    plain = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    ours = make_environment((), None, {})
    laid_out = []
    for environment in (ours, plain):
        environment.loader = DictLoader({"page.html": template, **others})
        given: dict[str, Any] = {"thing": Thing(), "assets": {"style.css": "<s>"}}
        laid_out.append(environment.get_template("page.html").render(given))
    return laid_out[0], laid_out[1]


@pytest.mark.parametrize(
    "template",
    [
        "{{ thing.name }}{{ thing.html }}{{ thing.number }}{{ thing.name }}{{ 1.5 }}{{ none }}{{ true }}",
        "<a title='{{ thing.name }}'>{{ thing.name ~ thing.html }}</a>{{ thing.html ~ thing.name }}",
        "{{ assets['style.css'] }}{{ thing['name'] }}{{ thing.inner[1] }}{{ thing.inner | join('<') }}",
        "{{ thing.of('<', last=thing.html) }}{{ thing.of(last='>', first='&') }}{{ thing.name.upper() }}",
        "{% for each in thing.inner %}{{ loop.index }}{{ each }}{{ ',' if not loop.last }}{% endfor %}",
        "{% set text %}<p>{{ thing.name }}</p>{% endset %}{{ text }}{{ text | length }}",
        "{% macro m(a, b='<', c=none) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}{{ m('&') }}{{ m('&', c=1) }}{{ m(b=2, a=3) }}",
        "{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(m(thing.name)) }}{{ m(m) is string }}",
        "{% macro m() %}{{ caller() }}!{% endmacro %}{% call m() %}<{{ thing.name }}{% endcall %}",
        "{% macro m() %}{{ varargs | join }}{{ kwargs['a'] }}{% endmacro %}{{ m('<', '>', a='&') }}{{ m(*thing.inner, a=1) }}",
        "{% import 'parts.html' as parts with context %}{{ parts.part(thing) }}{{ parts.part(thing, '&') }}",
        "{% block title %}<{{ thing.name }}{% endblock %}{{ self.title() }}{{ self.title() | length }}",
        "{{ ({'class': '<'}).class }}",
    ],
)
def test_a_template_says_what_jinja_would_make_it_say(template: str) -> None:
    parts = "{% macro part(thing, more='') %}{{ thing.name }}{{ more }}{% endmacro %}"
    ours, plain = both(template, **{"parts.html": parts})
    assert ours == plain
    assert ours


def test_a_text_and_the_same_markup_are_not_taken_for_one_another() -> None:
    ours, _plain = both("{{ '<i>' }}{{ '<i>' | safe }}{{ '<i>' }}")
    assert ours == "&lt;i&gt;<i>&lt;i&gt;"


@pytest.mark.parametrize("call", ["m(1, 2)", "m(1, b=2)", "m()"])
def test_a_macro_takes_its_own_arguments_and_no_others(call: str) -> None:
    ours = make_environment((), None, {})
    with pytest.raises((TypeError, UndefinedError)):
        ours.from_string("{% macro m(a) %}{{ a }}{% endmacro %}{{ " + call + " }}").render()
