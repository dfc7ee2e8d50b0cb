"""The templates, compiled with their fixed words in one language: autoescaped, quick, and kept between builds.

What they compile to is plainer than what Jinja makes by itself, and takes half as long to run: templates see values of
ours alone, so an attribute is an attribute, a call is a call, and a text of ours is escaped once however often it
stands. docs/decisions says what that gains and what it costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from gettext import NullTranslations
from keyword import iskeyword
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import Context
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from . import files, store
from .catalogues import SOURCE_LANGUAGE, catalogue
from .evidence import RANK, SUPPORTS


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
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(_fixed_words(words))
    environment.filters["capitalize_first"] = capitalize_first
    environment.globals.update(all_symbols=[*RANK, "fallen", "contested"])
    environment.globals.update(assets=assets, supports=[support.name for support in reversed(SUPPORTS)])
    return environment


def laid_out(template: Template, **values: object) -> str:
    """What a template makes of these values.

    Macros and the contexts that they stand in hold each other. They are parted here, so that Python lets go of a page's
    values as soon as it is made; its collector, which looks for such rings, took a quarter of a large build.
    """
    opened: list[Context] = []
    try:
        return template.render(**values, **{_OPENED: opened})
    finally:
        for context in opened:
            context.vars.clear()
            context.parent.clear()


_OPENED = "opened contexts"  # no name that a template could use


def capitalize_first(text: str) -> str:
    """The text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def _fixed_words(words: NullTranslations) -> dict[str, Callable[..., Markup]]:
    """The functions by which templates name fixed words; those of Jinja's extension make a context for each call."""

    def gettext(text: str, **values: object) -> Markup:
        return _filled(words.gettext(text), values)

    def ngettext(one: str, many: str, num: int, **values: object) -> Markup:
        return _filled(words.ngettext(one, many, num), {"num": num, **values})

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


def _filled(words: str, values: Mapping[str, object]) -> Markup:
    # The words are our catalogues', and whatever is put into them is escaped.
    return Markup(words % {name: _escaped(value) for name, value in values.items()})  # noqa: S704


# --- What templates compile to ---------------------------------------------------------------------------------------


def _escaped(value: object) -> str:
    kind = type(value)
    if kind is str:
        return _escaped_text(value)
    if kind is int:
        return str(value)
    return value if kind is Markup else escape(value)  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def _escaped_text(text: str) -> str:
    return str(escape(text))


def _macro(body: Callable[..., str], names: tuple[str, ...]) -> Callable[..., Markup]:
    """A macro that takes arguments of these names, each by its place or by its name."""
    wanted, bare = len(names), str.__new__

    def called(*given: Any, **named: Any) -> Markup:
        if len(given) < wanted:
            given = (*given, *(named.pop(name, missing) for name in names[len(given) :]))
        if named:
            raise TypeError(f"a macro was given `{next(iter(named))}`, which it does not take")
        return bare(Markup, body(*given))

    return called


class _Compiler(CodeGenerator):
    """Jinja's, but that attributes and calls are Python's own: templates see values of ours alone, and no others.

    Jinja would try an item of that name where there is no attribute, and ask each callee whether it wants the context.
    """

    def write_commons(self) -> None:
        super().write_commons()
        self.writeline("escaped = environment.escaped")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("escaped(")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        if macro_ref.accesses_kwargs or macro_ref.accesses_varargs or macro_ref.accesses_caller:
            super().macro_def(macro_ref, frame)
        else:
            self.write(f"environment.macro(macro, {tuple(each.name for each in macro_ref.node.args)!r})")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 (Jinja's name for it)
        blocks = isinstance(node.node, nodes.Name) and node.node.name == "self"
        if blocks or iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Call(  # noqa: N802 (Jinja's name for it)
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


class _Context(Context):
    """Jinja's, but noted down where `laid_out` asks for it."""

    def __init__(self, environment: Environment, parent: dict[str, Any], *others: Any, **more: Any) -> None:
        super().__init__(environment, parent, *others, **more)
        if (opened := parent.get(_OPENED)) is not None:
            opened.append(self)


class _Environment(Environment):
    """Jinja's, but that fixed words are put in their places while a template is compiled."""

    code_generator_class = _Compiler
    context_class = _Context
    escaped = staticmethod(_escaped)
    macro = staticmethod(_macro)

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


# --- Kept between builds ---------------------------------------------------------------------------------------------


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
