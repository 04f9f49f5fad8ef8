"""Reads the small QR code of a Thai transfer slip: the sending bank and the transaction's reference.

Banks print it for checking slips (Bank of Thailand and Thai Bankers' Association, "slip verification"): EMVCo fields, each two digits
of tag, two of length, then the value. Field 00 holds 01, the sending bank's three digits, and 02, the reference; 91 is a CRC.
Debian's `ZXingReader` reads the picture, if installed, in a process with limited memory and time.
"""

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# For one picture, and for the wait before it: it takes some hundredths. Chosen, not measured.
SECONDS = 4
MEMORY = 1 << 30
# One picture at a time: each may take `MEMORY`.
_AT_ONCE = threading.Semaphore(1)
_CODE = re.compile(r'"([0-9A-Za-z]{20,200})"')


@dataclass(frozen=True, slots=True)
class SlipCode:
    """What a slip's code says: the sending bank's number at the Bank of Thailand, and the transaction's reference."""

    bank: str
    reference: str


def parse_slip_code(text: str) -> SlipCode | None:
    """Parse the text of a slip's code; None for any other QR code, or one that was misread."""
    fields = dict(_iter_fields(text))
    if fields.get("91") != compute_crc(text[:-4]) or fields.get("51") != "TH":
        return None
    inner = dict(_iter_fields(fields.get("00", "")))
    bank, reference = inner.get("01", ""), inner.get("02", "")
    return SlipCode(bank, reference) if inner.get("00") == "000001" and bank and reference else None


def _iter_fields(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at + 4 <= len(text) and text[at : at + 4].isascii() and text[at : at + 4].isdigit():
        end = at + 4 + int(text[at + 2 : at + 4])
        if end > len(text):
            return
        yield text[at : at + 2], text[at + 4 : end]
        at = end


def compute_crc(text: str) -> str:
    """The CRC-16 of EMVCo codes (polynomial 1021, start FFFF) in four hexadecimal digits."""
    crc = 0xFFFF
    for byte in text.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return f"{crc:04X}"


def can_read() -> bool:
    """Whether slips can be read on this machine."""
    return shutil.which("ZXingReader") is not None and shutil.which("prlimit") is not None


def read_slips(pictures: Sequence[tuple[str, bytes]]) -> list[SlipCode]:
    """The codes of slips among cleaned files (media type, bytes), each once; empty where none can be read. Raises nothing: a
    report must not fail because of its picture.
    """
    if not can_read():
        return []
    texts = [_read_text(content) for media, content in pictures if media.startswith("image/")]
    codes = (parse_slip_code(text) for some in texts for text in some)
    return list(dict.fromkeys(code for code in codes if code is not None))


def _read_text(picture: bytes) -> list[str]:
    limits = ["prlimit", f"--as={MEMORY}", f"--cpu={SECONDS}", "--nofile=64", "--core=0"]
    # A clean environment without our settings: it reads untrusted files.
    where = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    if not _AT_ONCE.acquire(timeout=SECONDS):
        return []
    try:
        asked = [*limits, "ZXingReader", "-1", "-formats", "QRCode", "/dev/stdin"]
        done = subprocess.run(
            asked, input=picture, capture_output=True, timeout=SECONDS, env=where, check=False
        )
    except (subprocess.TimeoutExpired, OSError):
        return []
    finally:
        _AT_ONCE.release()
    return _CODE.findall(done.stdout.decode("utf-8", "replace"))
