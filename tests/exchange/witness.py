"""A witness on loopback that speaks C2SP tlog-witness: keeps what continues, cosigns it, refuses the rest."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from warroom.ledger import merkle, signed_notes
from warroom.ledger.audit import witnesses

NAME = "witness.example/w1"


@dataclass
class Witness:
    """What it holds, and how it is configured at the log."""

    log_key: Ed25519PublicKey
    address: str = ""
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    held: signed_notes.SignedNote | None = None
    answers: list[int] = field(default_factory=list)

    @property
    def setting(self) -> str:
        return f"{self.address}#{signed_notes.WitnessKey(NAME, self.key.public_key())}"

    def add(self, words: str) -> tuple[int, str]:
        """add-checkpoint: status and body."""
        old, proof, text = witnesses.parse_request(words)
        fresh = signed_notes.find_signed_note(self.log_key, text)
        if fresh is None:
            return 403, ""
        size, root = (
            (self.held.size, self.held.root) if self.held else (0, merkle.MerkleTree().compute_root())
        )
        if old != size:
            return 409, f"{size}\n"
        if not merkle.verify_consistency(size, root, fresh.size, fresh.root, proof):
            return 422, ""
        self.held = fresh
        return 200, signed_notes.cosign_note(self.key, NAME, text, int(time.time()))


@contextmanager
def running(log_key: Ed25519PublicKey) -> Iterator[Witness]:
    """The witness, until the end of the block."""
    witness = Witness(log_key)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            words = self.rfile.read(int(self.headers["content-length"])).decode()
            status, body = witness.add(words) if self.path == "/add-checkpoint" else (404, "")
            witness.answers.append(status)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    witness.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield witness
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
