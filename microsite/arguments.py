"""What can be typed after `build.py`: the commands, their options, and what each takes."""

from __future__ import annotations

import argparse
from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence

Command = Callable[[str, str, str], argparse.ArgumentParser]
"""Adds a command: its name, what it is for, and an example of it."""


def read(given: Sequence[str], root: str) -> argparse.Namespace:
    """The options that were given, with the command that is meant; ends the program where they are not right.

    Args:
        root: the site's folder where `--root` does not say.
    """
    return _parser(root).parse_args(_with_command(list(given)))


def _with_command(given: list[str]) -> list[str]:
    """The arguments with the command that is meant where only options are given."""
    rest = given[2:] if given[0] == "--root" else given[1:] if given[0].startswith("--root=") else given
    meant = not rest or (rest[0].startswith("-") and rest[0] not in ("-h", "--help"))
    return ["build", *given] if meant else given


def _parser(root: str) -> argparse.ArgumentParser:
    # Given after the command or before it; a default in both places would have the second undo the first.
    shared, first = (argparse.ArgumentParser(add_help=False) for _ in range(2))
    for place, default in ((first, root), (shared, argparse.SUPPRESS)):
        place.add_argument(
            "--root",
            default=default,
            metavar="DIR",
            help="the folder that holds content/ and seeds/ (default: this one)",
        )
    parser = argparse.ArgumentParser(
        prog="build.py",
        parents=[first],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Microsite builds an investigation from plain files into a site whose every claim can be checked.",
        epilog="examples:\n  build.py                       build the site into site/\n  build.py serve                 write with a live preview\n"
        "  build.py check --withdraw seed-name@voice\n  build.py new harbour-fees      start a story\n",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, purpose: str, example: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            parents=[shared],
            help=purpose,
            description=purpose[0].upper() + purpose[1:] + ".",
            epilog=f"example: {example}",
        )

    for add in (_build, _serve, _check, _photo, _new, _reviewed, _factcheck, _verify, _publish, _sign, _prune):
        add(command)
    return parser


# --- Commands ----------------------------------------------------------------------------------------------------------


def _build(command: Command) -> None:
    parser = command("build", "build the site into site/ (the default)", "build.py --root ../my-investigation")
    printed = parser.add_mutually_exclusive_group()
    printed.add_argument("--json", action="store_true", help="print diagnostics as JSON")
    printed.add_argument(
        "--timings",
        action="store_true",
        help="print where the time went, how much was made and kept, and why stories were made anew",
    )


def _serve(command: Command) -> None:
    parser = command(
        "serve", "preview the site with drafts, rebuilding and reloading as you save", "build.py serve --port 8000"
    )
    parser.add_argument("--port", type=int, default=5500, help="the port on this computer (default: 5500)")
    parser.add_argument(
        "--editor",
        metavar="NAME",
        help="what opens the places of errors: vscode, cursor, zed, idea, sublime, … or an address with {file} and "
        "{line}; none for nothing (default: MICROSITE_EDITOR, or what VISUAL and EDITOR hint at)",
    )


def _check(command: Command) -> None:
    parser = command(
        "check",
        "look for mistakes in all files and build nothing",
        "build.py check --withdraw dailynk-dandong-store@first-source",
    )
    parser.add_argument("--json", action="store_true", help="print diagnostics as JSON")
    parser.add_argument(
        "--withdraw",
        action="append",
        default=[],
        metavar="SEED[@VOICE]",
        help="say what falls, weakens or strengthens if this source withdraws; may be repeated",
    )
    parser.add_argument(
        "--links",
        action="store_true",
        help="also visit every address that leads out of the site, politely, and say which are dead, have moved, or no "
        "longer hold what was fetched; each host learns that you ask, from what connection, and for which site",
    )


def _photo(command: Command) -> None:
    parser = command(
        "photo",
        "make the master of a photograph: upright, without metadata, its redactions painted over",
        "build.py photo ~/Pictures/IMG_0042.jpg --exhibit dandong-store/storefront",
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="the original (default: the one this exhibit was made of before)"
    )
    parser.add_argument("--exhibit", required=True, metavar="STORY/ID", help="the exhibit that shows it")
    parser.add_argument(
        "--longest-side", type=_pixels, metavar="PX", help="what the longer side has at most (default: 3000)"
    )
    parser.add_argument(
        "--check", action="store_true", help="make nothing; say whether the recorded commitment is to this original"
    )
    parser.add_argument(
        "--salt", type=_salt, metavar="HEX", help="with --check: the salt, where private/ is not at hand"
    )
    parser.add_argument(
        "--look", action="store_true", help="make nothing; list likely faces that no redaction covers, by number"
    )
    parser.add_argument(
        "--dismiss",
        type=_amount,
        nargs="+",
        default=[],
        metavar="NUMBER",
        help="record that these places show no face, or one that may be seen",
    )
    for option, what in (("none", "cannot be seen in the master"), ("shown", "can be seen in the master, and may be")):
        parser.add_argument(
            f"--{option}",
            nargs="+",
            default=[],
            metavar="WHAT",
            help=f"record what {what}: faces, plates or another word of the list that the command prints",
        )


