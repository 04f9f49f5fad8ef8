"""The model of messages that ships: small, quick to load, refused when changed, and worth what its card says."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from warroom.errors import ModelError, SignalError
from warroom.signals.messages import model as models
from warroom.signals.messages.reading import load_shipped_model, read_message, split_marked_pieces
from warroom_lab.labelled.bounds import compute_upper_bound
from warroom_lab.labelled.message_corpus import group_near_duplicates
from warroom_lab.labelled.message_figures import compute_auprc, compute_recall_at
from warroom_lab.labelled.messages import LabelledMessage, measure_messages, read_labelled

FILE = Path(models.__file__).parents[1] / "models" / "messages.model"


def test_it_is_small_and_a_message_is_read_within_a_second_of_starting() -> None:
    assert FILE.stat().st_size < 2_000_000
    program = (
        "import time; from warroom.signals.messages.reading import load_shipped_model, read_message; began = time.process_time(); "
        "load_shipped_model(); print(time.process_time() - began)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(told.stdout) < 0.3


def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    version = models.save_message_model(load_shipped_model(), tmp_path / "m.model")
    again = models.load_message_model(tmp_path / "m.model")
    assert again.version == version == load_shipped_model().version
    text = "กดรับสินเชื่อ 50,000 บาท ที่ bit.ly/abc"
    assert read_message(text, again) == read_message(text)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda body: b"something else", "is not a model"),
        (lambda body: body.replace(b"messages 1 ", b"messages 9 ", 1), "has format 9"),
        (lambda body: body[:-1] + bytes([body[-1] ^ 1]), "was changed"),
    ],
)
def test_a_file_that_is_none_of_this_version_or_was_changed_is_refused(
    tmp_path: Path, change: object, said: str
) -> None:
    path = tmp_path / "m.model"
    path.write_bytes(change(FILE.read_bytes()))  # type: ignore[operator]
    with pytest.raises(ModelError, match=said):
        models.load_message_model(path)
    with pytest.raises(ModelError, match="cannot be read"):
        models.load_message_model(tmp_path / "none.model")


def test_the_card_is_of_the_model_that_ships_and_every_claim_has_its_count_and_bound() -> None:
    card = json.loads(FILE.with_suffix(".json").read_text(encoding="utf-8"))
    assert card["model"] == f"messages-{load_shipped_model().version}"
    for one in (*card["false_alarms"].values(), *card["parity"]):
        assert one["upper_bound"] == pytest.approx(compute_upper_bound(one["flagged"], one["honest"]))
    assert {one["by"] for one in card["parity"]} == {"script", "length", "style"}
    low, high = card["thai"]["interval_95"]["auprc"]
    assert low < card["thai"]["auprc"] < high


def test_998_honest_items_without_an_error_show_three_in_a_thousand_and_2995_one() -> None:
    assert compute_upper_bound(0, 998) == pytest.approx(0.003, abs=2e-5)
    assert compute_upper_bound(0, 2995) == pytest.approx(0.001, abs=2e-6)
    assert compute_upper_bound(0, 0) == compute_upper_bound(3, 3) == 1.0


def test_figures_are_those_that_everybody_means() -> None:
    scam = np.array([True, False, True, False])
    assert compute_auprc(scam, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx((1 + 2 / 3) / 2)
    assert compute_auprc(scam, np.zeros(4)) == 0.5
    assert compute_recall_at(scam, np.array([0.9, 0.8, 0.7, 0.1])) == 0.5


def test_texts_that_differ_by_a_number_or_a_word_are_one_group() -> None:
    base = "รับสินเชื่อออมสิน 60,000 บาท คลิกที่ bit.ly/abc เพื่อลงทะเบียนภายในวันนี้"
    found = group_near_duplicates(
        [base, base.replace("60,000", "80,000"), base + " ด่วน", "แม่ทำแกงไว้ให้ กลับมากินข้าวด้วยกัน"]
    )
    assert found[0] == found[1] == found[2] != found[3]


def test_a_file_of_labelled_messages_is_measured_at_fixed_limits(tmp_path: Path) -> None:
    rows = [
        {"lang": "th", "text": "พัสดุของคุณตกค้าง ชำระค่าธรรมเนียมที่ thpost.icu", "label": "scam"},
        {"lang": "th", "text": "เย็นนี้กินข้าวด้วยกันนะ", "label": "ok"},
        {"lang": "en", "text": "Your verification code is 482913", "label": "otp"},
    ]
    path = tmp_path / "m.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    found = measure_messages(read_labelled(path))
    assert (found["messages"], found["scams"], found["auprc"]) == (3, 1, 1.0)
    assert (found["ordinary_flagged"], found["upper_bound"]) == (0, pytest.approx(0.95))
    assert set(found["by"]) == {"th", "en"}
    assert found["by"]["en"]["auprc"] is None


@pytest.mark.parametrize(
    "line", ["no json", "[]", '{"text": "a"}', '{"text": "a", "label": "bad"}', '{"text": 1, "label": "ok"}']
)
def test_a_line_that_cannot_be_measured_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(SignalError, match="line 1"):
        read_labelled(path)
    with pytest.raises(SignalError, match="cannot be read"):
        read_labelled(tmp_path)


def test_the_pieces_of_a_message_are_the_message() -> None:
    text = "คลิก bit.ly/x คลิก รับสินเชื่อ <b>ด่วน</b>"
    found = split_marked_pieces(text, read_message(text))
    assert "".join(piece for piece, _ in found) == text
    assert ("bit.ly/x", True) in found
    assert LabelledMessage("a", "ok", "").lang == ""
