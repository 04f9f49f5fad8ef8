"""The built pages: colours that can be read, scripts that type-check, and nothing that reaches outside."""

import re
import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest

import warroom
from warroom.settings import SETTINGS
from warroom.web.kit.manifest import STATIC

TEXTS = ["ink", "ink-2", "ink-3", "accent", "money", "innocent", "late", "due", "ok"]
FRONTEND = Path(warroom.__file__).parent / "web" / "frontend"
TOKENS = (FRONTEND / "css" / "tokens.css").read_text(encoding="utf-8")
DOCS = Path(__file__).parents[2] / "docs"


def colours(name: str) -> tuple[str, str]:
    """A token's colour on light and on dark ground."""
    found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", TOKENS)
    assert found, name
    return found[1], found[2]


def brightness(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((brightness(one), brightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    list(product(TEXTS, ["paper", "sheet"])),
)
def test_every_colour_of_text_can_be_read_on_every_ground(text: str, ground: str) -> None:
    """WCAG 2.2, level AA: 4.5 to 1."""
    for letter, paper in zip(colours(text), colours(ground), strict=True):
        assert contrast(letter, paper) >= 4.5


def test_the_filled_button_can_be_read() -> None:
    for letter, ground in zip(colours("sheet"), colours("accent"), strict=True):
        assert contrast(letter, ground) >= 4.5


def test_nothing_built_names_another_host() -> None:
    for path in STATIC.iterdir():
        if path.suffix in (".css", ".js", ".svg"):
            hosts = set(
                re.findall(r"(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,})", path.read_text(encoding="utf-8"))
            )
            assert hosts <= {"www.w3.org"}, path.name


def test_the_first_visit_is_light() -> None:
    sizes = {path.name.rsplit("-", 1)[0]: path.stat().st_size for path in STATIC.iterdir()}
    assert sizes["room"] < 8_000
    assert sizes["room-style"] < 30_000
    assert sizes["citizen-style"] < 8_000


def test_no_face_of_a_font_is_listed_twice() -> None:
    for style in STATIC.glob("*-style-*.css"):
        faces = re.findall(r"@font-face\{[^}]*\}", style.read_text(encoding="utf-8"))
        assert faces
        assert len(set(faces)) == len(faces), style.name
    lists = [path.read_text(encoding="utf-8") for path in (FRONTEND / "css").glob("fonts*.css")]
    files = re.findall(r'url\("([^"]+)"\)', "".join(lists))
    assert len(set(files)) == len(files)


def test_the_islands_type_check() -> None:
    compiler = FRONTEND / "node_modules" / ".bin" / "tsc"
    if not compiler.exists() or shutil.which("node") is None:
        pytest.skip("needs the machine's own node; the build does without")
    done = subprocess.run([compiler, "--noEmit"], cwd=FRONTEND, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def test_the_lock_of_the_front_end_names_no_address() -> None:
    lock = (FRONTEND / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert "registry" not in lock


def test_every_setting_stands_on_its_page() -> None:
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"| `{setting.name}` |" in page, setting.name
        assert setting.meaning in page, setting.name
