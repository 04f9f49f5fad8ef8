"""Reads the text of a screenshot with Debian's tesseract, if installed, in a process with limited memory and time."""

import os
import shutil
import subprocess
import threading

from warroom.errors import NotPossible
from warroom.papers.cleaning import PDF, clean_file, count_pixels

# For one picture, and for the wait before it; a phone's screenshot takes a few. Chosen, not measured.
SECONDS = 12
MEMORY = 1 << 30
PIXELS = 16_000_000
"""The largest picture: a phone's has twelve million pixels, while a small file may claim a billion."""
# One picture at a time: each may take `MEMORY`.
_AT_ONCE = threading.Semaphore(1)


class PictureBusyError(Exception):
    """The reader did not come to a picture in time, or did not finish it: nothing is known of its words."""


def can_read() -> bool:
    """Whether pictures can be read on this machine."""
    return shutil.which("tesseract") is not None and shutil.which("prlimit") is not None


def read_picture_text(content: bytes) -> str:
    """The text of a JPEG or PNG, empty where it has none. Raises NotPossible for any other file, PictureBusyError where it was not read
    in time.
    """
    # A PDF is refused: rendering pages of strangers is not worth its risk.
    media, picture = (PDF, b"") if content.startswith(b"%PDF-") else clean_file(content)
    if media == PDF or not 0 < count_pixels(media, picture) <= PIXELS:
        raise NotPossible("cases.receipt-unfit")
    if not _AT_ONCE.acquire(timeout=SECONDS):
        raise PictureBusyError
    try:
        return _read_text(picture)
    finally:
        _AT_ONCE.release()


def _read_text(picture: bytes) -> str:
    languages = [name for name in ("tha", "eng") if _has_language(name)] or ["eng"]
    limits = ["prlimit", f"--as={MEMORY}", f"--cpu={SECONDS}", "--nofile=64", "--core=0"]
    asked = [*limits, "tesseract", "stdin", "stdout", "-l", "+".join(languages)]
    # One thread, and a clean environment without our settings: it reads untrusted files.
    where = {"PATH": os.environ.get("PATH", ""), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            asked, input=picture, capture_output=True, timeout=SECONDS, env=where, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise PictureBusyError from problem
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "replace").replace("\x0c", "").strip() if done.returncode == 0 else ""


def _has_language(language: str) -> bool:
    return any(
        os.path.exists(f"/usr/share/tesseract-ocr/{version}/tessdata/{language}.traineddata")
        for version in ("5", "4.00")
    )
