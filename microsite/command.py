"""The command line: reads the arguments, calls the package, prints, and gives the exit status.

0: fine. 1: the content has errors. 2: wrong usage, or something outside the content stood in the way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

TYPE_CHECKING = False  # as `typing` has it, which an unchanged build has no time to import
if TYPE_CHECKING:
    import argparse

    from .diagnostics import Diagnostic
    from .order import Order
    from .photo import PhotoMade

FINE, CONTENT_HAS_ERRORS, WRONG_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None, root: str | None = None) -> int:
    """Run one command.

    Args:
        arguments: as typed, without the program's name.
        root: the site's folder where `--root` does not say; the working folder by default.

    Returns:
        The exit status.
    """
    _collect_garbage_seldom()
    _say_anything()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        # Without arguments, the usual case, nobody waits for their parser.
        return _run(given, root or os.getcwd()) if given else _build_site(root or os.getcwd(), as_json=False)
    except KeyboardInterrupt:
        return 130


def _run(given: list[str], root: str) -> int:
    options = _parser(root).parse_args(_with_command(given))
    if not os.path.isdir(options.root):
        print(f"microsite: there is no folder {options.root}", file=sys.stderr)
        return WRONG_USAGE
    commands = {
        "build": _build,
        "serve": _serve,
        "check": _check,
        "photo": _photo,
        "new": _new,
        "reviewed": _reviewed,
        "factcheck": _factcheck,
        "verify": _verify,
        "sign": _sign,
        "publish": _publish,
        "prune": _prune,
    }
    return commands[options.command](options)


def _with_command(given: list[str]) -> list[str]:
    """The arguments with the command that is meant where only options are given."""
    rest = given[2:] if given[0] == "--root" else given[1:] if given[0].startswith("--root=") else given
    meant = not rest or (rest[0].startswith("-") and rest[0] not in ("-h", "--help"))
    return ["build", *given] if meant else given


def _say_anything() -> None:
    """Let a terminal that lacks a character show its number, and not end the command over it."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def _collect_garbage_seldom() -> None:
    """Have Python look for cyclic garbage less often: a story is many values and hardly a cycle among them."""
    import gc

    gc.set_threshold(100_000, 50, 1_000)


def order_for(root: str, *, drafts: bool = False, site_folder: str | None = None) -> Order:
    """The order for a published build, or (`drafts`) for a preview, which never touches `site/`."""
    from .order import Order

    work = os.path.join(root, ".microsite")
    kind = "preview" if drafts else "build"
    site = site_folder or (os.path.join(work, "preview", "site") if drafts else os.path.join(root, "site"))
    return Order(root, site, os.path.join(work, kind), os.path.join(work, "cache"), drafts)


