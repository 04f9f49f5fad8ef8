"""One text that a reader fails at stops none of the others: it is counted, and said where people look."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.signals.made_adverts import rows
from warroom import unwell
from warroom.cli import signals_of_files
from warroom.home import Home
from warroom.lake.lake import Lake
from warroom.public.outside import answers
from warroom.signals.adverts import run as adverts
from warroom.signals.domains import run as domains
from warroom.signals.messages import run as messages
from warroom.signals.messages.declaration import MESSAGES
from warroom.subjects.names import analyse as names
from warroom.subjects.names.compare import compare_names
from warroom.subjects.names.index import NameIndex
from warroom.subjects.resolution.arriving import resolve_file
from warroom.unread import UnreadTexts
from warroom.web.public import distress, job_pages

ODD = "xyzzy"
NOON = datetime(2026, 3, 9, 5, tzinfo=UTC)
SCAM = "พัสดุของคุณตกค้าง ชำระค่าธรรมเนียม 49 บาทที่ pay-now.example.top/a ภายใน 24 ชั่วโมง"


def failing(read: Callable[..., Any]) -> Callable[..., Any]:
    """A reader that fails at texts with one word, as a program is wrong about some text somewhere."""

    def reads(text: str, *more: Any, **named: Any) -> Any:
        if ODD in str(text):
            raise IndexError("what somebody wrote")
        return read(text, *more, **named)

    return reads


def noted(home: Home) -> dict[str, str]:
    return {one.code: f"{one.sentence} {one.why}" for one in unwell.list_noted(home)}


def test_an_odd_advert_hides_no_other(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adverts, "find_red_flags", failing(adverts.find_red_flags))
    lake = Lake.open(home)
    lake.write_rows("adverts", rows(), source="platforms")
    before = {str(one.subject) for one in adverts.run(home, lake, adverts.find_newest_time(lake), 100)}
    assert before
    assert noted(home) == {}
    odd = {**rows()[0], "record_id": "A-9", "page": "PG-9", "text": ODD}
    lake.write_rows("adverts", [odd], source="platforms")
    after = {str(one.subject) for one in adverts.run(home, lake, adverts.find_newest_time(lake), 100)}
    assert before <= after
    assert list(noted(home)) == ["health.adverts-unread"]
    assert "A-9: IndexError" in noted(home)["health.adverts-unread"]
    assert "what somebody wrote" not in noted(home)["health.adverts-unread"]
    monkeypatch.undo()
    adverts.run(home, lake, adverts.find_newest_time(lake), 100)
    assert noted(home) == {}


def test_an_odd_message_hides_no_other(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake.open(home)
    told = [("Q-1", ODD), ("Q-2", SCAM), ("Q-3", ODD)]
    lines = [
        {"record_id": name, "time": NOON, "to": "+66811111111", "medium": "sms", "text": text}
        for name, text in told
    ]
    lake.write_rows("messages", lines, source="HOTLINE")
    lake.write_rows("domains", [{"record_id": "D-1", "name": "scb-login.top"}], source="REG")
    monkeypatch.setattr(messages, "read_message", failing(messages.read_message))
    when = messages.find_newest_time(lake)
    assert [str(one.subject) for one in messages.run(lake, when, 100)] == ["message:Q-2"]
    assert "could not read when signals were last made: 1" in noted(home)["health.messages-unread"]
    monkeypatch.setattr(domains, "examine_domain", failing(domains.examine_domain))
    lake.write_rows("domains", [{"record_id": "D-2", "name": f"{ODD}-login.top"}], source="REG")
    assert "domain:scb-login.top" in {
        str(one.subject) for one in domains.run(lake, messages.find_newest_time(lake), 100)
    }
    assert "D-2: IndexError" in noted(home)["health.domains-unread"]


def test_an_odd_line_of_a_file_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from warroom.signals.messages import reading

    monkeypatch.setattr(reading, "read_message", failing(reading.read_message))
    file = tmp_path / "lines.txt"
    file.write_text(f"{ODD}\n{SCAM}\n", encoding="utf-8")
    signals_of_files.show_file(MESSAGES, file, 10, "en", json=True)
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert (answer["read"], answer["unread"], answer["found"]) == (1, 1, 1)
    assert "1 of 2 lines could not be read and were left out: text 1: IndexError" in err


def test_an_odd_name_stops_no_index_no_comparison_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "strip_titles", failing(names.strip_titles))
    names.analyse_name.cache_clear()
    index = NameIndex.from_names(["Somchai Jaidee", f"{ODD} Jaidee"])
    assert index.unread == 1
    assert [one.text for one in index.find_matches("สมชาย ใจดี")] == ["Somchai Jaidee"]
    assert index.find_matches(ODD) == []
    assert not compare_names(ODD, ODD).same
    file = tmp_path / "people.csv"
    lines = ["record_id,name,id", f"1,{ODD} Jaidee,1101700230708", "2,Somchai Jaidee,", "3,สมชาย ใจดี,"]
    file.write_text("\n".join(lines), encoding="utf-8")
    arrived = resolve_file(tmp_path / "home", "person", file, {})
    assert (arrived.records, arrived.unread) == (3, 1)
    names.analyse_name.cache_clear()


@pytest.mark.parametrize(("kind", "least"), [("tip", 1), ("job", 2), ("missing", 2)])
def test_a_report_that_no_machine_can_read_is_filed_and_marked(
    kind: str, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distress, "find_red_flags", failing(distress.find_red_flags))
    urgency, said = distress.read_urgency(kind, {"text": ODD})
    assert urgency == least
    assert said["text"] == ODD
    assert said["unread"].startswith(f"{kind}: IndexError")
    assert "unread" not in distress.read_urgency(kind, {"text": "hello"})[1]


def test_what_was_ticked_is_answered_though_the_offer_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_pages, "find_red_flags", failing(job_pages.find_red_flags))
    assert job_pages.assess_offer(ODD, ["passport", "pay"]).sign_count == 2


def test_a_question_that_cannot_be_read_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "read_message", failing(answers.read_message))
    answer = answers.answer_text(f"{ODD} รหัส 123456")
    assert (answer.shape, answer.sure) == ("none", "unknown")
    assert "123456" not in answer.text


def test_the_first_few_are_named_and_the_rest_counted() -> None:
    unread = UnreadTexts("adverts")
    for number in range(7):
        unread.try_reading(f"A-{number}", failing(str), ODD)
    assert unread.try_reading("A-8", failing(str), "hello") == "hello"
    assert unread.count == 7
    assert str(unread).startswith("A-0: IndexError (test_one_odd_text.py:")
    assert str(unread).endswith("and 2 more")
