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
    from .order import Order, Result
    from .photo import PhotoMade
    from .timings import Watch

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
    from . import arguments

    options = arguments.read(given, root)
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


def _build(options: argparse.Namespace) -> int:
    if not options.timings:
        return _build_site(options.root, as_json=options.json)
    from .timings import Watch

    return _build_site(options.root, as_json=False, watch=Watch())


def _build_site(root: str, *, as_json: bool, watch: Watch | None = None) -> int:
    from . import pipeline, report
    from .workfolder import Busy

    with report.progress() as progress:
        try:
            result = pipeline.build(order_for(root), progress, watch)
        except Busy as busy:
            print(f"microsite: {busy}", file=sys.stderr)
            return WRONG_USAGE
    report.diagnostics(result.diagnostics, root, as_json=as_json)
    if watch:
        _say_where_the_time_went(watch, result)
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


def _say_where_the_time_went(watch: Watch, result: Result) -> None:
    if result.outcome == "unchanged":
        stand = f"{result.stories_reused} {'story stands' if result.stories_reused == 1 else 'stories stand'}"
        print(f"timings: nothing had to be done, {stand} as the last build left them ({watch.elapsed_s():.3f} s)")
    else:
        print(*watch.table(), sep="\n")


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
    if options.links:
        from . import linkcheck

        try:
            with report.progress() as progress:
                found = linkcheck.check_links(order, found, report.say_beside, progress)
        except linkcheck.NotThroughProxy as why:
            print(f"microsite: {why}", file=sys.stderr)
            return WRONG_USAGE
    report.diagnostics(found, options.root, as_json=options.json, consequences=consequences)
    if not found and not options.withdraw:
        report.say("No mistakes found.")
    if not options.json:
        _say_whether_tripwires_ran(options.root)
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