def _parser(root: str) -> argparse.ArgumentParser:
    import argparse

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

    build = command("build", "build the site into site/ (the default)", "build.py --root ../my-investigation")
    build.add_argument("--json", action="store_true", help="print diagnostics as JSON")
    serve = command(
        "serve", "preview the site with drafts, rebuilding and reloading as you save", "build.py serve --port 8000"
    )
    serve.add_argument("--port", type=int, default=5500, help="the port on this computer (default: 5500)")
    serve.add_argument(
        "--editor",
        metavar="NAME",
        help="what opens the places of errors: vscode, cursor, zed, idea, sublime, … or an address with {file} and "
        "{line}; none for nothing (default: MICROSITE_EDITOR, or what VISUAL and EDITOR hint at)",
    )
    check = command(
        "check",
        "look for mistakes in all files and build nothing",
        "build.py check --withdraw dailynk-dandong-store@first-source",
    )
    check.add_argument("--json", action="store_true", help="print diagnostics as JSON")
    check.add_argument(
        "--withdraw",
        action="append",
        default=[],
        metavar="SEED[@VOICE]",
        help="say what falls, weakens or strengthens if this source withdraws; may be repeated",
    )
    photo = command(
        "photo",
        "make the master of a photograph: upright, without metadata, its redactions painted over",
        "build.py photo ~/Pictures/IMG_0042.jpg --exhibit dandong-store/storefront",
    )
    photo.add_argument(
        "file", nargs="?", metavar="FILE", help="the original (default: the one this exhibit was made of before)"
    )
    photo.add_argument("--exhibit", required=True, metavar="STORY/ID", help="the exhibit that shows it")
    photo.add_argument(
        "--longest-side", type=_pixels, metavar="PX", help="what the longer side has at most (default: 3000)"
    )
    photo.add_argument(
        "--check", action="store_true", help="make nothing; say whether the recorded commitment is to this original"
    )
    photo.add_argument(
        "--salt", type=_salt, metavar="HEX", help="with --check: the salt, where private/ is not at hand"
    )
    photo.add_argument(
        "--look", action="store_true", help="make nothing; list likely faces that no redaction covers, by number"
    )
    photo.add_argument(
        "--dismiss",
        type=_amount,
        nargs="+",
        default=[],
        metavar="NUMBER",
        help="record that these places show no face, or one that may be seen",
    )
    for option, what in (("none", "cannot be seen in the master"), ("shown", "can be seen in the master, and may be")):
        photo.add_argument(
            f"--{option}",
            nargs="+",
            default=[],
            metavar="WHAT",
            help=f"record what {what}: faces, plates or another word of the list that the command prints",
        )
    new = command("new", "start a story that builds at once and teaches the format", "build.py new harbour-fees")
    new.add_argument("slug", help="the story's folder name and address: small letters, digits, hyphens")
    reviewed = command(
        "reviewed",
        "record that a translation renders the original as it is now, and who has read it",
        "build.py reviewed ko --by native",
    )
    reviewed.add_argument("language", help="the translation's language code")
    reviewed.add_argument("stories", nargs="*", metavar="SLUG", help="the stories (default: all)")
    reviewed.add_argument("--by", choices=("native", "machine"), required=True, help="who has read it")
    factcheck = command(
        "factcheck",
        "write a story line by line with what each claim rests on and boxes to sign; never published",
        "build.py factcheck harbour-fees",
    )
    factcheck.add_argument("slug", help="the story, drafts included")
    factcheck.add_argument("--language", metavar="CODE", help="the edition (default: the site's first language)")
    verify = command(
        "verify",
        "build anew and say, file by file, whether what is published is what this repository makes",
        "build.py verify https://example.org/coats/ --signers allowed_signers",
    )
    verify.add_argument("published", nargs="?", metavar="URL-OR-FOLDER", help="what to look at (default: site/)")
    verify.add_argument(
        "--signers", metavar="FILE", help="whose signature is accepted, as a list of allowed signers of ssh-keygen"
    )
    publish = command(
        "publish",
        "check, build and record what readers are shown; stop where something was changed and no correction says so",
        'build.py publish --minor "commas"',
    )
    publish.add_argument(
        "--minor",
        type=_line,
        metavar="REASON",
        help="why no correction tells the changes; recorded, and shown to readers",
    )
    publish.add_argument("--date", dest="day", type=_day, metavar="DAY", help="the day of publication (default: today)")
    publish.add_argument(
        "--record-into",
        metavar="DIR",
        help="write what is to be recorded below this folder, and build the site from what is recorded already: for "
        "hosts, which must not change the repository",
    )
    publish.add_argument(
        "--forget",
        action="append",
        default=[],
        metavar="STORY[/PLACE]",
        help="publish nothing; keep only a digest of a text that was recorded, or of all of a story's; may be repeated",
    )
    sign = command(
        "sign",
        "build, and sign the list of all files with an SSH key; the next build publishes the signature",
        "build.py sign --key ~/.ssh/id_ed25519",
    )
    sign.add_argument("--key", required=True, metavar="FILE", help="the private key, or the public one of an agent's")
    prune = command(
        "prune",
        "make the cache smaller: what was not used for long goes, then what was used longest ago",
        "build.py prune --days 7 --megabytes 200",
    )
    prune.add_argument("--days", type=_amount, default=30, help="keep what was used within so many days (default: 30)")
    prune.add_argument("--megabytes", type=_amount, default=1000, help="keep so much at most (default: 1000)")
    return parser


def _build(options: argparse.Namespace) -> int:
    return _build_site(options.root, as_json=options.json)


