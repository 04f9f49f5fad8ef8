"""Texts of the chart: kinds of nodes, relations and marks."""

from collections import Counter

from warroom.room.chart.views import ChartNode, ChartView
from warroom.subjects.kinds import WORDS
from warroom.web.kit.formats import Say
from warroom.web.kit.tables import Tables

SHAPES = {"account": "circle", "holder": "square", "company": "square", "device": "diamond", "sim": "diamond"}
"""Shape by kind; any other kind is a triangle, and a bundle is a circle."""
TONES = (("held", "money"), ("victim", "victim"), ("shop", "shop"), ("exited", "gone"))
"""Mark and the colour it gives a node; the first match counts."""


class ChartWords(Tables):
    """The tables of words of the chart, and the kinds of its nodes."""

    area = "chart"

    def format_kind(self, code: str) -> str:
        """A kind of node as a heading; an unknown kind is shown as its source wrote it."""
        if code not in WORDS:
            return code
        said = self.text(WORDS[code])
        return said[:1].upper() + said[1:]


def make_chart_words(say: Say) -> ChartWords:
    """`told("mark", "held")` in the reader's language."""
    return ChartWords(say)


def format_group_name(number: int, say: Say) -> str:
    """The name of a group; 0 is the group of all the small ones."""
    _ = say.catalog.gettext
    return _("Group %(number)s") % {"number": number} if number else _("The rest")


def format_sum(satang: int, currency: str, say: Say) -> str:
    """A sum on the drawing, in whole baht; the tables have the satang."""
    return say.format_amount(round(satang / 100) * 100 if satang >= 100 else satang, currency)


def choose_shape(kind: str) -> str:
    return "circle" if kind == "bundle" else SHAPES.get(kind, "triangle")


def choose_tone(marks: tuple[str, ...], still_there: int) -> str:
    """The colour of a node: money still there or held, the victim, a shop, where money exited; else plain."""
    named = next((tone for mark, tone in TONES if mark in marks), "")
    return named or ("money" if still_there else "plain")


def format_node_name(node: ChartNode, say: Say) -> str:
    """A node in words: its kind and its number."""
    bank = f" {node.bank}" if node.bank else ""
    return f"{make_chart_words(say).format_kind(node.kind)} {node.label}{bank}"


def format_node_names(view: ChartView, say: Say) -> dict[str, str]:
    """The name of every node by id; names that are equal because their numbers are masked get a counter."""
    names = {node.id: format_node_name(node, say) for node in view.nodes}
    many, seen = Counter(names.values()), Counter[str]()
    for name, words in names.items():
        if many[words] > 1:
            seen[words] += 1
            names[name] = f"{words} ({seen[words]})"
    return names
