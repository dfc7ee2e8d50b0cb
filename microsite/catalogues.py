"""The fixed words of the pages in each language: gettext catalogues, kept as text and compiled in memory.

Templates hold the words in English; `catalogues/CODE.po` beside this module holds them in another language, and for a
language that only one site has, `languages/CODE.po` of that site. English needs none. `tools/words.py` brings the
catalogues up to date with the templates.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from . import store
from .languages import file_of, generator_languages

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

CATALOGUES_FOLDER = Path(__file__).with_name("catalogues")
SOURCE_LANGUAGE = "en"


class Untranslated(NamedTuple):
    """A fixed word that a catalogue lacks, or leaves to be looked at again (`fuzzy`)."""

    words: str
    line: int


def catalogue(language: str) -> NullTranslations:
    """The fixed words in a language; those in English where there is no catalogue."""
    if language == SOURCE_LANGUAGE or not _path(language).exists():
        return NullTranslations()
    return _catalogue(_compiled(language))


@cache
def _catalogue(compiled: bytes) -> NullTranslations:
    return GNUTranslations(BytesIO(compiled))


def _compiled(language: str) -> bytes:
    """A catalogue as gettext reads it, kept under the digest of its text where Python keeps our modules compiled.

    Reading the text takes longer than making a story's pages; to throw the kept ones away, delete `__pycache__`.
    """
    kept = store.Store(str(Path(__file__).with_name("__pycache__") / "catalogues"))
    key = store.cache_key("catalogue", _path(language).read_bytes())
    if (stored := kept.get(key)) is not None:
        return stored
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, _read(language))
    if not sys.dont_write_bytecode:
        with suppress(OSError):  # the generator may be installed where nobody may write
            kept.put(key, compiled.getvalue())
    return compiled.getvalue()


def untranslated(language: str) -> list[Untranslated]:
    """What a language's catalogue leaves untranslated, in the order of its lines."""
    if language == SOURCE_LANGUAGE:
        return []
    if not _path(language).exists():
        return [Untranslated("every fixed word", 1)]
    return [
        Untranslated(message.id if isinstance(message.id, str) else message.id[0], message.lineno or 1)
        for message in _read(language)
        if message.id and (message.fuzzy or not all(_forms(message.string)))
    ]


def _forms(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if isinstance(string, str | None) else tuple(string)


def _path(language: str) -> Path:
    return file_of(language, ".po", CATALOGUES_FOLDER)


def shown_path(language: str) -> str:
    """Where a language's catalogue stands or should stand, for people."""
    own = language not in generator_languages()
    return f"languages/{language}.po" if own else f"microsite/catalogues/{language}.po"


def _read(language: str) -> Catalog:
    from babel.messages.pofile import read_po

    with _path(language).open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"))
