"""Takes the pictures in docs/pictures/ of the built site: `make screenshots`.

Story, evidence, price and exhibit page, on a phone and a desktop, light and dark, each as far down as `DEPTH_PX`.
"""

import os
import shutil
import sys
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGES = {
    "story": "index.html",
    "evidence": "evidence.html",
    "prices": "prices.html",
    "exhibit": "exhibits/interior.html",
}
WIDTHS_PX = {"desktop": 1280, "phone": 390}
DEPTH_PX = {"desktop": 1500, "phone": 1700}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def save_small(picture: bytes, path: Path) -> None:
    """Keep a picture in 64 colours: our pages have few, and every new set of pictures stays in the history."""
    Image.open(BytesIO(picture)).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> int:
    """Take every picture."""
    browser_path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        for scheme in SCHEMES:
            for device, width in WIDTHS_PX.items():
                context = browser.new_context(
                    viewport={"width": width, "height": DEPTH_PX[device]}, color_scheme=scheme
                )
                page = context.new_page()
                for name, path in PAGES.items():
                    page.goto((ROOT / "site" / path).as_uri())
                    save_small(page.screenshot(), folder / f"{name}-{device}-{scheme}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
