"""Pages laid out: a page and the templates in, HTML out."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from jinja2 import Environment, TemplateError, TemplateSyntaxError

from .diagnostics import Diagnostic, Position, problem
from .pages import OFFLINE_PAGE
from .templating import laid_out
from .typography import set_solid
from .views import Page, StoryView

POLICY = (
    "default-src 'none'; img-src 'self'; style-src {styles}; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
"""The content security policy of a published page: nothing from elsewhere, no script, no style but ours."""
POLICY_OFFLINE = "default-src 'none'; img-src data:; style-src {styles}; base-uri 'none'; form-action 'none'"
"""That of a page that holds its pictures itself: it may ask for nothing at all, not even the site."""


def render(page: Page, environment: Environment, standalone_style: str) -> tuple[str, list[Diagnostic]]:
    """One page as HTML, and what is wrong with its templates if it cannot be made.

    Args:
        standalone_style: the style sheets as text, for pages that must carry them.
    """
    try:
        style = _style_of(page, environment, standalone_style)
        html = laid_out(
            environment.get_template(page.template),
            page=page,
            inline_style=_Verbatim(style),
            policy=policy(style, offline=page.template == OFFLINE_PAGE),
            on_page=_NotesOfPage(),
        )
    except _TEMPLATE_MISTAKES as error:
        return "", [_template_problem(error, page)]
    return set_solid(html), []


_TEMPLATE_MISTAKES = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a template can run into: it may divide by zero, add a number to a text, or not be UTF-8."""


class _NotesOfPage:
    """The notes of one page: each stands once, and is numbered in the order in which its claims are met."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._placed: set[str] = set()

    def number(self, name: str) -> int:
        """The number of a note, from 1."""
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    def first(self, name: str) -> bool:
        """Whether a note is asked for the first time, and so is to stand here."""
        new = name not in self._placed
        self._placed.add(name)
        return new


class _Verbatim(str):
    """CSS of our own making, which must not be escaped: its hash is of these very characters."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def _style_of(page: Page, environment: Environment, standalone_style: str) -> str:
    """The rules that only this page needs, or all of them where it must carry them."""
    match page.template:
        case "404.html":
            return standalone_style
        case "text.html":
            return environment.get_template("text.css").render().strip()
        case "offline.html":
            own = environment.get_template("offline.css").render(page=page).strip()
            return f"{standalone_style}{_rules(page, environment)}\n{own}"
        case "moved.html":
            return ""
    return _rules(page, environment)


def _rules(page: Page, environment: Environment) -> str:
    """The rules that the content of a page decides."""
    story = page.story
    told = story if story and page.template in ("story.html", OFFLINE_PAGE) else None
    drawn = told.exhibits if told else ()
    exhibits = (page.exhibit,) if page.exhibit else drawn
    rules = environment.get_template("page.css").render(
        language=page.site.language,
        direction=page.site.direction,
        exhibits=exhibits,
        large=bool(page.exhibit),
        part=bool(page.part),
        most_switches=max((len(source.switches) for source in page.sources), default=0),
        corrected=bool(story and story.corrected),
        has_notice_of_correction=bool(told and any(correction.at_top for correction in told.corrections)),
        tags=_tags(told) if told else (),
        most_annotations=max((len(exhibit.annotations) for exhibit in exhibits), default=0),
        outcomes=story.outcomes if story and page.template in ("evidence.html", OFFLINE_PAGE) else (),
    )
    return rules.strip()


def _tags(story: StoryView) -> frozenset[str]:
    """The elements in a story's prose."""
    blocks = (block for stretch in story.stretches for block in stretch.blocks)
    return frozenset(tag for block in blocks for piece in block.pieces for tag in _TAG.findall(piece.markup))


_TAG = re.compile(r"<([a-z][a-z0-9]*)")


def policy(style: str, *, offline: bool = False) -> str:
    """The content security policy of a page with this inline style."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    if offline:
        return POLICY_OFFLINE.format(styles=f"'sha256-{digest}'")
    return POLICY.format(styles=f"'self' 'sha256-{digest}'" if style else "'self'")


def _template_problem(error: Exception, page: Page) -> Diagnostic:
    if isinstance(error, TemplateSyntaxError):
        return problem(Position(f"templates/{error.name}", error.lineno), "broken-template", str(error.message))
    line = _line_in_template(error)
    return problem(
        Position(f"templates/{line[0] or page.template}", line[1]),
        "broken-template",
        f"`{page.path}` cannot be rendered: {error}",
    )


def _line_in_template(error: Exception) -> tuple[str, int]:
    """The innermost template line of a traceback."""
    found = ("", 1)
    trace = error.__traceback__
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith((".html", ".css")):
            found = (name.replace("\\", "/").rsplit("/", 1)[-1], trace.tb_lineno)
        trace = trace.tb_next
    return found
