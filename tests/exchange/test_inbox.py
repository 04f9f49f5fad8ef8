"""Banks' answers: one of theirs moves the hold once; anything else is one sentence and changes nothing."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.cases.scenes import Scene
from tests.exchange.bank import ReferenceBank
from tests.exchange.orders import approve, first_order, hold
from warroom import unwell
from warroom.cases.views import HoldView
from warroom.errors import HomeBusy, NotBelieved, NotUnderstood
from warroom.exchange import answers, resolution, signing
from warroom.exchange.deliver import deliver_orders
from warroom.exchange.inbox import PATH, read_answers, receive_answer
from warroom.runtime.handlers import ORDER_HANDLERS
from warroom_lab.demo import bank_answer


@pytest.fixture
def sent(scene: Scene) -> HoldView:
    """A hold that was sent and not yet answered."""
    approved = approve(scene)
    deliver_orders(scene.ledger, ORDER_HANDLERS, scene.home, scene.now)
    return hold(scene, approved.id)


def camt029(order_id: str, status: str, amount: str | None, at: datetime, bank: str = "B02") -> bytes:
    said = bank_answer.make_answer_supplement(
        order_id, status, Decimal(amount) if amount else None, at, "เรียบร้อย"
    )
    return bank_answer.render(f"A-{order_id}"[:35], bank, said)


def drop(scene: Scene, name: str, content: bytes) -> tuple[list[str], list[str]]:
    """Put a file in the inbox and read it: effects and refusals."""
    (scene.home.inbox / name).write_bytes(content)
    report = read_answers(scene.ledger, ORDER_HANDLERS, scene.lake, scene.home, scene.now)
    return [answer.effect for answer in report.recorded], list(report.refused)


def rows(scene: Scene) -> int:
    return scene.lake.query_rows("answers").to_pyarrow().num_rows if scene.lake.list_files("answers") else 0


def line(order_id: str, at: datetime, **more: Any) -> bytes:
    return json.dumps({"order_id": order_id, "time": at.isoformat(), **more}).encode()


def test_a_bank_that_did_it_puts_the_hold_into_effect(scene: Scene, sent: HoldView) -> None:
    answer = camt029(sent.orders[0].order_id, "done", "30000", scene.now)
    assert drop(scene, "a.xml", answer) == (["in_effect"], [])
    after = hold(scene, sent.id)
    assert (after.state, after.held, after.answers[0].text) == ("in_effect", 30_000_00, "เรียบร้อย")
    assert rows(scene) == 1
    assert (scene.home.inbox / "read" / "a.xml").exists()


def test_an_answer_twice_changes_nothing(scene: Scene, sent: HoldView) -> None:
    answer = camt029(sent.orders[0].order_id, "done", "30000", scene.now)
    drop(scene, "a.xml", answer)
    drop(scene, "b.xml", answer)
    assert rows(scene) == 1
    assert len(hold(scene, sent.id).answers) == 1


def test_a_partial_hold_counts_what_the_bank_holds(scene: Scene, sent: HoldView) -> None:
    drop(scene, "a.xml", camt029(sent.orders[0].order_id, "partly", "12000.50", scene.now))
    after = hold(scene, sent.id)
    assert (after.state, after.held) == ("partly", 12_000_50)


def test_a_plain_camt_029_without_our_supplement_is_understood(scene: Scene, sent: HoldView) -> None:
    answer = camt029(sent.orders[0].order_id, "refused", None, scene.now)
    start, end = answer.index(b"<SplmtryData>"), answer.index(b"</RsltnOfInvstgtn>")
    assert drop(scene, "a.xml", answer[:start] + answer[end:]) == (["refused"], [])


def test_json_lines_and_csv_are_read_too(scene: Scene, sent: HoldView) -> None:
    order = sent.orders[0].order_id
    assert drop(scene, "a.jsonl", line(order, scene.now, status="received", partner="B02")) == (["noted"], [])
    text = f"order_id,partner,time,status,amount,text\n{order},B02,{scene.now.isoformat()},done,30000.00,ok\n"
    assert drop(scene, "b.csv", text.encode("utf-8-sig")) == (["in_effect"], [])


def test_one_bad_line_does_not_keep_a_good_one_out(scene: Scene, sent: HoldView) -> None:
    good = line(sent.orders[0].order_id, scene.now, status="done")
    effects, refused = drop(scene, "a.jsonl", line("WR-NONE", scene.now, status="done") + b"\n" + good)
    assert effects == ["in_effect"]
    assert len(refused) == 1
    assert (scene.home.inbox / "refused" / "a.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xml", b"<x", "is not XML"),
        ("a.xml", b"<x/>", "is not a camt.029"),
        ("a.xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "document type"),
        ("a.xml", b" " * (2 << 20), "larger than 1 MiB"),
        ("a.json", b"{", "is not JSON lines"),
        ("a.json", b"[1]", "no object"),
        ("a.json", b'{"order_id": "1", "status": "done"}', "lacks time"),
        ("a.json", b'{"order_id": "1", "status": "maybe", "time": "2026-11-24T00:00:00Z"}', "is no status"),
        ("a.json", b'{"order_id": "1", "status": "done", "time": "2026-11-24T00:00:00"}', "no time zone"),
        ("a.csv", "order_id,time\n".encode("utf-16"), "not UTF-8"),
        ("a.pdf", b"%PDF", "is no answer"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_kept(
    scene: Scene, name: str, content: bytes, words: str
) -> None:
    effects, (sentence,) = drop(scene, name, content)
    assert effects == []
    assert words in sentence
    assert (scene.home.inbox / "refused" / name).read_bytes() == content
    assert sentence in (scene.home.inbox / "refused" / f"{name}.why.txt").read_text()


def test_an_answer_to_an_unknown_order_is_refused_and_written_to_the_audit_log(scene: Scene) -> None:
    effects, refused = drop(scene, "a.xml", camt029("WR000", "done", "1", scene.now))
    assert effects == []
    assert "no order WR000" in refused[0]
    assert scene.sql("SELECT count(*) FROM audit WHERE verb = 'answer.refused'") == [(1,)]
    assert rows(scene) == 0


def test_a_bank_cannot_answer_for_another(scene: Scene, sent: HoldView) -> None:
    answer = camt029(sent.orders[0].order_id, "done", "30000", scene.now, bank="B03")
    effects, refused = drop(scene, "a.xml", answer)
    assert effects == []
    assert "went to B02, not to B03" in refused[0]
    assert hold(scene, sent.id).state == "sent"


@pytest.mark.parametrize("more", [{"status": "partly"}, {"status": "done", "amount": "-1"}])
def test_an_answer_without_a_usable_sum_is_refused(
    scene: Scene, sent: HoldView, more: dict[str, str]
) -> None:
    effects, refused = drop(scene, "a.json", line(sent.orders[0].order_id, scene.now, **more))
    assert (effects, len(refused)) == ([], 1)
    assert hold(scene, sent.id).state == "sent"


def test_an_answer_from_tomorrow_is_refused(scene: Scene, sent: HoldView) -> None:
    late = scene.now + timedelta(days=1)
    _, refused = drop(scene, "a.json", line(sent.orders[0].order_id, late, status="done"))
    assert "in the future" in refused[0]


POISON = {
    "amount-1e30": {"amount": "1e30"},
    "amount-1e26": {"amount": "1e26"},
    "amount-1e18": {"amount": "1e18"},
    "amount-1e17": {"amount": "1e17"},
    "amount-1e-999999": {"amount": "1e-999999"},
    "amount-sNaN": {"amount": "sNaN"},
    "order-nul": {"order_id": "WR26\x00"},
    "order-surrogate": {"order_id": "WR\udc80"},
    "partner-surrogate": {"partner": "B\ud800"},
    "partner-nul": {"partner": "B02\x00"},
    "status-surrogate": {"status": "\udfff"},
    "time-nul": {"time": "\x00"},
    "year-1": {"time": "0001-01-02T00:00:00Z"},
    "long-before-its-order": {"time": "2001-01-02T00:00:00Z"},
}
"""What an answer may say that nobody can keep; over a good answer's words."""


