"""Writes a bundle as a ZIP file whose bytes depend on its content alone: no clock, no owner, no compression."""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from warroom.errors import HomeError
from warroom.evidence import store
from warroom.evidence.bundle import expert

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest a ZIP file can say


class BundleWriter:
    """Adds parts one after the other and ends with the signed manifest. Every part is hashed as it is written.

    Use it as a context manager, so that the file is closed also where a part fails.
    """

    def __init__(self, out: BinaryIO) -> None:
        # Stored, not compressed: the bytes must not depend on the version of a compression library.
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True, strict_timestamps=True)
        self.files: dict[str, dict[str, Any]] = {}

    def add_part(self, name: str, blocks: Iterable[bytes]) -> str:
        """Write a part block by block; returns its SHA-256."""
        hashed, size = hashlib.sha256(), 0
        with self._zip.open(_make_entry(name), "w", force_zip64=True) as part:
            for block in blocks:
                hashed.update(block)
                size += len(block)
                part.write(block)
        self.files[name] = {"bytes": size, "sha256": hashed.hexdigest()}
        return hashed.hexdigest()

    def add_text(self, name: str, text: str) -> None:
        """Write a part that is text."""
        self.add_part(name, [text.encode()])

    def add_file(self, name: str, path: Path, sha256: str | None) -> None:
        """Copy a file; raises HomeError where it is gone, or not what it must be."""
        try:
            # Hashed while it is copied: a file that was changed since it came in stops the bundle.
            written_sha256 = self.add_part(name, store.iter_file_blocks(path))
        except FileNotFoundError:
            raise _make_damage_error(name) from None
        if sha256 is not None and written_sha256 != sha256:
            raise _make_damage_error(name)

    def sign_manifest(self, key: Ed25519PrivateKey, facts: dict[str, Any]) -> None:
        """The manifest over everything, and its signature."""
        body = json.dumps(
            facts | {"files": self.files}, sort_keys=True, ensure_ascii=False, indent=1
        ).encode()
        # Signed with a line of context (domain separation): a signature of the log cannot pass for one of a
        # bundle.
        signature = key.sign(expert.CONTEXT + body).hex()
        self.add_part(expert.MANIFEST, [body])
        self.add_text(expert.SIGNATURE, f"{signature}\n")

    def __enter__(self) -> "BundleWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()


def _make_entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, FIRST_DAY)
    # Unix, a plain file with mode 0600: the defaults would depend on the operating system.
    entry.create_system, entry.external_attr = 3, 0o100600 << 16
    return entry


def _make_damage_error(name: str) -> HomeError:
    return HomeError("evidence.stored-file-changed-for-bundle", file=name)
