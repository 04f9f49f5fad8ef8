"""A request on its whole way: out through the exchange as message and letter, and its answer back in."""

import json

from tests.requests.conftest import Desk
from warroom.exchange.deliver import deliver_orders
from warroom.exchange.inbox import read_answers
from warroom.runtime.handlers import ORDER_HANDLERS


def test_a_request_leaves_as_message_and_letter_and_its_answer_comes_back(desk: Desk) -> None:
    request = desk.approved(case="C-1")
    assert deliver_orders(desk.ledger, ORDER_HANDLERS, desk.home, desk.now).written == 1
    assert desk.read(request.id).state == "sent"
    order = desk.sql("SELECT order_id FROM orders WHERE about = 'request'")[0][0]
    message = json.loads((desk.home.outbox / f"{order}.json").read_text(encoding="utf-8"))
    assert message["exercise"] is True
    assert "Who held the number on the day" in json.dumps(message, ensure_ascii=False)
    assert (desk.home.outbox / f"{order}.pdf").read_bytes().startswith(b"%PDF")
    answer = {
        "order_id": order,
        "partner": "T1",
        "time": desk.now.isoformat(),
        "status": "partly",
        "text": "Half.",
    }
    forged = answer | {"partner": "T2", "status": "done"}
    for name, said in (("one", answer), ("two", forged)):
        (desk.home.inbox / f"{name}.jsonl").write_text(json.dumps(said), encoding="utf-8")
    read_answers(desk.ledger, ORDER_HANDLERS, desk.lake, desk.home, now=desk.now)
    assert desk.read(request.id).state == "partly"
    assert (desk.home.inbox / "refused" / "two.jsonl").exists()
