"""Renders an order as camt.056.001.08, FIToFIPaymentCancellationRequest: one message, one transaction, one account.

The same order always renders to the same bytes: every time in it comes from the order, none from the clock. So
a crash between writing a message and marking it sent only causes a second, identical write.
"""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pyiso20022.camt.camt_056_001_08 as iso
from lxml import etree
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDate, XmlDateTime

from warroom.exchange import supplement
from warroom.exchange.message import LETS_GO, OrderMessage, Original
from warroom.exchange.text import fit_text, format_instant, quantize_baht, short_id

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"
ROOM = "ศูนย์ปฏิบัติการร่วม / Joint operations room"
FRAUD = "FRAD"  # ExternalCancellationReason1Code: cancellation because of fraud
UNKNOWN = "NOTPROVIDED"  # the market's usual word where an identifier is required and none is known
CREDIT_TRANSFER = "pacs.008"
_THAILAND = ZoneInfo("Asia/Bangkok")  # a settlement date is a day where it settled


def render_camt_056(order: OrderMessage) -> bytes:
    """The order as UTF-8 XML; raises ExchangeError where its supplement does not fit our schema."""
    document = iso.Document(
        fito_fipmt_cxl_req=iso.FitoFipaymentCancellationRequestV08(
            assgnmt=iso.CaseAssignment5(
                id=short_id(order.order_id),
                assgnr=_build_room_party(),
                assgne=iso.Party40Choice(agt=_build_agent(order.bank)),
                cre_dt_tm=XmlDateTime.from_string(format_instant(order.issued_at)),
            ),
            # One transaction a message, so that an answer cannot refer to anything else.
            ctrl_data=iso.ControlData1(nb_of_txs="1"),
            undrlyg=[iso.UnderlyingTransaction23(tx_inf=[_build_transaction(order)])],
        )
    )
    text: str = _make_serializer().render(document, ns_map={None: NAMESPACE, "hold": supplement.NAMESPACE})
    content = text.encode()
    _check_supplement(content)
    return content


def _build_transaction(order: OrderMessage) -> Any:
    original = order.original
    return iso.PaymentTransaction106(
        cxl_id=short_id(order.order_id),
        # camt.029 returns the case and not the cancellation id, and the order's id must come back.
        case=iso.Case5(id=short_id(order.order_id), cretr=_build_room_party()),
        orgnl_grp_inf=_build_group(original),
        orgnl_instr_id=_maybe_id(original.instruction_id),
        orgnl_end_to_end_id=_maybe_id(original.end_to_end_id),
        orgnl_tx_id=_maybe_id(original.transaction_id),
        orgnl_uetr=_parse_uetr(original.uetr),
        orgnl_intr_bk_sttlm_amt=iso.ActiveOrHistoricCurrencyAndAmount(
            value=quantize_baht(original.amount), ccy=original.currency
        ),
        orgnl_intr_bk_sttlm_dt=XmlDate.from_date(original.time.astimezone(_THAILAND).date()),
        cxl_rsn_inf=[_build_reason(order)],
        orgnl_tx_ref=_build_reference(original),
        splmtry_data=[
            iso.SupplementaryData1(
                plc_and_nm="FIToFIPmtCxlReq/Undrlyg/TxInf",
                envlp=iso.SupplementaryDataEnvelope1(any_element=supplement.order_supplement(order)),
            )
        ],
    )


def _build_reason(order: OrderMessage) -> Any:
    """Reason code FRAD for orders that hold. Orders that release have a proprietary code, so that no bank reads a recall."""
    if order.kind in LETS_GO:
        reason = iso.CancellationReason33Choice(prtry=f"WARROOM-{order.kind.upper()}")
    else:
        reason = iso.CancellationReason33Choice(cd=FRAUD)
    return iso.PaymentCancellationReason5(
        orgtr=_build_room_party().pty,
        rsn=reason,
        # Max105Text of ISO 20022.
        addtl_inf=[fit_text(line, 105) for line in _plain_words(order)],
    )


def _plain_words(order: OrderMessage) -> list[str]:
    amount = f"{order.amount:,.2f} {order.currency}"
    until = format_instant(order.expires_at)
    lines = {
        "hold": f"HOLD {amount} ONLY, UNTIL {until}. NOT THE WHOLE TRANSFER. LATER CREDITS STAY FREE.",
        "extend": f"KEEP {amount} ON HOLD UNTIL {until}. NOT THE WHOLE TRANSFER. LATER CREDITS STAY FREE.",
        "release": f"RELEASE {amount} AT ONCE. THIS IS NOT A RECALL.",
        "expiry": f"THE HOLD OF {amount} ENDED {until}. LET IT GO. THIS IS NOT A RECALL.",
    }
    mark = ["EXERCISE EXERCISE EXERCISE - NO REAL EFFECT"] if order.exercise else []
    where = f"ACCOUNT {order.account} AT {order.bank}. TERMS IN SUPPLEMENTARY DATA."
    return [*mark, lines[order.kind], where]


def _build_group(original: Original) -> Any:
    return iso.OriginalGroupInformation29(
        orgnl_msg_id=short_id(original.message_id or UNKNOWN),
        orgnl_msg_nm_id=CREDIT_TRANSFER,
        orgnl_cre_dt_tm=XmlDateTime.from_string(format_instant(original.time)),
    )


def _build_reference(original: Original) -> Any:
    return iso.OriginalTransactionReference28(
        dbtr_acct=_build_account(original.payer),
        dbtr_agt=_build_agent(original.payer_bank),
        cdtr_agt=_build_agent(original.payee_bank),
        cdtr_acct=_build_account(original.payee),
    )


def _build_room_party() -> Any:
    return iso.Party40Choice(pty=iso.PartyIdentification135(nm=ROOM))


def _build_agent(bank: str) -> Any:
    member = iso.ClearingSystemMemberIdentification2(mmb_id=short_id(bank))
    return iso.BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=iso.FinancialInstitutionIdentification18(clr_sys_mmb_id=member)
    )


def _build_account(number: str) -> Any:
    # Max34Text of ISO 20022.
    other = iso.GenericAccountIdentification1(id=short_id(number, 34))
    return iso.CashAccount38(id=iso.AccountIdentification4Choice(othr=other))


def _maybe_id(text: str | None) -> str | None:
    return short_id(text) if text else None


def _parse_uetr(text: str | None) -> str | None:
    """The UETR, or None for anything but a version 4 UUID: the schema allows no other, and an invalid message is refused."""
    try:
        uuid = UUID(text or "")
    except ValueError:
        return None
    return str(uuid) if uuid.version == 4 and uuid.variant == "specified in RFC 4122" else None


def _make_serializer() -> Any:
    return XmlSerializer(config=SerializerConfig(indent="  ", xml_declaration=True, encoding="UTF-8"))


def _check_supplement(content: bytes) -> None:
    # Our own output, checked again: a message that its own schema refuses must never reach a bank.
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    supplement.check_supplement(root.find(f".//{{{supplement.NAMESPACE}}}Order"))
