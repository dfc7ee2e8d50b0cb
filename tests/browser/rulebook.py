"""What axe-core objects to on a page: the rules we hold ourselves to, and each finding as it is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

RULES_OF_COLOUR = ("color-contrast", "link-in-text-block")
"""All that a scheme can change."""
OPEN_NOTE = ":popover-open"


class Finding(NamedTuple):
    """One element that breaks one rule."""

    rule: str
    selector: str
    """Where the element is, as CSS would find it."""
    wrong: str
    html: str

    def __str__(self) -> str:
        return f"{self.rule} at {self.selector}: {self.wrong}: {self.html}"


def findings(page: Page, within: str | None = None, rules: tuple[str, ...] = RULES) -> list[Finding]:
    """What is wrong with a page, or the parts of it that a selector finds, by the rules that we hold it to."""
    page.evaluate(f"window.axe || (() => {{ {Axe().axe_script} }})()")
    answer: dict[str, Any] = page.evaluate(
        """([within, runOnly]) => axe.run(within || document, {
            resultTypes: ['violations'], runOnly, preload: false, elementRef: false,
        }).then(({passes, violations}) => ({looked: passes.length + violations.length, violations}))""",
        [within, rules],
    )
    assert answer["looked"], "axe looked at nothing"
    return [
        Finding(violation["id"], " ".join(map(str, node["target"])), violation["help"], node["html"][:160])
        for violation in answer["violations"]
        for node in violation["nodes"]
    ]


def shorten(page: Page) -> None:
    """Leave three of the claims, rows or notes of each list: one is made like another, and axe takes its time."""
    page.evaluate("""() => document.querySelectorAll(
        ':is(.claims, .dependants, .statements, .voices, .annotations, tbody) > :nth-child(n+4)'
    ).forEach(part => part.remove())""")


def open_all(page: Page, *, opened: bool = True) -> None:
    """Open every disclosure, and tick every box; or close and untick them."""
    page.evaluate(
        """opened => {
        document.querySelectorAll('details').forEach(details => { details.open = opened });
        document.querySelectorAll('input[type=checkbox]').forEach(box => { box.checked = opened });
    }""",
        opened,
    )


def open_notes(page: Page) -> bool:
    """Open every note of a page, one below another instead of one at a time; whether it has any."""
    return bool(
        page.evaluate("""() => {
        let top = 0;
        const notes = [...document.querySelectorAll('[popover]')];
        notes.forEach(note => {
            note.popover = 'manual';
            note.showPopover();
            Object.assign(note.style, {
                position: 'absolute', positionArea: 'none', inset: 'auto', top: `${top}px`, margin: 0, maxHeight: 'none',
            });
            top += note.offsetHeight + 10;
        });
        return notes.length > 0;
    }""")
    )


def has_more(page: Page) -> bool:
    """Whether a page shows more once its disclosures are opened and its boxes ticked."""
    return page.locator("details, [type=checkbox]").count() > 0
