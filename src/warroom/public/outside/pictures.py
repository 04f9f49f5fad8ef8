"""The words of a screenshot, by Debian's tesseract where it is installed: a process of its own, with little memory and little time."""

import os
import shutil
import subprocess
import threading

from warroom.errors import NotPossible
from warroom.papers.cleaning import PDF, clean_file, count_pixels

SECONDS = 12
MEMORY = 1 << 30
PIXELS = 16_000_000
"""A telephone's picture has twelve million; a file of some bytes may say that it has a billion."""
_AT_ONCE = threading.Semaphore(1)


def can_read() -> bool:
    """Whether pictures can be read on this machine."""
    return shutil.which("tesseract") is not None and shutil.which("prlimit") is not None


def read_picture_text(content: bytes) -> str:
    """The words of a JPEG or PNG, empty where none were read in time. Raises NotPossible for what is no such picture."""
    # Nobody draws a paper for its words.
    media, picture = (PDF, b"") if content.startswith(b"%PDF-") else clean_file(content)
    if media == PDF or not 0 < count_pixels(media, picture) <= PIXELS:
        raise NotPossible("cases.receipt-unfit")
    if not _AT_ONCE.acquire(timeout=SECONDS):
        return ""
    try:
        return _read_text(picture)
    finally:
        _AT_ONCE.release()


def _read_text(picture: bytes) -> str:
    languages = [name for name in ("tha", "eng") if _has_language(name)] or ["eng"]
    limits = ["prlimit", f"--as={MEMORY}", f"--cpu={SECONDS}", "--nofile=64", "--core=0"]
    asked = [*limits, "tesseract", "stdin", "stdout", "-l", "+".join(languages)]
    # One thread, and none of our settings: it reads what strangers made.
    where = {"PATH": os.environ.get("PATH", ""), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            asked, input=picture, capture_output=True, timeout=SECONDS, env=where, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout.decode("utf-8", "replace").replace("\x0c", "").strip() if done.returncode == 0 else ""


def _has_language(language: str) -> bool:
    return any(
        os.path.exists(f"/usr/share/tesseract-ocr/{version}/tessdata/{language}.traineddata")
        for version in ("5", "4.00")
    )
