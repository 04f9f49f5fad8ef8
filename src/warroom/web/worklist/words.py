"""Tasks of all kinds as rows of one list: their titles, addresses and clocks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from warroom.law.kinds.declarations import load_kind
from warroom.requests.kinds import load_request_kind
from warroom.room.waiting.cases import WARN as CASE_WARN
from warroom.room.waiting.source import SOON
from warroom.room.waiting.views import Task, What
from warroom.room.worklist.views import AboutTasks, TaskDetails
from warroom.sentences.catalogue import find_word
from warroom.survivors.first_talk import ADULT_WAITS
from warroom.web.kit.formats import Clock
from warroom.web.kit.forms import render_texts
from warroom.web.kit.tables import Tables, find_clock_words
from warroom.web.kit.words import CodeWords
from warroom.web.worklist.details import TaskDetailWords

WARN = CASE_WARN | {
    "decide": SOON,
    "answer": timedelta(hours=24),
    "hour": timedelta(hours=24),
    "screening": timedelta(days=2),
    # A person waits in front of us: this clock is due from its first minute.
    "talk": ADULT_WAITS,
}
PEOPLE_FIRST = ("unassigned", "unheard")
"""Kinds of people who wait for a first word."""


@dataclass(frozen=True, slots=True)
class WorklistLine:
    """A thing as a row: its title, where it opens, what waits there, its clock, and whether it can be ticked. `place` is on
    what, where and when, `detail` whom it harms and what it lacks, `brought_by` who brought it.
    """

    task: Task
    key: str
    title: str
    href: str
    ask: str
    clock: Clock | None
    is_tickable: bool
    place: str
    detail: str
    brought_by: str
    lacks_nothing: bool


class WorkWords(Tables):
    """The tables of words of the board and its lists in the reader's language."""

    area = "worklist"

    def build_lines(
        self,
        tasks: Iterable[Task],
        *,
        about: AboutTasks,
        mine: bool = False,
    ) -> list[WorklistLine]:
        """Tasks as rows with what is known of them; with `mine` those that wait for the reader say what for, and actions can
        be ticked.
        """
        return [
            self._build_line(task, mine, about.get((task.what, task.id), TaskDetails())) for task in tasks
        ]

    def _build_line(self, task: Task, mine: bool, about: TaskDetails) -> WorklistLine:
        ask, details = self._choose_ask(task, about), TaskDetailWords(self.say)
        return WorklistLine(
            task,
            f"{task.what}-{task.id}",
            self.format_title(task, about),
            HREFS[task.what](task),
            (find_word("worklist.ask", ask, self.say.language) or "") if mine else "",
            self.build_clock(task),
            # Only actions can be decided in a batch, so only they have boxes.
            mine and task.what == "action",
            details.format_place(task, about),
            details.format_detail(task, about),
            about.by,
            not about.missing,
        )

    def _choose_ask(self, task: Task, about: TaskDetails) -> str:
        if task.what == "action" and about.missing:
            return "paper"
        return task.kind if task.kind in PEOPLE_FIRST else task.what

    def format_list(self, table: str, codes: Iterable[str]) -> str:
        """Several codes as one list in words."""
        *others, last = [self(table, code) for code in codes]
        if not others:
            return last
        return self.say.catalog.gettext("{names} and {last}").format(names=", ".join(others), last=last)

    def format_title(self, task: Task, about: TaskDetails) -> str:
        """What it is, in a few words."""
        if task.what == "case":
            return CodeWords(self.say).format_case_name(
                task.kind, bank=about.bank, loss=about.loss, reported_at=task.since
            )
        if task.what == "action":
            return render_texts(load_kind(task.kind).title, self.say)
        if task.what == "request":
            return render_texts(load_request_kind(task.kind).title, self.say)
        kind = find_word("worklist.asset", task.kind, self.say.language) or self("asset", "other")
        names_kind = task.what == "operation" or task.kind in PEOPLE_FIRST
        title = self("title", task.kind if names_kind else task.what)
        return title.format(number=task.number, kind=kind, note=task.kind)

    def build_clock(self, task: Task) -> Clock | None:
        """When it runs out, as a pill; None where nothing runs."""
        if task.due is None or not task.due_kind:
            return None
        left, over = find_clock_words(task.due_kind, self.say)
        warn = timedelta(days=7) if task.what == "asset" else WARN.get(task.due_kind, SOON)
        return self.say.clock(task.due, min(task.since, task.due), warn, left, over)


HREFS: dict[What, Callable[[Task], str]] = {
    "case": lambda task: f"/cases/{task.number}",
    "appeal": lambda task: f"/cases/{task.case}#appeals",
    "hold": lambda task: f"/cases/{task.case}#hold-{task.id}",
    "extension": lambda task: f"/cases/{task.case}#hold-{task.parent}",
    "action": lambda task: f"/actions/{task.id}",
    "operation": lambda task: f"/operations/{task.id}",
    "request": lambda task: f"/requests/{task.id}",
    "asset": lambda task: f"/assets/{task.id}",
    "claim": lambda task: f"/assets/{task.parent}",
    "loss": lambda task: f"/proceedings/{task.parent}",
    "payout": lambda task: f"/proceedings/{task.parent}",
    "refund": lambda task: f"/refunds/{task.id}",
    "refund-claim": lambda task: f"/refunds/{task.parent}#claim-{task.id}",
    "person": lambda task: f"/people/{task.number}",
    "wake": lambda task: f"/cases/{task.case}/wake",
    "flag": lambda task: f"/flags/{task.id}",
    "flag-appeal": lambda task: f"/flags/{task.parent}",
    "incoming": lambda task: f"/incoming/{task.id}",
    "payer-call": lambda task: f"/incoming/{task.parent}#payment-{task.id}",
    "incoming-appeal": lambda task: f"/incoming/{task.parent}",
    "correction": lambda task: f"/files/corrections/{task.id}",
}