def _build_site(root: str, *, as_json: bool) -> int:
    from . import pipeline, report
    from .workfolder import Busy

    with report.progress() as progress:
        try:
            result = pipeline.build(order_for(root), progress)
        except Busy as busy:
            print(f"microsite: {busy}", file=sys.stderr)
            return WRONG_USAGE
    report.diagnostics(result.diagnostics, root, as_json=as_json)
    if result.outcome == "stopped":
        report.say("Nothing was written: site/ is as it was.")
        return CONTENT_HAS_ERRORS
    if result.outcome == "unchanged":
        report.say("Nothing changed: site/ is up to date.")
    else:
        report.say(
            f"Built {len(result.stories_made)} and kept {result.stories_reused} of the stories; "
            f"{len(result.written)} files written, {len(result.removed)} removed in site/."
        )
    if not as_json:
        _say_whether_tripwires_ran(root)
    return FINE


def _say_whether_tripwires_ran(root: str) -> None:
    from . import report
    from .order import TRIPWIRES, TRIPWIRES_VARIABLE, has_tripwires

    if not has_tripwires(root):
        where = f"there is no {TRIPWIRES}, and {TRIPWIRES_VARIABLE} is not set"
        said = f"tripwires: not run ({where})"
        report.say_at_once(said) if os.environ.get("GITHUB_ACTIONS") == "true" else report.say(said)


def _check(options: argparse.Namespace) -> int:
    from . import report, review

    order = order_for(options.root, drafts=True)
    found, consequences = review.check_everything(order, options.withdraw)
    report.diagnostics(found, options.root, as_json=options.json, consequences=consequences)
    if not found and not options.withdraw:
        report.say("No mistakes found.")
    if any(diagnostic.at == review.IN_ARGUMENTS for diagnostic in found):
        return WRONG_USAGE
    return CONTENT_HAS_ERRORS if _any_error(found) else FINE


def _reviewed(options: argparse.Namespace) -> int:
    from . import report, review

    order = order_for(options.root, drafts=True)
    written, found = review.record_review(order, options.language, options.by, options.stories)
    report.diagnostics(found, options.root, as_json=False)
    for path in written:
        print(path)
    return WRONG_USAGE if any(diagnostic.at == review.IN_ARGUMENTS for diagnostic in found) else FINE


def _factcheck(options: argparse.Namespace) -> int:
    from . import factcheck, report

    path, found = factcheck.write_copy(order_for(options.root, drafts=True), options.slug, options.language)
    report.diagnostics(found, options.root, as_json=False)
    if path:
        print(os.path.join(options.root, path))
        return FINE
    return WRONG_USAGE if any(diagnostic.at == factcheck.IN_ARGUMENTS for diagnostic in found) else CONTENT_HAS_ERRORS


def _verify(options: argparse.Namespace) -> int:
    from . import report, signing, verify

    published = options.published or os.path.join(options.root, "site")
    try:
        compared = verify.verify(options.root, published, options.signers)
    except (verify.Unreachable, signing.CannotSign) as error:
        print(f"microsite: {error}", file=sys.stderr)
        return WRONG_USAGE
    report.comparison(compared, options.root, published)
    return FINE if compared.is_the_same else CONTENT_HAS_ERRORS


def _sign(options: argparse.Namespace) -> int:
    from . import files, manifest, report, signing

    status = _build_site(options.root, as_json=False)
    if status != FINE:
        return status
    data = files.read(os.path.join(options.root, "site", manifest.MANIFEST_PATH))
    try:
        signature = signing.sign(data, options.key)
    except signing.CannotSign as error:
        print(f"microsite: {error}", file=sys.stderr)
        return WRONG_USAGE
    path = manifest.signature_path(data)
    files.write_within(options.root, path, signature)
    report.say(f"Signed: {path}. Keep it with the content, so that every build of the same publishes it.")
    return _build_site(options.root, as_json=False)


def _publish(options: argparse.Namespace) -> int:
    from . import publication, report
    from .workfolder import Busy

    order = order_for(options.root)
    if options.forget:
        written, found = publication.forget(order.root, options.forget)
        report.diagnostics(found, options.root, as_json=False)
        print(*written, sep="\n" if written else "", end="\n" if written else "")
        return WRONG_USAGE if found else FINE
    try:
        with report.progress() as progress:
            came = publication.publish(order, options.day, options.minor or "", options.record_into, progress)
    except Busy as busy:
        print(f"microsite: {busy}", file=sys.stderr)
        return WRONG_USAGE
    report.diagnostics(came.diagnostics, options.root, as_json=False)
    for line in came.to_write:
        print(line)
    if not came.published:
        report.say("Nothing was built or recorded: site/ is as it was.")
        return CONTENT_HAS_ERRORS
    for path in came.recorded:
        print(f"Recorded: {path}. Commit it with the content.")
    report.say("The site is in site/, to be put up: nothing was sent anywhere.")
    _say_whether_tripwires_ran(options.root)
    return FINE


