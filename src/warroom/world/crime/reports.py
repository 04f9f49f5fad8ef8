"""Reports as victims tell them."""

from dataclasses import dataclass

CHANNELS = ("bank", "1441", "online", "station")


@dataclass(frozen=True, slots=True)
class Report:
    """What a reporter says. Times in microseconds UTC, `loss` in satang.

    `transfer_ids` are record numbers or end-to-end references as the reporter knows them; `uids` what they really resolve to.
    `case` is -1 where no crime stands behind it: it belongs to the truth, as `uids` do.
    """

    record_id: str
    time: int
    received_at: int
    realised_at: int
    scam_type: str
    transfer_ids: tuple[str, ...]
    uids: tuple[int, ...]
    first_contact: str
    loss: int
    channel: str
    case: int = -1
