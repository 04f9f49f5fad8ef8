"""`warroom audit witness`: verify and cosign checkpoints as an outside witness, without a data folder."""

import binascii
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cyclopts import App

from warroom import files
from warroom.cli.answer import print_json, print_line
from warroom.cli.answer import print_note as note_to
from warroom.cli.options import Switch
from warroom.errors import HomeError, NotPossible
from warroom.home import open_home
from warroom.keys import format_public_key
from warroom.ledger import signed_notes
from warroom.ledger.audit import witnesses

app = App(
    name="witness",
    help="Check the checkpoints of another house's log. Example: warroom audit witness verify 000000000042.request",
    help_format="plaintext",
)


@app.command
def key(*, json: Switch = False) -> None:
    """Print this home's public key: witnesses need it, once, by a way they trust.

    Example: warroom audit witness key

    Parameters
    ----------
    json
        Answer with one line of JSON: key.
    """
    words = format_public_key(open_home(create=None))
    if json:
        print_json({"key": words})
        return
    print_line(words)


@app.command
def verify(
    file: Path,
    *,
    log_key: str,
    held: Path | None = None,
    cosign: Path | None = None,
    name: str = "",
    json: Switch = False,
) -> None:
    """Check offline that a new checkpoint is the log's and continues the one you hold; exit code 1 where not.

    Example: warroom audit witness verify 000000000042.request --log-key 5f... --held held.checkpoint

    Parameters
    ----------
    file
        The *.request file that was handed over.
    log_key
        The log's public key, 64 hexadecimal digits.
    held
        The file with the checkpoint you hold; the new one takes its place when it is good. Made where there is none.
    cosign
        Your Ed25519 key (PEM): sign the checkpoint into a *.cosigned file beside it.
    name
        The name you cosign under, such as auditor.example/w1.
    json
        Answer with one line of JSON: ok, rows, cosigned.
    """
    before = _read_file(held) if held and held.exists() else ""
    note = witnesses.verify_request(_read_file(file), _parse_key(log_key), before)
    # Signed only after `verify_request` has accepted the checkpoint.
    line = _cosign_note(note, cosign, name) if cosign else ""
    # Only after verification: a witness that kept a false checkpoint would refuse all true ones from then
    # on.
    if held:
        files.write_atomically(held, note.text.encode())
    if line:
        files.write_atomically(file.with_suffix(".cosigned"), (note.text + line).encode())
    if json:
        print_json({"ok": True, "rows": note.size, "cosigned": bool(line)})
        return
    outcome = "continues the one you hold" if before else "is the log's; it is the first one you hold"
    print_line(f"The checkpoint over {note.size:,} rows {outcome}.")


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        raise HomeError(f"{path} cannot be read; name a file that was handed over.") from None


def _parse_key(digits: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(digits))
    except ValueError:
        raise NotPossible(
            "The log's key must be 64 hexadecimal digits; the room prints it with 'warroom audit witness key'."
        ) from None


def _cosign_note(note: signed_notes.SignedNote, path: Path, name: str) -> str:
    # The signed-note format separates name and key by these signs.
    if not name or " " in name or "+" in name:
        raise NotPossible(
            "A witness signs under a name without spaces or plus; give --name auditor.example/w1."
        )
    try:
        mine = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, binascii.Error):
        mine = None
    if not isinstance(mine, Ed25519PrivateKey):
        raise HomeError(
            f"{path} is no Ed25519 key in PEM; make one with 'openssl genpkey -algorithm ed25519'."
        )
    note_to(f"Your verifier key: {signed_notes.WitnessKey(name, mine.public_key())}")
    return signed_notes.cosign_note(mine, name, note.text, int(time.time()))
