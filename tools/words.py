"""Brings the catalogues of fixed words up to date with the templates: `make words`.

New words come in empty, changed ones as fuzzy, and both are errors of `check` until somebody translates them.
A language begins by its code, `python tools/words.py fr`, or for one site alone by its file, `… site/languages/fr.po`.
"""

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CONTRIBUTORS = "Microsite contributors"
MADE = datetime(2026, 11, 24, tzinfo=UTC)
FOLDER = ROOT / "microsite" / "catalogues"


def words_in_templates() -> Catalog:
    """Every fixed word that a template holds, in the order of the files."""
    found = Catalog(project="microsite", copyright_holder=CONTRIBUTORS, fuzzy=False)
    methods, options = [("**.html", "jinja2.ext:babel_extract")], {"**.html": {"trimmed": "true"}}
    for path, line, words, _comments, context in sorted(
        extract_from_dir(str(ROOT / "templates"), method_map=methods, options_map=options), key=lambda found: found[:2]
    ):
        found.add(words, locations=[(f"templates/{path}", line)], context=context)
    return found


def bring_up_to_date(language: str, words: Catalog) -> Path:
    """Merge the words into one catalogue, made if need be: a language's here, or the file named."""
    path = Path(language) if language.endswith(".po") else FOLDER / f"{language}.po"
    language = path.stem
    locale = language.replace("-", "_")
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
    else:
        catalogue = Catalog(locale=locale, project="microsite", fuzzy=False)
    catalogue.update(words, no_fuzzy_matching=False)
    catalogue.fuzzy = False
    catalogue.header_comment = f"# The fixed words of the pages in {locale}. `make words` brings this file up to date."
    catalogue.version = generator_version()
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = CONTRIBUTORS
    catalogue.creation_date = catalogue.revision_date = MADE  # no clock in a committed file
    with path.open("wb") as file:
        write_po(
            file, catalogue, omit_header=False, sort_by_file=True, ignore_obsolete=True, include_lineno=False, width=110
        )
    return path


def generator_version() -> str:
    """As the package says it, which is not installed where this runs."""
    (version,) = re.findall(r'^__version__ = "(.+)"', (ROOT / "microsite" / "__init__.py").read_text(), re.MULTILINE)
    return str(version)


def main() -> int:
    """Update the catalogues named, or all there are."""
    FOLDER.mkdir(exist_ok=True)
    words = words_in_templates()
    for language in sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("*.po")):
        print(os.path.relpath(bring_up_to_date(language, words)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
