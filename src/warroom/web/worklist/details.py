"""What stands in the row of a thing that waits: where and when it is, whom it harms, and what it still lacks."""

from collections.abc import Iterable, Mapping
from typing import Any

from warroom.clock import parse_instant
from warroom.law.kinds.declarations import ActionKind, Input, RowPart, load_kind, load_prerequisite
from warroom.requests.kinds import load_request_kind
from warroom.room.waiting.views import Task
from warroom.room.worklist.views import TaskDetails
from warroom.sentences.catalogue import find_word
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import format_inputs, render_texts
from warroom.web.kit.words import CodeWords

BETWEEN = " · "


class TaskDetailWords:
    """The two lines of a row in the reader's language."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self._ = say.catalog.gettext

    def format_place(self, task: Task, about: TaskDetails) -> str:
        """On whom or what, where and when; empty where the title and the clock say it."""
        if task.what == "action":
            return self._format_action_place(load_kind(task.kind), about)
        if task.what == "operation":
            names = self._list_subjects(about)
            return ", ".join((*names, *about.places, *([self.say.time(task.due)] if task.due else ())))
        if task.what == "person":
            how = self._find_word("survivors.found", about.found)
            return BETWEEN.join(filter(None, (how, self.say.time(task.since))))
        kind = CodeWords(self.say).find_kind_note(task.kind, about.loss) if task.what == "case" else ""
        return ", ".join(filter(None, (kind, about.title, *about.places)))

    def format_detail(self, task: Task, about: TaskDetails) -> str:
        """Whom it harms, what it still lacks, and how many have approved."""
        if task.what == "action":
            return self._format_action_harm(load_kind(task.kind), about)
        if task.what == "operation":
            return self._format_operation_harm(about)
        if task.what == "person":
            return self._format_person(about)
        return BETWEEN.join(filter(None, (self._format_amount(task), self._format_harm(task))))

    def _format_action_place(self, kind: ActionKind, about: TaskDetails) -> str:
        moments = self._list_values(kind.inputs, about.content, "when")
        return ", ".join(
            (
                *self._list_subjects(about),
                *about.places,
                *self._list_values(kind.inputs, about.content, "where"),
                *(moments or [self._("once approved")]),
                *self._list_labelled(kind.inputs, about.content, "size"),
            )
        )

    def _list_subjects(self, about: TaskDetails) -> list[str]:
        more, ngettext = about.subject_count - len(about.subjects), self.say.catalog.ngettext
        rest = [ngettext("%(num)s more", "%(num)s more", more) % {"num": self.say.count(more)}]
        return [*about.subjects, *(rest if more > 0 else [])]

    def _format_action_harm(self, kind: ActionKind, about: TaskDetails) -> str:
        counts = self._list_labelled(kind.inputs, about.content, "harm")
        papers: list[str] = []
        for row_paper in about.papers:
            paper, content = load_prerequisite(row_paper.prerequisite), row_paper.content
            counts += self._list_labelled(paper.inputs, content, "harm")
            papers += [
                f"{render_texts(paper.title, self.say)} {value}"
                for value in self._list_values(paper.inputs, content, "paper")
            ]
        if about.children:
            counts.append(self._format_children(about.children))
        harms = counts or [render_texts(kind.harms, self.say)]
        return BETWEEN.join((*harms, *papers, *self._format_missing(about), *self._format_approvals(about)))

    def _format_missing(self, about: TaskDetails) -> list[str]:
        ngettext = self.say.catalog.ngettext
        titles = [
            render_texts(load_prerequisite(prerequisite).title, self.say) for prerequisite in about.missing
        ]
        said = ngettext("not yet: {names} is missing", "not yet: {names} are missing", len(titles))
        return [said.format(names=", ".join(titles))] if titles else []

    def _format_approvals(self, about: TaskDetails) -> list[str]:
        said = self._("approvals: %(given)s of %(needed)s")
        return [said % {"given": about.approvals, "needed": about.needed}] if about.needed else []

    def _format_operation_harm(self, about: TaskDetails) -> str:
        counts = []
        if about.people:
            counts.append(self._("people expected: {count}").format(count=self.say.count(about.people)))
        if about.children:
            counts.append(self._format_children(about.children))
        harms = counts or [self._find_word("worklist.harm", "operation")]
        ready = self._("agencies ready: {ready} of {count}").format(ready=about.ready, count=about.agencies)
        missing = self._("have not answered: {names}").format(names=", ".join(about.unready))
        return BETWEEN.join((*harms, ready, *([missing] if about.unready else [])))

    def _format_children(self, count: int) -> str:
        return self._("perhaps children: {count}").format(count=self.say.count(count))

    def _format_person(self, about: TaskDetails) -> str:
        status = self._find_word("worklist.harm", "child" if about.is_child else "person")
        heard = self._find_word("worklist.harm", "heard" if about.is_spoken_with else "unheard")
        return BETWEEN.join((status, heard))

    def _format_amount(self, task: Task) -> str:
        return self._("{sum} baht").format(sum=self.say.baht(task.amount)) if task.amount else ""

    def _format_harm(self, task: Task) -> str:
        if task.what == "request":
            return render_texts(load_request_kind(task.kind).action.harms, self.say)
        return self._find_word("worklist.harm", task.what)

    def _find_word(self, table: str, code: str) -> str:
        return find_word(table, code, self.say.language) or ""

    def _list_labelled(self, inputs: Iterable[Input], content: Mapping[str, Any], part: RowPart) -> list[str]:
        """`People expected inside: 15`; what is no, or none, is left out."""
        chosen = tuple(one for one in inputs if one.row == part and content.get(one.name))
        return [f"{label}: {value}" for label, value in format_inputs(chosen, content, self.say)]

    def _list_values(self, inputs: Iterable[Input], content: Mapping[str, Any], part: RowPart) -> list[str]:
        chosen = tuple(one for one in inputs if one.row == part and content.get(one.name))
        return [
            self.say.time(parse_instant(str(content[one.name])))
            if one.kind == "moment"
            else format_inputs((one,), content, self.say)[0][1]
            for one in chosen
        ]
