"""The declaration of a chart's export format."""

from collections.abc import Callable
from dataclasses import dataclass

from warroom.bilingual.texts import Texts
from warroom.room.chart.views import ChartView


@dataclass(frozen=True, slots=True)
class ChartExport:
    """A format. `name`: in the page's address and in the log; `ending`: of the file's name; `label`: on its button. `render` takes the
    chart and the text that marks an exercise, empty in a live home.
    """

    name: str
    media: str
    ending: str
    label: Texts
    render: Callable[[ChartView, str], bytes]
