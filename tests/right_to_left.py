"""A site in a language that the generator does not know: pseudo-Arabic, made of the repository's own story.

Its letters are English ones put into the Arabic script one by one: it reads as nothing, is set from right to left, and
has Arabic's six plurals. What the recipe in docs/recipes.md says to write by hand is written here by machine.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from microsite.languages import PHRASES_FOLDER
from tests import trees
from tools import words

CODE = "ar"
LATIN = "abcdefghijklmnopqrstuvwxyz"
ARABIC = "ابثدعفغهيجكلمنوصقرستطحخضزظ"
KEPT = re.compile(r"\]\([^)]*\)|\{\{[^}]*\}\}|\{[^}]*\}|%\(\w+\)s|\b[A-Z]{2,}\b|!\[")
"""What no translator touches: where links lead, figures and blanks; and abbreviations, which stay in their script."""
TO_ARABIC = str.maketrans(LATIN + LATIN.upper() + ",;?", ARABIC * 2 + "،؛؟")


def pseudo(text: str) -> str:
    """A text in pseudo-Arabic, its links and blanks as they were."""
    parts, done = [], 0
    for kept in KEPT.finditer(text):
        parts += [text[done : kept.start()].translate(TO_ARABIC), kept[0]]
        done = kept.end()
    return "".join((*parts, text[done:].translate(TO_ARABIC)))


def write(root: Path) -> Path:
    """Lay out the site: the repository's story in English and pseudo-Arabic, and the language's own two files."""
    for folder in ("content", "seeds"):
        trees.lay_over(root / folder, trees.ROOT / folder)
    for path in (*root.rglob("index.*.md"), *root.rglob("reviewed.*")):
        path.unlink()
    for path in root.rglob("*.yaml"):
        change(path, with_pseudo)
    index = root / "content" / "dandong-store" / "index.md"
    _, front, prose = index.read_text(encoding="utf-8").split("---\n", 2)
    index.write_text(f"---\n{dumped(with_pseudo(loaded(front)))}---\n{prose}", encoding="utf-8")
    index.with_name(f"index.{CODE}.md").write_text(pseudo(prose), encoding="utf-8")
    languages = root / "languages"
    languages.mkdir()
    (languages / f"{CODE}.toml").write_text(phrase_table(), encoding="utf-8")
    with (languages / f"{CODE}.po").open("wb") as file:
        write_po(file, catalogue())
    return root


def change(path: Path, how: Callable[[Any], Any]) -> None:
    """Rewrite a YAML file."""
    path.write_text(dumped(how(loaded(path.read_text(encoding="utf-8")))), encoding="utf-8")


def loaded(text: str) -> Any:
    """YAML as its author wrote it: every scalar a text."""
    return yaml.load(text, yaml.BaseLoader)


def dumped(data: Any) -> str:
    """YAML again."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000)


def with_pseudo(part: Any) -> Any:
    """The same data, each text in English and pseudo-Arabic and in no other language."""
    if isinstance(part, dict):
        if "en" in part:
            return {"en": part["en"], CODE: pseudo(part["en"])}
        return {key: ["en", CODE] if key == "languages" else with_pseudo(value) for key, value in part.items()}
    return [with_pseudo(each) for each in part] if isinstance(part, list) else part


def phrase_table() -> str:
    """English's table, its patterns in pseudo-Arabic."""
    english = (PHRASES_FOLDER / "en.toml").read_text(encoding="utf-8")
    table = tomllib.loads(english)
    head, _, patterns = english.partition("[words.measures]")
    head = head.replace('"English"', f'"{pseudo("Pseudo")}"').replace('"ltr"', '"rtl"').replace("en_GB", "ar_EG")
    head = head.replace(str(table["small_numbers"]).replace("'", '"'), "[]")
    shapes, dates, formats = patterns.partition("[dates]")
    shapes = re.sub(r'"([^"]*)"', lambda found: f'"{pseudo(found[1])}"', shapes)
    last = re.sub(
        r'^(year_not_given|unknown) = "(.*)"', lambda f: f'{f[1]} = "{pseudo(f[2])}"', formats, flags=re.MULTILINE
    )
    return f"{head}[words.measures]{shapes}{dates}{last}"


def catalogue() -> Catalog:
    """Every fixed word, in as many plurals as Arabic has."""
    made = Catalog(locale=CODE, fuzzy=False)
    for message in words.words_in_templates():
        if isinstance(message.id, tuple | list):
            made.add(tuple(message.id), tuple([pseudo(message.id[1])] * made.num_plurals))
        elif message.id:
            made.add(message.id, pseudo(message.id))
    return made
