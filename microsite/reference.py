"""Writes the reference from the model: docs/content.md, docs/diagnostics.md and the JSON Schemas for editors.

`python -m microsite.reference` writes them, and with `--check` only says which are out of date. What is written by
hand stands in `handbook/`, as templates whose signs are `<< >>` and `<% %>`, as braces belong to the authors' format.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from . import authored, expressions, files, inventory, model, pipeline, schema, templating
from .diagnostics import KINDS
from .evidence import SUPPORTS
from .intervals import Quantity, parse_amount
from .languages import date_words, languages_known, list_words, quantity_words
from .scaffold import starter
from .schema import FieldKind, ListOf, MapOf, Record, keys_of

ROOT = Path(__file__).parent.parent
HANDBOOK_FOLDER = Path(__file__).parent / "handbook"
EXAMPLE_SLUG = "harbour-fees"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FINE, OUT_OF_DATE, WRONG_USAGE = 0, 1, 2


class AuthoredFile(NamedTuple):
    """One kind of file that authors write."""

    name: str
    """Of its schema."""
    kind: FieldKind
    record: type
    """What it holds, or holds several of."""
    where: str
    """The files of this kind, from the root."""


AUTHORED_FILES = (
    AuthoredFile("site", Record(model.SiteFile), model.SiteFile, "content/site.yaml"),
    AuthoredFile("story", Record(model.FrontMatter), model.FrontMatter, "content/*/index.md"),
    AuthoredFile("exhibits", MapOf(Record(model.Exhibit)), model.Exhibit, "content/*/exhibits.yaml"),
    AuthoredFile("prices", Record(model.PriceFile), model.PriceFile, "content/*/prices.yaml"),
    AuthoredFile("seed", Record(model.Seed), model.Seed, "seeds/*.yaml"),
)
DATES = ("2017-09-11", "2019-11", "2019", "XXXX-12-11", "XXXX-12", "XXXX")
AMOUNTS = (
    ("200", "this much"),
    ("12.50", "this much"),
    ("200..300", "from one to the other, both included"),
    (">1000", "more than this"),
    (">=1000", "this or more"),
    ("<50", "less than this, and more than nothing"),
    ("<=50", "this or less, and more than nothing"),
    ("~200", "about this: no width is made up, and every result is about, too"),
    ("~200..300", "about from one to the other"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the reference, or with `--check` say what is out of date; gives the exit status."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m microsite.reference", description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if anything is out of date")
    only_check = parser.parse_args(arguments).check
    if not (ROOT / "docs").is_dir():
        print(f"microsite: there is no folder {ROOT / 'docs'} to write to", file=sys.stderr)
        return WRONG_USAGE
    stale = out_of_date()
    for path in stale:
        print(f"{path} is out of date: run `make docs`" if only_check else f"wrote {path}")
    if not only_check:
        for path, text in stale.items():
            files.write_within(ROOT, path, text.encode())
    return OUT_OF_DATE if stale and only_check else FINE


def out_of_date() -> dict[str, str]:
    """What the files of the reference should hold, by path, of those that hold something else."""
    return {path: text for path, text in documents().items() if _read(ROOT / path) != text}


def documents() -> dict[str, str]:
    """Every file of the reference by its path in the repository."""
    environment = _environment()
    texts = {f"docs/{name}.md": environment.get_template(f"{name}.md").render() for name in ("content", "diagnostics")}
    schemas = {f"docs/schemas/{file.name}.schema.json": _as_json(json_schema(file)) for file in AUTHORED_FILES}
    return {**texts, **schemas}


def _read(path: Path) -> str | None:
    return path.read_bytes().decode() if path.is_file() else None


def _as_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


# --- Schemas ---------------------------------------------------------------------------------------------------------


def json_schema(file: AuthoredFile) -> dict[str, Any]:
    """The JSON Schema of one kind of file."""
    what = "the front matter of " if file.name == "story" else ""
    head = {"$schema": DIALECT, "title": f"Microsite: {what}{file.where}", "description": _doc(file.record)}
    return {**head, **_as_editors_guess(file.kind.schema())}


def _as_editors_guess(part: Any) -> Any:
    """The schema as an editor needs it: it guesses that `2019` is a number and `true` a truth value, and we do not."""
    if isinstance(part, Mapping):
        loosened = {key: _as_editors_guess(value) for key, value in part.items()}
        return loosened | ({"type": ["string", "number", "boolean"]} if part.get("type") == "string" else {})
    return [_as_editors_guess(item) for item in part] if isinstance(part, list) else part


def editor_settings() -> str:
    """Which schema is for which files, as an editor's settings."""
    mapped = {f"./docs/schemas/{f.name}.schema.json": f.where for f in AUTHORED_FILES if f.where.endswith(".yaml")}
    return _as_json({"yaml.schemas": mapped}).rstrip()


# --- Pages -----------------------------------------------------------------------------------------------------------


