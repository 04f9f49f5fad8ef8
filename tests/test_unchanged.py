"""What draws pages is known to be unchanged only while no file of it has come, gone or changed."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def is_unchanged(checkout: Path, *options: str) -> bool:
    """What scripts/unchanged.py says of the folder `pages` of a checkout."""
    command = [sys.executable, "scripts/unchanged.py", *options, "looks", "pages"]
    return subprocess.run(command, cwd=checkout, capture_output=True, check=False).returncode == 0


def test_files_are_unchanged_until_one_comes_goes_or_changes(tmp_path: Path) -> None:
    for folder in ("scripts", "tests", "pages", "elsewhere"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / "scripts/unchanged.py", tmp_path / "scripts")
    page, new = tmp_path / "pages" / "a.html", tmp_path / "pages" / "b.html"
    page.write_text("one")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "pages"], cwd=tmp_path, check=True)
    assert not is_unchanged(tmp_path), "they never passed"
    is_unchanged(tmp_path, "--passed")
    (tmp_path / "elsewhere" / "a.py").write_text("two")
    assert is_unchanged(tmp_path)
    new.write_text("three")
    assert not is_unchanged(tmp_path)
    new.unlink()
    assert is_unchanged(tmp_path)
    page.write_text("four")
    assert not is_unchanged(tmp_path)
    page.unlink()
    assert not is_unchanged(tmp_path)
