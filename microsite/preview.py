"""What a preview shows: the file an address leads to, and a page dressed to reload itself and to say what is wrong.

Nothing here is ever written to disk: the files stay exactly as they would be published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from . import editors, files, report

if TYPE_CHECKING:
    from jinja2 import Template

    from .diagnostics import Diagnostic

DESK_FOLDER = Path(__file__).parent / "desk"
"""What only the preview shows."""
MOST_NOTICES = 100
"""Nobody mends more between two saves, and each takes reading a file."""

_POLICY = re.compile(r'(<meta\s+http-equiv="?Content-Security-Policy"?\s+content=")([^"]*)', re.IGNORECASE)
_UNPORTABLE = frozenset('\\:*?"<>|')  # no output is called so, and to some computers they mean another place


class Notice(NamedTuple):
    """One thing that is wrong, ready to be laid over a page."""

    place: str
    """`content/dandong-store/index.md:12:5`; empty for what has no place in a file."""
    severity: str
    """`error`, `warning`, or empty."""
    message: str
    hint: str = ""
    before: str = ""
    """The quoted line up to the place; empty, like the next two, where there is no line to quote."""
    here: str = ""
    """The character at the place."""
    after: str = ""
    link: str = ""
    """Where the reporter's editor opens the place, if it has an address for that."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What lies over every page; a new one takes its place when a build or a proof changes that."""

    template: Template
    """Of what a page is sent with at its end: the script and, after a failed build, the list of notices."""
    notices: tuple[Notice, ...] = ()
    made: bool = True
    """Whether a build ever went through."""


class Edition(NamedTuple):
    """Names what a page shows, so that an open page can be told whether it is out of date, and by how much."""

    whole: str
    unstyled: str
    """The same for pages that differ in nothing but their style sheets."""


def edition(page: bytes, showing: Showing) -> Edition:
    """The edition of a page, as built, with what is shown over it."""
    over = repr((showing.made, showing.notices)).encode("utf-8", "surrogatepass")
    return Edition(*(files.short_digest(each + over) for each in (page, _STYLE.sub(rb"\1", page))))


_STYLE = re.compile(rb"(static/[\w.-]+)-[0-9a-f]{10}(?=\.css)")


def styles(page: bytes) -> list[str]:
    """The style sheets that a page asks for, by their paths in the site."""
    return [f"{found[0].decode()}.css" for found in _STYLE.finditer(page)]


def notices_of(found: Iterable[Diagnostic], root: str, editor: str = "") -> tuple[Notice, ...]:
    """Diagnostics of a build that stopped, errors first, each with its line; beyond a hundred, their number."""
    in_turn = sorted(found, key=lambda diagnostic: diagnostic.severity != "error")
    notices = tuple(_notice(diagnostic, root, editor) for diagnostic in in_turn[:MOST_NOTICES])
    more = len(in_turn) - MOST_NOTICES
    return (*notices, Notice("", "", f"And {more} more", "The terminal lists them all.")) if more > 0 else notices


def _notice(found: Diagnostic, root: str, editor: str) -> Notice:
    file = Path(root, found.at.file).absolute()
    link = editors.link(editor, str(file), found.at.line, found.at.column) if editor and file.is_file() else ""
    notice = Notice(str(found.at), found.severity, found.message, found.hint, link=link)
    quote = report.quoted(found, root)
    return notice._replace(before=quote.before, here=quote.here or " ", after=quote.after) if quote else notice


def file_at(folder: str, address: str) -> Path | None:
    """The file that an address's path (still percent-encoded) names below a folder; None where nothing may be shown.

    An address that ends in a slash names the `index.html` there. Names that begin with a dot, anything reached through
    a link and anything that is not a plain file count as absent.
    """
    path = unquote(address).removeprefix("/")
    parts = (path + "index.html" if path.endswith("/") or not path else path).split("/")
    if not all(_is_plain(part) for part in parts):
        return None
    file = Path(folder).resolve().joinpath(*parts)
    return file if file.resolve() == file and file.is_file() else None


def _is_plain(part: str) -> bool:
    plain = part.isascii() and part.isprintable() and _UNPORTABLE.isdisjoint(part)
    return plain and part != "" and not part.startswith(".")


def dressed(page: bytes, showing: Showing, origin: str) -> str:
    """A page with what is shown over it at its end, and a policy that lets it work.

    Args:
        origin: host and port the page was asked for from, such as `127.0.0.1:5500`: a policy's `'self'` covers a
            socket in some browsers only.
    """
    addition = showing.template.render(
        edition=edition(page, showing),
        notices=showing.notices,
        made=showing.made,
        editors=[*editors.ADDRESSES],
        version=files.short_digest((DESK_FOLDER / "desk.js").read_bytes()),
    )
    html = _POLICY.sub(partial(_with_policy, socket=f"ws://{origin}"), page.decode(), count=1)
    start, end, rest = html.rpartition("</body>")
    return f"{start}{addition}{end}{rest}" if end else html + addition


def _with_policy(found: re.Match[str], socket: str) -> str:
    return found[1] + escape(widened(unescape(found[2]), socket))


def widened(policy: str, socket: str) -> str:
    """A content security policy that also allows our own script and style sheet files, and the socket."""
    written = (directive.split() for directive in policy.split(";"))
    directives = {words[0].lower(): words[1:] for words in written if words}
    for name, wanted in {"script-src": ["'self'"], "style-src": ["'self'"], "connect-src": ["'self'", socket]}.items():
        allowed = directives.get(name, directives.get("default-src", []))
        directives[name] = [*(source for source in allowed if source not in ("'none'", *wanted)), *wanted]
    return "; ".join(" ".join((name, *sources)) for name, sources in directives.items())
