"""The home's own signing key (Ed25519): it signs the lake's manifest, the audit checkpoints and what is sent."""

import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from warroom.errors import HomeError
from warroom.files import draft_of
from warroom.home import Home


def signing_key(home: Home) -> Ed25519PrivateKey:
    """The key of this home, made at first use (0600)."""
    path = home.keys / "signing.pem"
    if not path.exists():
        _make(home)
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise HomeError(f"{path} is not an Ed25519 key; restore it from a backup.")
    return key


def verify_key(home: Home) -> Ed25519PublicKey:
    """The public half, to give to partners and witnesses."""
    return signing_key(home).public_key()


def public_hex(home: Home) -> str:
    """The public half as 64 hexadecimal digits."""
    return verify_key(home).public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def secret(home: Home, name: str) -> bytes:
    """32 random bytes kept under a name (0600), for session cookies and keyed hashes."""
    path = home.keys / f"{name}.secret"
    if not path.exists():
        _write_once(home, f"{name}.secret", os.urandom(32))
    return path.read_bytes()


def _make(home: Home) -> None:
    key = Ed25519PrivateKey.generate()
    _write_once(home, "signing.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _write_once(home: Home, name: str, content: bytes) -> None:
    """Two may come here at once: the first file linked into place is the one that counts."""
    draft = draft_of(home.keys / name)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, home.keys / name)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
