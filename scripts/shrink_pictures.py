"""Write the PNG pictures of a folder as WebP into another, a third as large: python scripts/shrink_pictures.py FROM TO.

Chromium encodes them, since the browser tests that take the pictures need it already.
"""

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

QUALITY = 0.5
"""Of 1: letters of 12 pixels are still sharp, and docs/images stays within what tests/test_pictures.py allows."""
ENCODE = """async ([png, quality]) => {
    const picture = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, 0, 0);
    const encoded = new Uint8Array(await (await canvas.convertToBlob({type: "image/webp", quality})).arrayBuffer());
    return btoa(Array.from(encoded, (byte) => String.fromCharCode(byte)).join(""));
}"""


def encode_picture(page: Page, png: bytes) -> bytes:
    """The picture as WebP."""
    return base64.b64decode(page.evaluate(ENCODE, [base64.b64encode(png).decode(), QUALITY]))


def main(source: Path, target: Path) -> None:
    """Write every picture of `source` into `target`."""
    executable = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=executable) as browser:
        page = browser.new_page()
        for png in sorted(source.glob("*.png")):
            target.joinpath(png.with_suffix(".webp").name).write_bytes(encode_picture(page, png.read_bytes()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
