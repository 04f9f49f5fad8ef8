"""A small bank, or another partner, with a real HTTP server: it checks signatures, drops repetitions, fails as it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from warroom import clock
from warroom.exchange import signing
from warroom.home import Home
from warroom.keys import format_public_key
from warroom_lab.demo import bank_answer
from warroom_lab.demo.desk import parse_order


@dataclass
class ReferenceBank:
    """`effects` is what happened to money, by order id; `plan` is how the next requests fare.

    Words of a plan: ok, silent (200 and no answer), fail-before, fail-after, hang-up-after, reject, forged,
    partly, refuse. An empty plan means ok.
    """

    code: str
    room_key: str
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    plan: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    effects: dict[str, Decimal] = field(default_factory=dict)
    carried_out: int = 0
    answering: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    now: Callable[[], datetime] = clock.get_now

    def configure(self, home: Home) -> None:
        """Write the room's banks.toml so that this bank can be reached."""
        digits = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
        (home.root / "banks.toml").write_text(
            f'[banks.{self.code}]\nurl = "http://127.0.0.1:{self.port}/orders"\npublic_key = "{digits}"\n'
            'timeout = "5s"\ncontact = "recall desk"\n'
        )

    def carry_out(self, order_id: str, body: bytes) -> None:
        """Once for an order id, however often it comes."""
        if order_id not in self.effects:
            self.effects[order_id] = Decimal(0) if body.startswith(b"{") else parse_order(body).amount
            self.carried_out += 1

    def answer(self, order_id: str, body: bytes, word: str) -> bytes:
        if body.startswith(b"{"):
            said = {
                "order_id": order_id,
                "partner": self.code,
                "time": clock.get_now().isoformat(),
                "status": "done",
            }
            return json.dumps(said).encode()
        order = parse_order(body)
        status, amount = {
            "partly": ("partly", order.amount / 2),
            "refuse": ("refused", Decimal(0)),
        }.get(word, ("lifted" if order.kind in ("release", "expiry") else "done", order.amount))
        said = bank_answer.make_answer_supplement(order_id, status, amount, clock.get_now(), "")
        return bank_answer.render(f"A-{order_id}"[:35], self.code, said)

    def signed(self, order_id: str, status: int, body: bytes) -> dict[str, str]:
        parts = {"@status": str(status), "idempotency-key": order_id}
        return signing.sign(self.key, self.code, signing.RESPONSE, parts, body, self.now())

    def checks(self, path: str, headers: dict[str, str], body: bytes) -> None:
        room = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.room_key))
        parts = {"@method": "POST", "@path": path}
        signing.verify(room, signing.ORDER, parts, headers, body, self.now())


@contextmanager
def running(code: str, home: Home) -> Iterator[ReferenceBank]:
    """A bank on a free port of this machine, known to the home."""
    bank = ReferenceBank(code, format_public_key(home))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bank))
    bank.port = server.server_address[1]
    bank.configure(home)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield bank
    finally:
        bank.answering.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(bank: ReferenceBank) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bank.checks(self.path, dict(self.headers), body)
            bank.requests.append(body)
            word = bank.plan.pop(0) if bank.plan else "ok"
            order_id = self.headers["Idempotency-Key"]
            if word == "fail-before":
                return self._say(503, b"", {})
            if word == "reject":
                return self._say(422, b"", {})
            bank.carry_out(order_id, body)
            if word == "fail-after":
                return self._say(500, b"", {})
            if word == "hang-up-after":
                bank.answering.wait(20)
                return None
            if word == "silent":
                return self._say(202, b"", {})
            answer = bank.answer(order_id, body, word)
            heads = bank.signed(order_id, 200, answer)
            return self._say(200, answer + b" " if word == "forged" else answer, heads)

        def _say(self, status: int, body: bytes, heads: dict[str, str]) -> None:
            self.send_response_only(status)
            kind = "application/json" if body.startswith(b"{") else "application/xml"
            for name, value in {**heads, "Content-Type": kind}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
