"""A bank's answer as camt.029.001.09, with our supplement, as the exercise's banks send it."""
# ruff: noqa: RUF009 - the functions only shorten dataclasses.field

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyiso20022.camt.camt_029_001_09 as iso
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDateTime

from warroom.exchange import supplement
from warroom.exchange.text import fit_text, format_instant, quantize_baht, short_id

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"
_CODE = {"done": "CNCL", "lifted": "CNCL", "partly": "PECR", "refused": "RJCR", "received": "PDCR"}


def _required_field(name: str) -> Any:
    return field(metadata={"name": name, "type": "Element", "namespace": supplement.NAMESPACE})


def _optional_field(name: str) -> Any:
    return field(default=None, metadata={"name": name, "type": "Element", "namespace": supplement.NAMESPACE})


@dataclass(kw_only=True)
class AnswerSupplement:
    """The answer's supplement: camt.029 has no place for an amount that is held."""

    class Meta:
        name = "Answer"  # the element's name in the schema
        namespace = supplement.NAMESPACE

    order_id: str = _required_field("OrderId")
    status: str = _required_field("Status")
    held_amount: supplement.Amount | None = _optional_field("HeldAmount")
    answered_at: str = _required_field("AnsweredAt")
    text: str | None = _optional_field("Text")


def make_answer_supplement(
    order_id: str, status: str, amount: Decimal | None, at: datetime, text: str
) -> AnswerSupplement:
    """The supplement a bank puts into its camt.029; `amount` in baht is what it holds now."""
    held = None if amount is None else supplement.Amount(value=quantize_baht(amount), ccy="THB")
    return AnswerSupplement(
        order_id=order_id,
        status=status,
        held_amount=held,
        answered_at=format_instant(at),
        text=fit_text(text, 2000) or None,
    )


def render(answer_id: str, bank: str, answer: AnswerSupplement) -> bytes:
    """The camt.029 that a bank sends for an answer."""
    document = iso.Document(
        rsltn_of_invstgtn=iso.ResolutionOfInvestigationV09(
            assgnmt=iso.CaseAssignment5(
                id=short_id(answer_id),
                assgnr=_make_bank_party(bank),
                assgne=iso.Party40Choice(pty=iso.PartyIdentification135(nm="Joint operations room")),
                cre_dt_tm=XmlDateTime.from_string(answer.answered_at),
            ),
            rslvd_case=iso.Case5(id=short_id(answer.order_id), cretr=_make_bank_party(bank)),
            sts=iso.InvestigationStatus5Choice(conf=_CODE[answer.status]),
            splmtry_data=[
                iso.SupplementaryData1(envlp=iso.SupplementaryDataEnvelope1(any_element=answer)),
            ],
        )
    )
    writer = XmlSerializer(config=SerializerConfig(indent="  ", xml_declaration=True, encoding="UTF-8"))
    text: str = writer.render(document, ns_map={None: NAMESPACE, "hold": supplement.NAMESPACE})
    return text.encode()


def _make_bank_party(code: str) -> Any:
    member = iso.ClearingSystemMemberIdentification2(mmb_id=short_id(code))
    agent = iso.BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=iso.FinancialInstitutionIdentification18(clr_sys_mmb_id=member)
    )
    return iso.Party40Choice(agt=agent)
