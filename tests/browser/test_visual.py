"""What the main states look like, on a phone and on a desk, beside the pictures in ``snapshots/``.

``UPDATE_SNAPSHOTS=1`` takes the pictures anew: look at them before you commit them. A difference is written to
``var/snapshots/``. The pictures hold for the fonts that ``deploy/test-machine.sh`` installs; with others the tests are
skipped.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter
from playwright.async_api import Page, expect

from tests.browser.conftest import Browsing, said, say
from tests.browser.talk import talk

FOLDER = Path(__file__).with_name("snapshots")
DIFFERENT = Path(__file__).parents[2] / "var" / "snapshots"
UPDATE = "UPDATE_SNAPSHOTS" in os.environ
TOLERATED = 0.004
"""Share of pixels that may differ by more than STEP: edges of letters differ between versions of Chromium."""
STEP = 48
FONTS = {"Arial": "Liberation Sans", "Georgia": "DejaVu Serif", "system-ui": "DejaVu Sans"}
HIDDEN = "time { visibility: hidden !important }"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def fonts_are_ours() -> bool:
    """Whether this machine draws letters as the machine did that took the pictures."""
    if not shutil.which("fc-match"):
        return False
    found = {
        name: subprocess.run(["fc-match", "--format=%{family}", name], capture_output=True, text=True).stdout
        for name in FONTS
    }
    return found == FONTS


pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(not fonts_are_ours(), reason="needs the fonts of deploy/test-machine.sh"),
]


def compare(name: str, png: bytes) -> None:
    """Fail where ``png`` is not what the picture called ``name`` shows."""
    path, taken = FOLDER / f"{name}.png", Image.open(io.BytesIO(png)).convert("RGB")
    if UPDATE:
        FOLDER.mkdir(exist_ok=True)
        taken.quantize(64).save(path, optimize=True)
        return
    known = Image.open(path).convert("RGB")
    assert taken.size == known.size, f"{name} is {taken.size}, not {known.size}"
    soft = [image.filter(ImageFilter.BoxBlur(1)) for image in (taken, known)]
    strong = ImageChops.difference(*soft).convert("L").point(lambda value: 255 * (value > STEP))
    share = strong.histogram()[255] / (taken.width * taken.height)
    if share > TOLERATED:
        DIFFERENT.mkdir(parents=True, exist_ok=True)
        taken.save(DIFFERENT / f"{name}.png")
        strong.save(DIFFERENT / f"{name}-difference.png")
    assert share <= TOLERATED, f"{name}: {share:.1%} of the pixels differ; see {DIFFERENT}"


async def look(page: Page, name: str) -> None:
    """Compare what is on the screen now."""
    await page.mouse.move(0, 0)
    await page.wait_for_load_state("networkidle")
    await page.evaluate("document.fonts.ready")
    compare(name, await page.screenshot(animations="disabled", caret="hide", style=HIDDEN))


async def test_another_colour_is_a_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.UPDATE", False)
    monkeypatch.setattr(f"{__name__}.DIFFERENT", tmp_path)
    picture = Image.open(FOLDER / "desk-menu.png").convert("RGB")
    other = picture.copy()
    other.paste((160, 30, 60), (860, 170, 1240, 240))  # the head of the chat in another colour
    for image, fails in ((picture, False), (other, True)):
        png = io.BytesIO()
        image.save(png, "png")
        if fails:
            with pytest.raises(AssertionError, match="pixels differ"):
                compare("desk-menu", png.getvalue())
        else:
            compare("desk-menu", png.getvalue())
    assert (tmp_path / "desk-menu-difference.png").exists()


@pytest.mark.parametrize(
    ("device", "size", "scheme", "language"),
    [("desk", DESK, "light", "en"), ("phone", PHONE, "light", "fr"), ("phone-dark", PHONE, "dark", "nl")],
)
async def test_it_looks_as_it_should(
    browsing: Browsing, device: str, size: dict[str, int], scheme: str, language: str
) -> None:
    browsing.engine.reply = talk
    context = await browsing.context(viewport=size, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    page = await browsing.page(f"/{language}", context)
    banner = page.locator("brussels-assistant-cookies")
    await expect(banner.locator("section")).to_be_visible()
    await look(page, f"{device}-page")
    await banner.locator("section button").nth(2).click()
    await expect(banner.locator("dialog")).to_be_visible()
    await look(page, f"{device}-purposes")
    await page.keyboard.press("Escape")
    await page.evaluate("BrusselsAssistant.open()")
    await said(page).first.wait_for()
    await page.evaluate("document.activeElement?.blur?.()")
    await look(page, f"{device}-welcome")
    for question, replies in (("fees?", 3), ("places", 4), ("compare", 5)):
        await say(page, question)
        await expect(said(page)).to_have_count(replies)
        await look(page, f"{device}-{question.strip('?')}")
    await page.locator(".dots").click()
    await look(page, f"{device}-menu")