def _photo(options: argparse.Namespace) -> int:
    from . import lookout, photo, report, review
    from .workfolder import Busy

    answers = options.dismiss, options.none, options.shown
    if (options.file or options.check) and (options.look or any(answers)):
        print("microsite: look first, and answer then: without FILE and --check", file=sys.stderr)
        return WRONG_USAGE

    try:
        if options.check:
            holds = photo.proves(options.root, options.exhibit, options.file, options.salt)
            print(
                "The commitment is to this original."
                if holds
                else "The commitment is to another file, or another salt."
            )
            return FINE if holds else CONTENT_HAS_ERRORS
        if options.look or any(answers):
            place = options.root, options.exhibit
            looked = lookout.answer(*place, *answers) if any(answers) else lookout.look(*place)
            print(*lookout.lines(looked, options.exhibit), sep="\n")
            return FINE
        made = photo.make(options.root, options.exhibit, options.file, options.longest_side)
        _say_what_was_made(made)
        print(*lookout.lines(lookout.look(options.root, options.exhibit), options.exhibit), sep="\n")
    except photo.PhotoRefused as refusal:
        report.diagnostics(refusal.found, options.root, as_json=False)
        in_arguments = any(found.at == review.IN_ARGUMENTS for found in refusal.found)
        return WRONG_USAGE if in_arguments else CONTENT_HAS_ERRORS
    except Busy:
        print("microsite: another photo command is at work", file=sys.stderr)
        return WRONG_USAGE
    return FINE


def _say_what_was_made(made: PhotoMade) -> None:
    print(f"Made {made.master} of {made.original}, which stays unpublished.")
    if made.left_at:
        print(f"Another copy of the original is still at {made.left_at}")
    for step in made.to_do:
        print(f"Next: {step}")


def _prune(options: argparse.Namespace) -> int:
    from . import report, store

    cache = order_for(options.root).cache_folder
    removed, freed = store.prune(cache, options.days * 86_400, options.megabytes * 1_000_000)
    print(f"Removed {report.counted(removed, 'file')} from the cache, {freed / 1e6:.1f} MB.")
    return FINE


def _amount(text: str) -> int:
    import argparse

    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise argparse.ArgumentTypeError("a whole number")
    return int(text)


def _line(text: str) -> str:
    import argparse

    line = " ".join(text.split())
    if not line or not line.isprintable():
        raise argparse.ArgumentTypeError("a line that says why")
    return line


def _day(text: str) -> str:
    import argparse

    from .dates import parse_date

    try:
        date = parse_date(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if not (date.year and date.month and date.day):
        raise argparse.ArgumentTypeError("a whole date such as 2026-11-24")
    return text


def _pixels(text: str) -> int:
    import argparse

    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 20_000:
        raise argparse.ArgumentTypeError("a whole number of pixels from 1 to 20000")
    return int(text)


def _salt(text: str) -> bytes:
    import argparse

    from .masters import SALT_BYTES

    try:
        salt = bytes.fromhex(text)
    except ValueError:
        salt = b""
    if len(salt) != SALT_BYTES:
        raise argparse.ArgumentTypeError(f"{2 * SALT_BYTES} hexadecimal digits")
    return salt


def _any_error(found: Sequence[Diagnostic]) -> bool:
    from .diagnostics import has_errors

    return has_errors(found)


def _serve(options: argparse.Namespace) -> int:
    from .editors import UnknownEditor, chosen
    from .serve import serve

    try:
        editor = chosen(options.editor, os.environ)
    except UnknownEditor as unknown:
        print(f"microsite: {unknown}", file=sys.stderr)
        return WRONG_USAGE
    return serve(order_for(options.root, drafts=True), options.port, editor)


def _new(options: argparse.Namespace) -> int:
    from .scaffold import NameTaken, new_story

    try:
        made = new_story(options.root, options.slug)
    except (NameTaken, ValueError) as error:
        print(f"microsite: {error}", file=sys.stderr)
        return WRONG_USAGE
    print("Made:", *made, sep="\n  ")
    print(f"Next: python build.py serve, then edit content/{options.slug}/index.md")
    return FINE
