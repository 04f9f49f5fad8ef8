"""The home's keys: the signing key (Ed25519) for the lake's manifest, audit checkpoints and outgoing
messages, and the secrets of keyed hashes and ciphers.

Each is generated once, at first use at the latest (`make_all_keys` generates them when a server starts);
`home.json` keeps its fingerprint. A lost, truncated or replaced key is refused by name: a new one would make
records count twice, seals unreadable and the log's chain start again.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from warroom import files
from warroom.errors import HomeError
from warroom.files import make_draft_path
from warroom.home import Home

SIGNING = "signing.pem"
# 256 bits: the key length of HMAC-SHA-256 and of the ciphers used.
SECRET_BYTES = 32
NAMES = (
    "audit-chain",
    "campaign-draws",
    "chart",
    "lake",
    "matching",
    "money",
    "partner-keys",
    "payee-check",
    "public-codes",
    "public-numbers",
    "public-seal",
    "second-factor",
    "subjects",
    "survivors",
    "texts",
    "web",
)
"""All secrets of a home except the passwords of its database."""
KNOWN = "keys"
"""The key of the fingerprints in `home.json`: by file name the SHA-256 of its bytes."""

# Fingerprints by inode and mtime of `home.json`, so that a key is loaded without parsing it each time.
_read: dict[Path, tuple[tuple[int, int], dict[str, str] | None]] = {}


def load_signing_key(home: Home) -> Ed25519PrivateKey:
    """The key of this home, made at first use (0600); raises HomeError where it was lost or replaced."""
    return parse_signing_key(_load_key(home, SIGNING, _new_signing_key))


def load_verify_key(home: Home) -> Ed25519PublicKey:
    """The public half, to give to partners and witnesses."""
    return load_signing_key(home).public_key()


def format_public_key(home: Home) -> str:
    """The public half as 64 hexadecimal digits."""
    return load_verify_key(home).public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def load_secret(home: Home, name: str) -> bytes:
    """32 random bytes kept under a name (0600), for session cookies and keyed hashes; made at first use.

    Raises HomeError where it was lost, cut or replaced since.
    """
    content = _load_key(home, f"{name}.secret", lambda: os.urandom(SECRET_BYTES))
    if len(content) != SECRET_BYTES:
        raise HomeError("home.key-unfit", name=f"keys/{name}.secret")
    return content


def make_all_keys(home: Home) -> None:
    """Generate all missing keys, so that none has to be generated while a page waits and the disk may be
    full. Raises HomeError as `load_secret` does.
    """
    load_signing_key(home)
    for name in NAMES:
        load_secret(home, name)


def list_key_faults(home: Home) -> list[HomeError]:
    """Faults of this home's keys: each that is lost or was replaced. Generates none."""
    problems = []
    for name, known in sorted((_load_fingerprints(home) or {}).items()):
        try:
            _refuse_other(name, _read_file(home, name), known)
        except HomeError as problem:
            problems.append(problem)
    return problems


def forget_keys(home: Home) -> None:
    """The keys of a home were taken away on purpose, with all that they protected: the next ones are first ones again."""
    with _lock_keys(home):
        files.write_atomically(home.card, json.dumps(_read_card(home) | {KNOWN: {}}).encode())


def _load_key(home: Home, name: str, new: Callable[[], bytes]) -> bytes:
    """The bytes of a key, checked against its fingerprint."""
    known = _load_fingerprints(home)
    if known is None or name not in known:
        return _make_or_adopt_key(home, name, new)
    content = _read_file(home, name)
    _refuse_other(name, content, known[name])
    assert content is not None
    return content


def _refuse_other(name: str, content: bytes | None, known: str) -> None:
    if content is None:
        raise HomeError("home.key-lost", name=f"keys/{name}")
    if _make_fingerprint(content) != known:
        raise HomeError("home.key-changed", name=f"keys/{name}")


def _make_or_adopt_key(home: Home, name: str, new: Callable[[], bytes]) -> bytes:
    """Make a key and have `home.json` know it; one that lies there from before there were fingerprints is taken as it is."""
    with _lock_keys(home):
        facts = _read_card(home)
        known: dict[str, str] = facts.setdefault(KNOWN, _fingerprint_existing(home))
        content = _read_file(home, name)
        # Another process may have made it while this one waited.
        if name in known:
            _refuse_other(name, content, known[name])
        if content is None:
            content = new()
            _write_once(home, name, content)
        # The key before its fingerprint: after a crash between the two, the next use adopts the existing
        # key.
        known[name] = _make_fingerprint(content)
        if home.card.exists():  # a restore puts the card in place when all is there
            files.write_atomically(home.card, json.dumps(facts).encode())
    return content


def _load_fingerprints(home: Home) -> dict[str, str] | None:
    """The fingerprints in `home.json`, read again where it changed; None for a home from before fingerprints."""
    try:
        status = home.card.stat()
    except FileNotFoundError:
        return None
    mark = (status.st_ino, status.st_mtime_ns)
    # Atomic replacement gives a new inode, so that a change within one clock tick is seen too.
    if home.card not in _read or _read[home.card][0] != mark:
        _read[home.card] = mark, _read_card(home).get(KNOWN)
    return _read[home.card][1]


def _read_card(home: Home) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(home.card.read_bytes())
    except FileNotFoundError:
        return {}
    return facts


def _fingerprint_existing(home: Home) -> dict[str, str]:
    """The fingerprints of all keys of a home from before there were any."""
    found = [*home.keys.glob("*.secret"), *home.keys.glob(SIGNING)]
    return {path.name: _make_fingerprint(path.read_bytes()) for path in found}


def _make_fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_file(home: Home, name: str) -> bytes | None:
    try:
        return (home.keys / name).read_bytes()
    except FileNotFoundError:
        return None


def parse_signing_key(content: bytes) -> Ed25519PrivateKey:
    """The signing key of a home from the bytes of its file; raises HomeError where they are none."""
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise HomeError("home.key-unfit", name=f"keys/{SIGNING}")
    return key


def _new_signing_key() -> bytes:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@contextmanager
def _lock_keys(home: Home) -> Iterator[None]:
    """One process and thread at a time: two that made a first key at once would write one card over the other's."""
    handle = os.open(home.run / "keys.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_once(home: Home, name: str, content: bytes) -> None:
    """Write a key durably before it gets its name; an existing file is never overwritten."""
    draft = make_draft_path(home.keys / name)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        # A link fails where the name exists; a rename would replace a key silently.
        os.link(draft, home.keys / name)
    finally:
        draft.unlink()
