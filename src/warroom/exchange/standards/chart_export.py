"""What a format declares in which a chart can be taken along."""

from collections.abc import Callable
from dataclasses import dataclass

from warroom.bilingual.texts import Texts
from warroom.room.chart.views import ChartView


@dataclass(frozen=True, slots=True)
class ChartExport:
    """A format. `name`: in the page's address and in the log; `ending`: of the file's name; `label`: on its button. `render` takes the
    chart and the words that mark an exercise, empty in earnest.
    """

    name: str
    media: str
    ending: str
    label: Texts
    render: Callable[[ChartView, str], bytes]
