"""Messages of ISO 20022 beside pacs.008, written out by hand."""

from collections.abc import Sequence

CREATED = "2026-11-20T09:00:00+07:00"
ASSIGNED = (
    "<Assgnmt><Id>A-1</Id><Assgnr><Agt><FinInstnId><BICFI>BKKBTHBK</BICFI></FinInstnId></Agt></Assgnr>"
    "<Assgne><Agt><FinInstnId><BICFI>KASITHBK</BICFI></FinInstnId></Agt></Assgne>"
    f"<CreDtTm>{CREATED}</CreDtTm></Assgnmt>"
)
HEADER = f"<GrpHdr><MsgId>MSG-1</MsgId><CreDtTm>{CREATED}</CreDtTm></GrpHdr>"
SETTLED = (
    f"<GrpHdr><MsgId>MSG-1</MsgId><CreDtTm>{CREATED}</CreDtTm><NbOfTxs>1</NbOfTxs>"
    "<SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>"
)
CASE = "<RslvdCase><Id>C-1</Id><Cretr><Agt><FinInstnId><BICFI>KASITHBK</BICFI></FinInstnId></Agt></Cretr></RslvdCase>"


def document(version: str, root: str, body: str) -> str:
    """A document of one version, such as pacs.004.001.11."""
    return f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}"><{root}>{body}</{root}></Document>'


def status(uetr: str, status: str = "RJCT", *, name: str = "OrgnlUETR") -> str:
    """What pacs.002 says of one payment."""
    return (
        f"<TxInfAndSts><StsId>S-1</StsId><{name}>{uetr}</{name}><TxSts>{status}</TxSts>"
        "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></StsRsnInf></TxInfAndSts>"
    )


def statuses(*entries: str, group: str = "", version: str = "pacs.002.001.10") -> str:
    """A whole pacs.002."""
    about = f"<OrgnlGrpInfAndSts><OrgnlMsgId>M-0</OrgnlMsgId><OrgnlMsgNmId>pacs.008</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>"
    return document(version, "FIToFIPmtStsRpt", HEADER + about + "".join(entries))


def returned(uetr: str, amount: str = "200.00") -> str:
    """A whole pacs.004 of one payment."""
    entry = (
        f"<TxInf><RtrId>R-1</RtrId><OrgnlEndToEndId>E2E-1</OrgnlEndToEndId><OrgnlTxId>TX-1</OrgnlTxId>"
        f'<OrgnlUETR>{uetr}</OrgnlUETR><RtrdIntrBkSttlmAmt Ccy="THB">{amount}</RtrdIntrBkSttlmAmt>'
        "<IntrBkSttlmDt>2026-11-20</IntrBkSttlmDt><RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn></RtrRsnInf></TxInf>"
    )
    return document("pacs.004.001.11", "PmtRtr", SETTLED + entry)


def resolution(uetr: str, status: str = "ACCR") -> str:
    """A whole camt.029 about one payment's recall."""
    entry = (
        f"<CxlDtls><TxInfAndSts><CxlStsId>X-1</CxlStsId><OrgnlUETR>{uetr}</OrgnlUETR>"
        f"<TxCxlSts>{status}</TxCxlSts></TxInfAndSts></CxlDtls>"
    )
    return document(
        "camt.029.001.09", "RsltnOfInvstgtn", f"{ASSIGNED}{CASE}<Sts><Conf>CNCL</Conf></Sts>{entry}"
    )


def recall(uetr: str) -> str:
    """A whole camt.056 of one payment."""
    entry = (
        f"<TxInf><CxlId>X-1</CxlId><OrgnlUETR>{uetr}</OrgnlUETR>"
        '<OrgnlIntrBkSttlmAmt Ccy="THB">1500.00</OrgnlIntrBkSttlmAmt>'
        "<CxlRsnInf><Rsn><Cd>FRAD</Cd></Rsn></CxlRsnInf></TxInf>"
    )
    return document("camt.056.001.08", "FIToFIPmtCxlReq", f"{ASSIGNED}<Undrlyg>{entry}</Undrlyg>")


def _account(side: str, number: str) -> str:
    return f"<{side}Acct><Id><Othr><Id>{number}</Id></Othr></Id></{side}Acct>"


def _bank(side: str, bank: str) -> str:
    return f"<{side}Agt><FinInstnId><BICFI>{bank}</BICFI></FinInstnId></{side}Agt>"


