"""Transfers as pacs.008.001.08, FIToFICustomerCreditTransfer; parties have no names."""

from datetime import datetime
from typing import Any

import pyarrow as pa
import pyiso20022.pacs.pacs_008_001_08 as iso
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.models.datatype import XmlDateTime

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"


def render(transfers: pa.Table, message_id: str, now: datetime) -> bytes:
    """One message with an entry for each row of a `transfers` table."""
    rows = transfers.to_pylist()
    document = iso.Document(
        fito_ficstmr_cdt_trf=iso.FitoFicustomerCreditTransferV08(
            grp_hdr=iso.GroupHeader93(
                msg_id=message_id,
                cre_dt_tm=_time(now),
                nb_of_txs=str(len(rows)),
                sttlm_inf=iso.SettlementInstruction7(sttlm_mtd=iso.SettlementMethod1Code.CLRG),
            ),
            cdt_trf_tx_inf=[_entry(row) for row in rows],
        )
    )
    text: str = XmlSerializer().render(document, ns_map={None: NAMESPACE})
    return text.encode()


def _entry(row: dict[str, Any]) -> Any:
    return iso.CreditTransferTransaction39(
        pmt_id=iso.PaymentIdentification7(
            end_to_end_id=row["end_to_end_id"], tx_id=row["record_id"], uetr=row["uetr"]
        ),
        intr_bk_sttlm_amt=iso.ActiveCurrencyAndAmount(value=row["amount"], ccy=row["currency"]),
        accptnc_dt_tm=_time(row["time"]),
        chrg_br=iso.ChargeBearerType1Code.SLEV,
        dbtr=iso.PartyIdentification135(),
        dbtr_acct=_account(row["payer"]),
        dbtr_agt=_agent(row["payer_bank"]),
        cdtr_agt=_agent(row["payee_bank"]),
        cdtr=iso.PartyIdentification135(),
        cdtr_acct=_account(row["payee"]),
        purp=iso.Purpose2Choice(cd=row["purpose"]) if row["purpose"] else None,
    )


def _account(number: str) -> Any:
    other = iso.GenericAccountIdentification1(id=number)
    return iso.CashAccount38(id=iso.AccountIdentification4Choice(othr=other))


def _agent(bank: str) -> Any:
    member = iso.ClearingSystemMemberIdentification2(mmb_id=bank)
    return iso.BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=iso.FinancialInstitutionIdentification18(clr_sys_mmb_id=member)
    )


def _time(moment: datetime) -> XmlDateTime:
    return XmlDateTime.from_datetime(moment)
