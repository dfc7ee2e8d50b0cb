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

from . import files, report

if TYPE_CHECKING:
    from jinja2 import Environment

    from .diagnostics import Diagnostic

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


@dataclass(frozen=True, slots=True)
class Showing:
    """What open pages should show; a new one takes its place when a build changes that."""

    edition: str
    """Names this state: a page that carries another is out of date."""
    addition: str
    """The HTML that each page is sent with at its end: the script and, after a failed build, the list of notices."""


def showing(environment: Environment, port: int, made: int, notices: tuple[Notice, ...]) -> Showing:
    """The state in which the site as last made is shown with these notices.

    Args:
        environment: where the template of the addition is found.
        port: where the preview is served.
        made: a number that is another after each build that went through, and 0 before the first.
    """
    edition = "e" + files.short_digest(repr((made, notices)).encode("utf-8", "surrogatepass"))
    template = environment.get_template("overlay.html")
    return Showing(edition, template.render(port=port, edition=edition, made=made, notices=notices))


def notices_of(found: Iterable[Diagnostic], root: str) -> tuple[Notice, ...]:
    """Diagnostics of a build that stopped, errors first, each with its line; beyond a hundred, their number."""
    in_turn = sorted(found, key=lambda diagnostic: diagnostic.severity != "error")
    notices = tuple(_notice(diagnostic, root) for diagnostic in in_turn[:MOST_NOTICES])
    more = len(in_turn) - MOST_NOTICES
    return (*notices, Notice("", "", f"And {more} more", "The terminal lists them all.")) if more > 0 else notices


def _notice(found: Diagnostic, root: str) -> Notice:
    notice = Notice(str(found.at), found.severity, found.message, found.hint)
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


def dressed(html: str, addition: str, origin: str) -> str:
    """A page with the addition at its end and a policy that lets it work.

    Args:
        origin: host and port the page was asked for from, such as `127.0.0.1:5500`: a policy's `'self'` covers a
            socket in some browsers only.
    """
    html = _POLICY.sub(partial(_with_policy, socket=f"ws://{origin}"), html, count=1)
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
