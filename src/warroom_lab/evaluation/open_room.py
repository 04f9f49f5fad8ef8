"""The room of the player `informed`, who may see what is true at this moment, though not what comes."""

from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.looks import Signals
from warroom_lab.evaluation.policy import PolicyRoom
from warroom_lab.world.play.truth import RunTruth


class OpenRoom(PolicyRoom):
    """A room that also tells the true case behind each report that came, and where stolen money lies now."""

    def __init__(self, policy: str, records: LiveIndex, signals: Signals, truth: RunTruth) -> None:
        super().__init__(policy, records, signals)
        self._truth = truth
        self.cases: dict[str, int] = {}

    @property
    def truth(self) -> RunTruth:
        return self._truth

    def get_true_case(self, report: str) -> int:
        """The true case behind a report that was told, -1 where there is none."""
        return self.cases.get(report, -1)
