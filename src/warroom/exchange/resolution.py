"""Parses a bank's answer as camt.029, ResolutionOfInvestigation, in any version.

The resolved case (RslvdCase) has our order id. The held amount is in the supplement, because
camt.029 has no field for money that is held and not returned.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from warroom.clock import parse_instant
from warroom.errors import ExchangeError, SettingError
from warroom.exchange import supplement, xml
from warroom.exchange.text import fit_text

Status = Literal["received", "done", "partly", "refused", "lifted"]
STATUSES: frozenset[str] = frozenset({"received", "done", "partly", "refused", "lifted"})

# ExternalInvestigationExecutionConfirmation1Code and CancellationIndividualStatus1Code, to our statuses.
_STATUS: dict[str, Status] = {
    "CNCL": "done",
    "ACCR": "done",
    "PECR": "partly",
    "RJCR": "refused",
    "PDCR": "received",
}


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """One parsed answer, before any check. `order` is our order id or its 35-character form; `amount` is baht."""

    order: str
    partner: str | None
    time: datetime
    status: str
    amount: Decimal | None
    text: str
    answer_id: str


def parse_resolution(content: bytes) -> ParsedAnswer:
    """One camt.029 of any version; raises ExchangeError where it is none or names no order of ours."""
    root = xml.parse(content)
    if "camt.029" not in root.tag:
        raise ExchangeError("The message is not a camt.029; answer a recall with ResolutionOfInvestigation.")
    # The one status would be taken for all transactions.
    if len(root.findall(".//{*}TxInfAndSts")) > 1:
        raise ExchangeError("The camt.029 answers more than one order; send one message for each.")
    ours = root.find(f".//{{{supplement.NAMESPACE}}}Answer")
    if ours is not None:
        supplement.check_supplement(ours)
    # Our supplement first: the case's id is cut to 35 characters, and some banks return an id of their own.
    order = xml.find_text(ours, "OrderId") if ours is not None else None
    order = order or xml.find_text(root, "RslvdCase/Id")
    if order is None:
        raise ExchangeError("The camt.029 names no order (RslvdCase/Id); give back the case of the camt.056.")
    return ParsedAnswer(
        order=order,
        partner=xml.find_text(root, "Assgnmt/Assgnr/Agt/FinInstnId/ClrSysMmbId/MmbId"),
        time=_parse_time(xml.find_text(root, "Assgnmt/CreDtTm")),
        status=_parse_status(root, ours),
        amount=xml.parse_amount(xml.find_text(ours, "HeldAmount")) if ours is not None else None,
        text=_parse_words(root, ours),
        answer_id=xml.find_text(root, "Assgnmt/Id") or "",
    )


def _parse_status(root: Any, ours: Any | None) -> str:
    if ours is not None:
        return xml.find_text(ours, "Status") or ""
    code = xml.find_text(root, "TxInfAndSts/TxCxlSts") or xml.find_text(root, "Sts/Conf") or ""
    if code not in _STATUS:
        raise ExchangeError(
            f"The camt.029 has the status '{code}'; one of {', '.join(sorted(_STATUS))} is understood."
        )
    return _STATUS[code]


def _parse_words(root: Any, ours: Any | None) -> str:
    words = xml.find_text(ours, "Text") if ours is not None else None
    return fit_text(words or xml.find_text(root, "CxlStsRsnInf/AddtlInf") or "", 500)


def _parse_time(words: str | None) -> datetime:
    """The time in UTC. ISODateTime may lack a zone; then it is Thai time (+07:00), as banks here write it."""
    try:
        moment = datetime.fromisoformat(words or "")
        return parse_instant(moment.isoformat() if moment.tzinfo else f"{moment.isoformat()}+07:00")
    except (ValueError, SettingError):
        raise ExchangeError(f"The camt.029 has no readable time (CreDtTm '{words}'); correct it.") from None
