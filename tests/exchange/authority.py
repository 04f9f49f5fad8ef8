"""A time-stamping authority of our own: `openssl ts` behind a small server on loopback."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {place}/serial
crypto_device = builtin
signer_cert = {place}/tsa.pem
signer_key = {place}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """Where it is asked, the root its stamps lead to, and whether it is away."""

    url: str
    root: Path
    away: bool = False
    asked: list[bytes] = field(default_factory=list)


def openssl(place: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=place, check=True, capture_output=True)


def make(place: Path) -> None:
    """A root, and a certificate that may stamp and nothing else."""
    (place / "serial").write_text("01\n")
    (place / "tsa.cnf").write_text(CONFIG.format(place=place))
    (place / "extensions").write_text(
        "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
    )
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    root = ("-x509", "-days", "30", "-subj", "/CN=Test Root", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(place, "req", *key, *root)
    openssl(place, "req", *key, "-subj", "/CN=Test Stamps", "-keyout", "tsa.key", "-out", "tsa.csr")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-days", "30", "-extfile", "extensions", "-out", "tsa.pem")
    openssl(place, "x509", "-req", "-in", "tsa.csr", *signed)


@contextmanager
def running(place: Path) -> Iterator[Authority]:
    """The authority, until the end of the block."""
    place.mkdir(exist_ok=True)
    make(place)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"]))
            authority.asked.append(asked)
            if authority.away:
                self.send_error(503)
                return
            (place / "query.tsq").write_bytes(asked)
            reply = ("-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "answer.tsr")
            openssl(place, "ts", *reply)
            self.send_response(200)
            self.end_headers()
            self.wfile.write((place / "answer.tsr").read_bytes())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    authority = Authority(f"http://127.0.0.1:{server.server_port}/", place / "ca.pem")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