@pytest.mark.parametrize("poison", POISON)
def test_an_answer_that_cannot_be_kept_is_refused_and_the_good_one_behind_it_is_taken(
    scene: Scene, sent: HoldView, poison: str
) -> None:
    good = {"order_id": sent.orders[0].order_id, "time": scene.now.isoformat(), "status": "done"}
    bad = json.dumps(good | {"status": "partly", "amount": "1"} | POISON[poison]).encode()
    (scene.home.inbox / "00.json").write_bytes(bad)
    effects, refused = drop(scene, "zz.json", json.dumps(good).encode())
    assert effects == ["in_effect"]
    assert len(refused) == 1
    assert "of the program" not in refused[0]
    kept = scene.home.inbox / "refused"
    assert (kept / "00.json").read_bytes() == bad
    assert (kept / "00.json.why.txt").read_text().strip() == refused[0]
    assert [path.name for path in scene.home.inbox.iterdir() if path.is_file()] == []
    assert [one.code for one in unwell.list_troubles(scene.home)] == ["health.answers-refused"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("00.csv", b"order_id,time,status\nWR\x001,2026-11-24T02:00:00Z,done\n"),
        ("00.csv", b"order_id,time,status\n" + b"x" * 200_000 + b",2026-11-24T02:00:00Z,done\n"),
        ("00.json", b"[" * 100_000),
        ("00.json", b'{"order_id": ' + b"9" * 5_000 + b"}"),
        ("00-\udcff.json", b"{}"),
        ("0" * 250 + ".json", b"{}"),
        ("00.xml", b"x" * (3 << 20)),
    ],
)
def test_an_odd_file_keeps_no_other_waiting(scene: Scene, sent: HoldView, name: str, content: bytes) -> None:
    (scene.home.inbox / name).write_bytes(content)
    good = line(sent.orders[0].order_id, scene.now, status="done")
    effects, refused = drop(scene, "zz.json", good)
    assert (effects, len(refused)) == (["in_effect"], 1)
    (kept,) = (path for path in (scene.home.inbox / "refused").iterdir() if path.suffix != ".txt")
    assert kept.read_bytes() == content