def details(
    reference: str, *, debtor: str = "", creditor: str = "", amount: str = "", currency: str = "THB"
) -> str:
    """One payment of an entry; a debtor or a creditor of KASITHBK by the account's number."""
    moved = f'<Amt Ccy="{currency}">{amount}</Amt>' if amount else ""
    sides = (("Dbtr", debtor), ("Cdtr", creditor))
    accounts = "".join(_account(side, number) for side, number in sides if number)
    banks = "".join(_bank(side, "KASITHBK") for side, number in sides if number)
    return (
        f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId><TxId>{reference}</TxId></Refs>{moved}"
        f"<RltdPties>{accounts}</RltdPties><RltdAgts>{banks}</RltdAgts></TxDtls>"
    )


def booked(
    side: str,
    amount: str,
    *payments: str,
    status: str = "BOOK",
    reversal: str = "",
    family: str = "",
    when: str = "<DtTm>2026-11-20T08:05:00+07:00</DtTm>",
    number: str = "B-1",
) -> str:
    """An entry of a statement."""
    turned = "<RvslInd>true</RvslInd>" if reversal else ""
    code = (
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>CNTR</Cd><SubFmlyCd>{family}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        if family
        else "<BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd>"
    )
    inner = f"<NtryDtls>{''.join(payments)}</NtryDtls>" if payments else ""
    return (
        f'<Ntry><Amt Ccy="THB">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{turned}<Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt>{when}</BookgDt><AcctSvcrRef>{number}</AcctSvcrRef>{code}{inner}</Ntry>"
    )


def balance(kind: str, amount: str, when: str, side: str = "CRDT") -> str:
    """A balance of a statement."""
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="THB">{amount}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><Dt>{when}</Dt></Bal>"
    )


def account(number: str, *parts: str, bank: str = "BKKBTHBK", group: str = "Stmt") -> str:
    """The statement of one account."""
    servicer = f"<Svcr><FinInstnId><BICFI>{bank}</BICFI></FinInstnId></Svcr>" if bank else ""
    return (
        f"<{group}><Id>ST-{number}</Id><CreDtTm>{CREATED}</CreDtTm>"
        f"<Acct><Id><Othr><Id>{number}</Id></Othr></Id>{servicer}</Acct>{''.join(parts)}</{group}>"
    )


MESSAGES = {
    "camt.052": ("camt.052.001.08", "BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("camt.053.001.08", "BkToCstmrStmt", "Stmt"),
    "camt.054": ("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def statement(accounts: Sequence[str], name: str = "camt.053") -> str:
    """A whole statement of some accounts."""
    version, root, _ = MESSAGES[name]
    return document(version, root, HEADER + "".join(accounts))


def instructed(*entries: str, day: str = "<Dt>2026-11-20</Dt>") -> str:
    """A whole pain.001 of one payer."""
    payer = f"<Dbtr><Nm>P</Nm></Dbtr>{_account('Dbtr', '111')}{_bank('Dbtr', 'BKKBTHBK')}"
    header = f"<GrpHdr><MsgId>M</MsgId><CreDtTm>{CREATED}</CreDtTm><NbOfTxs>{len(entries)}</NbOfTxs><InitgPty/></GrpHdr>"
    group = f"<PmtInf><PmtInfId>P-1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt>{day}</ReqdExctnDt>{payer}"
    return document("pain.001.001.09", "CstmrCdtTrfInitn", f"{header}{group}{''.join(entries)}</PmtInf>")


def instruction(number: int) -> str:
    """One payment that a customer asks for."""
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>E2E-{number}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="THB">{number}00.00</InstdAmt></Amt>'
        f"{_bank('Cdtr', 'KASITHBK')}{_account('Cdtr', f'222{number}')}</CdtTrfTxInf>"
    )


def between_banks(uetr: str, underlying: str = "") -> str:
    """A whole pacs.009 of one transfer."""
    banks = "".join(
        f"<{side}><FinInstnId><BICFI>{bank}</BICFI></FinInstnId></{side}>"
        for side, bank in (("Dbtr", "BKKBTHBK"), ("Cdtr", "KASITHBK"))
    )
    entry = (
        f"<CdtTrfTxInf><PmtId><EndToEndId>E2E-1</EndToEndId><UETR>{uetr}</UETR></PmtId>"
        f'<IntrBkSttlmAmt Ccy="THB">1500.00</IntrBkSttlmAmt>{banks}{underlying}</CdtTrfTxInf>'
    )
    return document("pacs.009.001.08", "FICdtTrf", SETTLED + entry)


UNDERLYING = (
    f"<UndrlygCstmrCdtTrf><Dbtr><Nm>P</Nm></Dbtr>{_account('Dbtr', '111')}{_bank('Dbtr', 'BKKBTHBK')}"
    f"{_bank('Cdtr', 'KASITHBK')}<Cdtr><Nm>Q</Nm></Cdtr>{_account('Cdtr', '222')}</UndrlygCstmrCdtTrf>"
)
