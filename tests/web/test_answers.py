"""What a partner's program sees of a view: an answer is made from it, and says the same in the words of the interface."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import pytest

from warroom.bilingual.texts import Texts
from warroom.cases.views import HoldView
from warroom.marking import AccountNumber, Mark, Open, get_marks
from warroom.units import Satang
from warroom.web.kit.answers import make_answer_model, make_list_type, make_page_answer, make_view_answer
from warroom.web.kit.api import Answer
from warroom.web.kit.shapes import HoldOut


@dataclass(frozen=True, slots=True)
class StepView:
    """A step.

    Only the house reads this.
    """

    at: datetime
    cost: Satang | None = None


@dataclass(frozen=True, slots=True)
class ThingView:
    """A thing; `worth` is what
    it costs.

    Kept in a cupboard.
    """

    id: int
    account: AccountNumber
    worth: Satang
    state: Literal["held", "gone"]
    title: Texts
    steps: tuple[StepView, ...] = ()
    last: StepView | None = None
    roles: frozenset[str] = frozenset()
    place: tuple[float, float] = (0.0, 0.0)
    counts: Mapping[str, int] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)
    owner: Annotated[str, Open("an officer, by name")] = ""
    inside: str = "the house's own"

    @property
    def late(self) -> bool:
        return self.state == "held"


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
THING = ThingView(
    7, "1002003004", 123_450, "held", Texts("ของ", "thing"), (StepView(NOON, -5),), StepView(NOON),
    frozenset({"officer", "admin"}), (13.7, 100.5), {"a": 1}, {"deep": [1]},
)  # fmt: skip
ThingOut = make_view_answer(ThingView)


def sent(answer: type[Answer], view: object) -> Any:
    """What stands on the wire."""
    return answer.model_validate(view).model_dump(mode="json")


def described(answer: type[Answer]) -> dict[str, Any]:
    return answer.model_json_schema(mode="serialization")


def test_money_is_baht_times_are_utc_sentences_are_in_both_languages_and_sets_are_sorted() -> None:
    assert sent(ThingOut, THING) == {
        "id": 7,
        "account": "1002003004",
        "worth": "1234.50",
        "state": "held",
        "title": {"th": "ของ", "en": "thing"},
        "steps": [{"at": "2026-11-24T12:00:00Z", "cost": "-0.05"}],
        "last": {"at": "2026-11-24T12:00:00Z", "cost": None},
        "roles": ["admin", "officer"],
        "place": [13.7, 100.5],
        "counts": {"a": 1},
        "detail": {"deep": [1]},
        "owner": "",
        "inside": "the house's own",
    }


def test_the_description_says_what_the_views_first_paragraph_says_and_every_field_is_always_there() -> None:
    said = described(ThingOut)
    assert said["title"] == "ThingOut"
    assert said["description"] == "A thing; `worth` is what\nit costs."
    assert set(said["required"]) == set(said["properties"])
    assert said["properties"]["state"]["enum"] == ["held", "gone"]
    assert said["properties"]["worth"]["type"] == "string"
    assert said["$defs"]["StepOut"]["description"] == "A step."


def test_a_number_is_money_by_its_type_and_never_by_its_name() -> None:
    @dataclass(frozen=True)
    class PlainView:
        """Numbers."""

        amount: int
        other: Satang

    assert sent(make_view_answer(PlainView), PlainView(150, 150)) == {"amount": 150, "other": "1.50"}


def test_a_field_that_is_left_out_never_leaves_the_house() -> None:
    out = make_view_answer(ThingView, "Other", leave_out=("inside", "detail"))
    assert described(out)["title"] == "Other"
    assert not {"inside", "detail"} & set(sent(out, THING))


def test_an_answer_may_say_more_or_say_a_field_otherwise() -> None:
    said = sent(
        make_view_answer(ThingView, also={"late": bool, "inside": str | None}), replace(THING, inside=None)
    )
    assert (said["late"], said["inside"]) == (True, None)


def test_words_may_be_plain_text_so_that_a_new_one_breaks_no_program() -> None:
    out = make_view_answer(ThingView, text=("state",), doc="Said otherwise.")
    assert described(out)["properties"]["state"] == {"title": "State", "type": "string"}
    assert described(out)["description"] == "Said otherwise."
    assert "description" not in described(make_view_answer(ThingView, doc=""))


def test_a_view_inside_a_view_is_called_the_same_in_every_answer_that_holds_it() -> None:
    again = make_view_answer(ThingView, "Again")
    assert again.model_fields["last"].annotation == ThingOut.model_fields["last"].annotation


def test_an_answer_made_before_stands_for_its_view_wherever_it_is_held() -> None:
    step = make_view_answer(StepView, "Short", leave_out=("cost",))
    out = make_view_answer(ThingView, of=(step,))
    assert sent(out, THING)["steps"] == [{"at": "2026-11-24T12:00:00Z"}]
    assert set(described(out)["$defs"]) == {"Short", "BothLanguages"}


def test_a_field_that_a_view_does_not_have_is_refused_when_the_answer_is_made() -> None:
    for said in ({"leave_out": ("gone",)}, {"text": ("gone",)}):
        with pytest.raises(ValueError, match="ThingView has no field gone"):
            make_view_answer(ThingView, **said)  # type: ignore[arg-type]


def test_marks_of_the_view_stand_in_its_answer() -> None:
    assert get_marks(ThingOut) == get_marks(ThingView)
    assert get_marks(ThingOut)["account"] == Mark.ACCOUNT
    assert get_marks(HoldOut) == get_marks(HoldView)


@pytest.mark.parametrize("named", [{"leave_out": ("strange",)}, {"also": {"strange": bool}}])
def test_a_field_that_the_view_has_not_is_refused_when_the_model_is_made(named: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="ThingView has no field strange"):
        make_view_answer(ThingView, **named)


def test_a_page_has_rows_and_how_many_there_are_in_all() -> None:
    page = make_page_answer(ThingOut, "Things", "Some things.", strange=list[str])
    said = sent(page, {"rows": [THING], "total": 12, "strange": ["x"]})
    assert (said["total"], said["rows"][0]["worth"], said["strange"]) == (12, "1234.50", ["x"])
    assert described(page)["description"] == "Some things."
    assert make_answer_model("Listed", "", rows=make_list_type(ThingOut))(rows=[]).model_dump() == {
        "rows": []
    }


def test_a_time_out_of_any_calendar_is_sent_as_the_nearest_within_it() -> None:
    year = "1900-01-01"
    assert year in str(sent(make_view_answer(StepView), StepView(datetime(1, 1, 1, tzinfo=UTC))))
