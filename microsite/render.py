"""Pages laid out: a page and the templates in, HTML out. The only module that knows Jinja."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from gettext import NullTranslations
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.visitor import NodeTransformer
from markupsafe import escape

from . import files, store
from .catalogues import SOURCE_LANGUAGE, catalogue
from .diagnostics import Diagnostic, Position, problem
from .evidence import RANK, SUPPORTS
from .typography import set_solid
from .views import Page

POLICY = (
    "default-src 'none'; img-src 'self'; style-src {styles}; connect-src 'self'; base-uri 'none'; form-action 'none'"
)
"""The content security policy of a published page: nothing from elsewhere, no script, no style but ours."""


def make_environment(
    template_folders: tuple[str, ...],
    cache_folder: str | None,
    assets: Mapping[str, str],
    language: str = SOURCE_LANGUAGE,
) -> Environment:
    """The templates with their fixed words in one language, compiled as they are first used.

    Args:
        template_folders: where templates are looked for, in this order.
        cache_folder: where compiled templates are kept between builds; nowhere if `None`.
        assets: the published path of each static file, by name.
    """
    words = catalogue(language)
    environment = _Environment(
        words,
        loader=FileSystemLoader(template_folders),
        bytecode_cache=_Compiled(cache_folder, words) if cache_folder else None,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["capitalize_first"] = capitalize_first
    environment.globals.update(all_symbols=[*RANK, "fallen", "contested"])
    environment.globals.update(assets=assets, supports=[support.name for support in reversed(SUPPORTS)])
    return environment


class _Environment(Environment):
    """Jinja's, but that fixed words are put in their places while a template is compiled."""

    def __init__(self, words: NullTranslations, **options: Any) -> None:
        super().__init__(**options)
        self._words = words

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        return super()._generate(_Words(self._words).visit(source), name, filename, defer_init)


class _Words(NodeTransformer):
    """Turns each `_("…")` into the words themselves: looking them up took half of the time that pages took."""

    def __init__(self, words: NullTranslations) -> None:
        self._words = words

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (Jinja's name for it)
        self.generic_visit(node)
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=words)], kwargs=[]) if "%" not in words:
                return nodes.TemplateData(str(escape(self._words.gettext(words))), lineno=node.lineno)
        return node


class _Compiled(BytecodeCache):
    """Templates as they were compiled before, good only for the same Jinja, words and template, and this very module."""

    def __init__(self, folder: str, words: NullTranslations) -> None:
        self._store = store.Store(folder)
        self._compiler = files.short_digest(Path(__file__).read_bytes() + repr(_all_words(words)).encode())

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002
        """Wherever a template stands: what it compiles to depends on its name and text."""
        return super().get_cache_key(name)

    def load_bytecode(self, bucket: Bucket) -> None:
        if (compiled := self._store.get(self._key(bucket))) is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # the generator may be installed where nobody may write
            self._store.put(self._key(bucket), bucket.bytecode_to_string())

    def _key(self, bucket: Bucket) -> str:
        return store.cache_key("template", self._compiler, bucket.key, bucket.checksum)


def _all_words(words: NullTranslations) -> list[tuple[str, str]]:
    """What a catalogue says, in order; nothing for English."""
    return sorted((str(key), str(text)) for key, text in getattr(words, "_catalog", {}).items())


def capitalize_first(text: str) -> str:
    """The text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def render(page: Page, environment: Environment, standalone_style: str) -> tuple[str, list[Diagnostic]]:
    """One page as HTML, and what is wrong with its templates if it cannot be made.

    Args:
        standalone_style: the style sheet as text, for the page that must carry it.
    """
    try:
        style = standalone_style if page.template == "404.html" else _style_of(page, environment)
        html = environment.get_template(page.template).render(
            page=page, inline_style=_Verbatim(style), policy=policy(style), on_page=_NotesOfPage()
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


def _style_of(page: Page, environment: Environment) -> str:
    """The rules that only this page needs."""
    if page.template == "text.html":
        return environment.get_template("text.css").render().strip()
    story = page.story
    drawn = story.exhibits if story and page.template == "story.html" else ()
    exhibits = (page.exhibit,) if page.exhibit else drawn
    rules = environment.get_template("page.css").render(
        language=page.site.language,
        direction=page.site.direction,
        exhibits=exhibits,
        large=bool(page.exhibit),
        most_annotations=max((len(exhibit.annotations) for exhibit in exhibits), default=0),
        outcomes=story.outcomes if story and page.template == "evidence.html" else (),
    )
    return "" if page.template == "moved.html" else rules.strip()


def policy(style: str) -> str:
    """The content security policy of a page with this inline style."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
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