def _new(command: Command) -> None:
    parser = command("new", "start a story that builds at once and teaches the format", "build.py new harbour-fees")
    parser.add_argument("slug", help="the story's folder name and address: small letters, digits, hyphens")


def _reviewed(command: Command) -> None:
    parser = command(
        "reviewed",
        "record that a translation renders the original as it is now, and who has read it",
        "build.py reviewed ko --by native",
    )
    parser.add_argument("language", help="the translation's language code")
    parser.add_argument("stories", nargs="*", metavar="SLUG", help="the stories (default: all)")
    parser.add_argument("--by", choices=("native", "machine"), required=True, help="who has read it")


def _factcheck(command: Command) -> None:
    parser = command(
        "factcheck",
        "write a story line by line with what each claim rests on and boxes to sign; never published",
        "build.py factcheck harbour-fees",
    )
    parser.add_argument("slug", help="the story, drafts included")
    parser.add_argument("--language", metavar="CODE", help="the edition (default: the site's first language)")


def _verify(command: Command) -> None:
    parser = command(
        "verify",
        "build anew and say, file by file, whether what is published is what this repository makes",
        "build.py verify https://example.org/coats/ --signers allowed_signers",
    )
    parser.add_argument("published", nargs="?", metavar="URL-OR-FOLDER", help="what to look at (default: site/)")
    parser.add_argument(
        "--signers", metavar="FILE", help="whose signature is accepted, as a list of allowed signers of ssh-keygen"
    )


def _publish(command: Command) -> None:
    parser = command(
        "publish",
        "check, build and record what readers are shown; stop where something was changed and no correction says so",
        'build.py publish --minor "commas"',
    )
    parser.add_argument(
        "--minor",
        type=_line,
        metavar="REASON",
        help="why no correction tells the changes; recorded, and shown to readers",
    )
    parser.add_argument("--date", dest="day", type=_day, metavar="DAY", help="the day of publication (default: today)")
    parser.add_argument(
        "--record-into",
        metavar="DIR",
        help="write what is to be recorded below this folder, and build the site from what is recorded already: for "
        "hosts, which must not change the repository",
    )
    parser.add_argument(
        "--forget",
        action="append",
        default=[],
        metavar="STORY[/PLACE]",
        help="publish nothing; keep only a digest of a text that was recorded, or of all of a story's; may be repeated",
    )


def _sign(command: Command) -> None:
    parser = command(
        "sign",
        "build, and sign the list of all files with an SSH key; the next build publishes the signature",
        "build.py sign --key ~/.ssh/id_ed25519",
    )
    parser.add_argument("--key", required=True, metavar="FILE", help="the private key, or the public one of an agent's")


def _prune(command: Command) -> None:
    parser = command(
        "prune",
        "make the cache smaller: what was not used for long goes, then what was used longest ago",
        "build.py prune --days 7 --megabytes 200",
    )
    parser.add_argument("--days", type=_amount, default=30, help="keep what was used within so many days (default: 30)")
    parser.add_argument("--megabytes", type=_amount, default=1000, help="keep so much at most (default: 1000)")


# --- What options take -------------------------------------------------------------------------------------------------


def _amount(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ArgumentTypeError("a whole number")
    return int(text)


def _line(text: str) -> str:
    line = " ".join(text.split())
    if not line or not line.isprintable():
        raise ArgumentTypeError("a line that says why")
    return line


def _day(text: str) -> str:
    from .dates import parse_date

    try:
        date = parse_date(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    if not (date.year and date.month and date.day):
        raise ArgumentTypeError("a whole date such as 2026-11-24")
    return text


def _pixels(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 20_000:
        raise ArgumentTypeError("a whole number of pixels from 1 to 20000")
    return int(text)


def _salt(text: str) -> bytes:
    from .masters import SALT_BYTES

    try:
        salt = bytes.fromhex(text)
    except ValueError:
        salt = b""
    if len(salt) != SALT_BYTES:
        raise ArgumentTypeError(f"{2 * SALT_BYTES} hexadecimal digits")
    return salt