def _environment() -> Any:
    """The templates of the handbook."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(  # noqa: S701 (what comes out is Markdown, and all of it ours)
        loader=FileSystemLoader(HANDBOOK_FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        keep_trailing_newline=True,
    )
    environment.filters["as_text"] = _as_text
    environment.globals.update(_given())
    return environment


def _given() -> dict[str, Any]:
    """What the handbook's templates can name."""
    return {
        "fields": lambda name: fields_table(getattr(model, name)),
        "doc": lambda name: _in_sentence(_doc(getattr(model, name))),
        "starter": _starter_block,
        "kinds": sorted(KINDS.items()),
        "supports": SUPPORTS,
        "support_words": _support_words(),
        "dates": DATES,
        "date_words": lambda text: date_words(text, "en"),
        "amounts": AMOUNTS,
        "amount_words": _amount_words,
        "times_words": _times_words,
        "reserved": sorted(inventory.RESERVED_SLUGS),
        "columns": ["id", *keys_of(model.Price)],
        "formats": expressions.FORMATS,
        "official_kinds": list_words([f"`{kind}`" for kind in model.OFFICIAL_KINDS], "en"),
        "languages": languages_known(),
        "largest_text_bytes": authored.LARGEST_TEXT_BYTES,
        "longest_line": schema.LONGEST_LINE,
        "longest_expression": expressions.LONGEST_EXPRESSION,
        "editor_settings": editor_settings(),
    }


def _doc(record: type) -> str:
    return (record.__doc__ or "").partition("\n")[0]


def _as_text(text: str) -> str:
    """The text with no sign in it that Markdown would act on; code stays code."""
    return re.sub(r"(`[^`]*`)|([\[\]]|<(?=[a-zA-Z/!?])|\*(?=\S))", lambda found: found[1] or f"\\{found[2]}", text)


def _in_sentence(text: str) -> str:
    return text[:1].lower() + text[1:]


def _starter_block(name: str) -> str:
    """A file as `new` makes it, to be shown."""
    return f"```{'markdown' if name.endswith('.md') else 'yaml'}\n{starter(name, EXAMPLE_SLUG)}```"


def _amount_words(text: str) -> str:
    return quantity_words(Quantity(parse_amount(text), "CNY"), "en")


def _times_words(text: str) -> str:
    return quantity_words(Quantity(parse_amount(text), prices=("row",), multiple=True), "en")


def _support_words() -> dict[str, str]:
    """What the pages say for each support."""
    parts = templating.make_environment((pipeline.generator_folders()[1],), None, {}).get_template(
        "evidence-parts.html"
    )
    words = parts.make_module({"page": None}).support_words  # type: ignore[attr-defined]
    return {support.name: str(words[support.name]) for support in SUPPORTS}


# --- Tables of fields ------------------------------------------------------------------------------------------------

TERMS: tuple[tuple[FieldKind, str], ...] = (
    (schema.PLAIN, "[plain text](#texts)"),
    (schema.TEXT, "a [text](#texts)"),
    (schema.DATE, "a [date](#dates)"),
    (schema.NAME, "a [name](#names)"),
    (schema.PRICE_NAME, "a price's [name](#names)"),
    (schema.CITATION, "a [citation](#citations)"),
    (schema.AMOUNT, "an [amount](#amounts)"),
)
"""Kinds that have a section of their own."""


def fields_table(record: type) -> str:
    """The fields of a record as a Markdown table."""
    rows = [f"| {' | '.join(_cells(name, field))} |" for name, field in keys_of(record).items()]
    return "\n".join(["| Key | Must be there? | What it means | What to write |", "|---|---|---|---|", *rows])


def _cells(name: str, field: Any) -> tuple[str, ...]:
    about = field.metadata
    what = _written(about["kind"]).replace("|", "\\|")
    return f"`{name}`", _need(about["required"], field.default), _as_text(about["doc"]), what


def _need(required: bool, default: Any) -> str:
    if required:
        return "yes"
    if isinstance(default, bool):
        return f"no: `{str(default).lower()}`"
    return f"no: `{default[0]}:{default[1]}`" if default and isinstance(default, tuple) else "no"


def _written(kind: FieldKind) -> str:
    """What an author writes for a kind of value, in a few words."""
    for known, words in TERMS:
        if kind is known or kind == known:
            return words
    if isinstance(kind, model.RegionKind):
        return "a [region](#region)"
    if isinstance(kind, model.PriceRowsKind):
        return f"{_written(MapOf(Record(model.Price)))}; or `name.csv`"
    if isinstance(kind, Record):
        return _link(kind.record)
    if isinstance(kind, MapOf):
        return f"by [name](#names): {_written(kind.value)}"
    if isinstance(kind, ListOf):
        return f"a list, each item {_written(kind.item)}"
    return kind.expected


def _link(record: type) -> str:
    name = record.__name__.lower()
    return f"{'an' if name[0] in 'aeiou' else 'a'} [{name}](#{name})"


if __name__ == "__main__":
    sys.exit(main())