def test_a_fault_of_the_program_at_one_answer_is_that_answers(
    scene: Scene, sent: HoldView, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, believe = sent.orders[0].order_id, answers.check_answer

    def broken(one: resolution.ParsedAnswer, *rest: Any) -> Any:
        if one.text == "unlucky":
            raise ZeroDivisionError("000-02-1234")
        return believe(one, *rest)

    monkeypatch.setattr(answers, "check_answer", broken)
    (scene.home.inbox / "00.json").write_bytes(line(said, scene.now, status="done", text="unlucky"))
    effects, (sentence,) = drop(scene, "zz.json", line(said, scene.now, status="done"))
    assert effects == ["in_effect"]
    assert "ZeroDivisionError" in sentence
    assert "000-02-1234" not in sentence


def test_what_the_house_itself_lacks_is_tried_again_and_the_others_still_go_on(
    scene: Scene, sent: HoldView, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = sent.orders[0].order_id
    monkeypatch.setattr("warroom.lake.lake.PATIENCE", 0.1)
    unread = scene.home.inbox / "00.json"
    unread.write_bytes(line(said, scene.now, status="received"))
    (scene.home.inbox / "zz.json").write_bytes(line(said, scene.now, status="done"))
    with scene.home.take_lock("lake"), pytest.raises(HomeBusy):
        read_answers(scene.ledger, ORDER_HANDLERS, scene.lake, scene.home, scene.now)
    assert unread.exists()
    assert not (scene.home.inbox / "refused").exists()
    report = read_answers(scene.ledger, ORDER_HANDLERS, scene.lake, scene.home, scene.now)
    assert [one.effect for one in report.recorded] == ["noted", "in_effect"]


def test_a_disk_that_fails_at_one_file_keeps_it_and_takes_the_next(
    scene: Scene, sent: HoldView, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, read = sent.orders[0].order_id, answers.parse_answers

    def failing(name: str, content: bytes) -> list[resolution.ParsedAnswer]:
        if name == "00.json":
            raise OSError(5, "Input/output error")
        return read(name, content)

    monkeypatch.setattr(answers, "parse_answers", failing)
    (scene.home.inbox / "00.json").write_bytes(line(said, scene.now, status="received"))
    (scene.home.inbox / "zz.json").write_bytes(line(said, scene.now, status="done"))
    with pytest.raises(OSError, match="Input/output"):
        read_answers(scene.ledger, ORDER_HANDLERS, scene.lake, scene.home, scene.now)
    assert (scene.home.inbox / "00.json").exists()
    assert hold(scene, sent.id).state == "in_effect"


def test_an_answer_cannot_look_faster_than_its_order(scene: Scene, sent: HoldView) -> None:
    made = sent.orders[0].made_at
    drop(scene, "a.json", line(sent.orders[0].order_id, made - timedelta(minutes=4), status="done"))
    after = hold(scene, sent.id)
    assert after.answers[0].time == made
    assert after.orders[0].acknowledged_at == made


def test_files_of_one_name_are_all_kept(scene: Scene, sent: HoldView) -> None:
    order = sent.orders[0].order_id
    drop(scene, "answers.jsonl", line(order, scene.now, status="received"))
    drop(scene, "answers.jsonl", line(order, scene.now, status="done"))
    assert len(list((scene.home.inbox / "read").iterdir())) == 2


def test_a_file_still_being_written_is_left_alone(scene: Scene) -> None:
    for name in (".a.xml", "a.xml.part", "a.tmp"):
        (scene.home.inbox / name).write_bytes(b"<x")
    assert read_answers(scene.ledger, ORDER_HANDLERS, scene.lake, scene.home, scene.now).refused == ()


def by_http(
    scene: Scene,
    bank: ReferenceBank,
    body: bytes,
    key: Any = None,
    name: str = "B02",
    kind: str = "application/xml",
) -> list[str]:
    parts = {"@method": "POST", "@path": PATH}
    headers = signing.sign(key or bank.key, name, signing.ANSWER, parts, body, scene.now)
    headers["Content-Type"] = kind
    report = receive_answer(scene.ledger, ORDER_HANDLERS, scene.lake, scene.home, body, headers, scene.now)
    return [answer.effect for answer in report.recorded]


def test_a_signed_answer_by_http_puts_the_hold_into_effect(live_scene: Scene, bank: ReferenceBank) -> None:
    approved = approve(live_scene)
    bank.plan = ["silent"]
    deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now)
    answer = camt029(first_order(live_scene, approved.id).order_id, "done", "30000", live_scene.now)
    assert by_http(live_scene, bank, answer) == ["in_effect"]
    assert by_http(live_scene, bank, answer) == ["in_effect"]  # the same word twice is one answer
    assert len(hold(live_scene, approved.id).answers) == 1


@pytest.mark.parametrize("poison", POISON)
def test_an_answer_by_http_that_cannot_be_kept_is_told_to_its_bank(
    live_scene: Scene, bank: ReferenceBank, poison: str
) -> None:
    approved = approve(live_scene)
    bank.plan = ["silent"]
    deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now)
    said = {"order_id": first_order(live_scene, approved.id).order_id, "time": live_scene.now.isoformat()}
    body = json.dumps(said | {"status": "partly", "amount": "1"} | POISON[poison]).encode()
    with pytest.raises(NotUnderstood) as found:
        by_http(live_scene, bank, body, kind="application/json")
    assert found.value.http_status == 400
    assert rows(live_scene) == 0


def test_a_forged_answer_by_http_changes_nothing(live_scene: Scene, bank: ReferenceBank) -> None:
    approved = approve(live_scene)
    bank.plan = ["silent"]
    deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now)
    answer = camt029(first_order(live_scene, approved.id).order_id, "done", "30000", live_scene.now)
    with pytest.raises(NotBelieved, match="not by the key on file"):
        by_http(live_scene, bank, answer, key=Ed25519PrivateKey.generate())
    with pytest.raises(NotBelieved, match="no bank on file"):
        by_http(live_scene, bank, answer, name="B99")
    with pytest.raises(NotBelieved, match="not signed"):
        receive_answer(
            live_scene.ledger, ORDER_HANDLERS, live_scene.lake, live_scene.home, answer, {}, live_scene.now
        )
    assert hold(live_scene, approved.id).state == "sent"
    assert rows(live_scene) == 0


def test_a_signed_answer_to_anothers_order_changes_nothing(live_scene: Scene, bank: ReferenceBank) -> None:
    approved = approve(live_scene)
    bank.plan = ["silent"]
    deliver_orders(live_scene.ledger, ORDER_HANDLERS, live_scene.home, live_scene.now)
    order = first_order(live_scene, approved.id)
    bank.code = "B77"
    bank.configure(live_scene.home)
    answer = camt029(order.order_id, "done", "30000", live_scene.now)
    with pytest.raises(NotUnderstood, match="went to B02, not to B77"):
        by_http(live_scene, bank, answer, name="B77")
    assert hold(live_scene, approved.id).state == "sent"
