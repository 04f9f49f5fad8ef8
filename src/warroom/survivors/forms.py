"""The screening form, read from `screening.toml`, and what follows from answers. No score: met, doubt, or none."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from warroom.bilingual.texts import Texts
from warroom.errors import NotPossible
from warroom.ledger.canonical_json import canonical, digest
from warroom.survivors.views import MARKS, AnswerIn, Mark, Outcome

Element = Literal["act", "means", "purpose"]
ELEMENTS: tuple[Element, ...] = get_args(Element)
LONGEST_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Question:
    """An indicator: the open words to ask in, and what the screener marks."""

    id: str
    element: Element
    ask: Texts
    shows: Texts


@dataclass(frozen=True, slots=True)
class Act:
    """Something people are made to do; `always` is never charged to an identified victim."""

    id: str
    name: Texts
    always: bool


@dataclass(frozen=True, slots=True)
class Form:
    """The screening form of this version.

    `digest` is the hash of its text: each screening says by which form it was.
    """

    version: str
    digest: str
    opening: Texts
    questions: tuple[Question, ...]
    acts: tuple[Act, ...]
    kept: tuple[Texts, ...]


@cache
def form() -> Form:
    """The form of this version of the program."""
    body = tomllib.loads(resources.files(__package__).joinpath("screening.toml").read_text(encoding="utf-8"))
    return Form(
        version=body["version"],
        # Of the whole text: a word changed in a question is another form, and old outcomes stay with the one they
        # came from.
        digest=digest(canonical(body)),
        opening=Texts(**body["opening"]),
        questions=tuple(_question(one) for one in body["question"]),
        acts=tuple(Act(one["id"], Texts(one["th"], one["en"]), one["always"]) for one in body["act"]),
        kept=tuple(Texts(**one) for one in body["kept"]),
    )


def _question(one: Mapping[str, Any]) -> Question:
    asked, shown = Texts(one["th"], one["en"]), Texts(one["shows_th"], one["shows_en"])
    return Question(one["id"], one["element"], asked, shown)


def checked(answers: Mapping[str, AnswerIn]) -> dict[str, AnswerIn]:
    """The answers, each to a question of the form; raises NotPossible for another."""
    known = {question.id for question in form().questions}
    if unknown := sorted(set(answers) - known):
        raise NotPossible("survivors.no-such-question", question=unknown[0])
    if any(one.mark not in MARKS or len(one.words) > LONGEST_WORDS for one in answers.values()):
        raise NotPossible("survivors.answer-unfit")
    return dict(answers)


def checked_acts(acts: tuple[str, ...]) -> tuple[str, ...]:
    """Acts of the form, in its order; raises NotPossible for another."""
    known = [act.id for act in form().acts]
    if unknown := sorted(set(acts) - set(known)):
        raise NotPossible("survivors.no-such-act", act=unknown[0], known=", ".join(known))
    return tuple(act for act in known if act in acts)


def shown(answers: Mapping[str, AnswerIn]) -> tuple[Element, ...]:
    """The elements of trafficking for which an indicator was marked."""
    met = {one.element for one in form().questions if _mark(answers, one.id) == "yes"}
    return tuple(element for element in ELEMENTS if element in met)


def outcome(answers: Mapping[str, AnswerIn], *, child: bool) -> Outcome:
    """What the answers mean, always towards the victim.

    `indicated` where act, means and purpose are shown (Palermo Protocol art. 3 a); for a child act and purpose
    suffice (art. 3 c). `doubt` where anything is unsure, unsaid or unasked, or where a means or a purpose stands
    alone. `no_indication` only for a form filled in to its end without any of that.
    """
    met = set(shown(answers))
    needed = {"act", "purpose"} if child else set(ELEMENTS)
    if needed <= met:
        return "indicated"
    open_ends = any(_mark(answers, one.id) in ("unsure", "not_said") for one in form().questions)
    # An act alone, a person recruited or moved, is how most honest work abroad begins; it needs a means or a purpose.
    return "doubt" if open_ends or met & {"means", "purpose"} else "no_indication"


def _mark(answers: Mapping[str, AnswerIn], question: str) -> Mark:
    # Silence is a doubt and never a no: a question that was not asked counts as not answered.
    return answers[question].mark if question in answers else "not_said"
