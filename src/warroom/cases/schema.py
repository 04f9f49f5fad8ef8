"""Cases: reports, claimed transfers, frozen trails, alerts."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    TextClause,
    UniqueConstraint,
    func,
    select,
    text,
)
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Mapped, column_property, mapped_column

from warroom.access.schema import PURPOSES
from warroom.cases.objection import Objection
from warroom.cases.views import ACTIVE, CHECKS, UNKNOWN_KINDS
from warroom.ledger.base import Base, format_in_check


def format_account_number(column: str) -> TextClause:
    """An account's number as people type it, without what they write between its signs: SQL over a column of a table here."""
    return text(f"upper(translate({column}, '- ./', ''))")


class Claim(Base):
    """A reported transfer and the one case it serves. `keys` are all names under which banks know it."""

    __tablename__ = "claims"
    source: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    uetr: Mapped[str]
    end_to_end_id: Mapped[str]
    amount: Mapped[int]
    time: Mapped[datetime | None]
    payer_bank: Mapped[str]
    payer: Mapped[str]
    payee_bank: Mapped[str]
    payee: Mapped[str]
    # By what somebody types into the search.
    __table_args__ = (
        Index("claims_record_id_idx", "record_id"),
        Index("claims_uetr_idx", "uetr"),
        Index("claims_end_to_end_id_idx", "end_to_end_id"),
        Index("claims_payer_number_idx", format_account_number("payer")),
        Index("claims_payee_number_idx", format_account_number("payee")),
    )


class Case(Base):
    """A reported loss. The summary columns are kept by `cases.summary`, so that the board reads one index."""

    __tablename__ = "cases"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    flag: Mapped[str]
    scam_type: Mapped[str] = mapped_column()
    reported_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    loss: Mapped[int]
    still_there: Mapped[int]
    exited: Mapped[int]
    spent: Mapped[int]
    beyond_horizon: Mapped[int]
    held: Mapped[int]
    accounts: Mapped[int]
    banks: Mapped[int]
    undecided: Mapped[int]
    # Satang undecided, or asked of a bank and not answered.
    there: Mapped[int]
    # Satang of it that is worth a decision: 0 for leftovers, and for what an officer looked at and left.
    to_decide: Mapped[int] = mapped_column(server_default="0")
    open_appeals: Mapped[int]
    alerts: Mapped[int]
    silent: Mapped[int]
    reports: Mapped[int]
    exit_at: Mapped[datetime | None]
    records_end: Mapped[datetime | None]
    lapse_at: Mapped[datetime | None]
    next_due: Mapped[datetime | None]
    next_kind: Mapped[str]
    snapshot_id: Mapped[int | None]
    traced_at: Mapped[datetime | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"), index=True)
    # What is likely to leave within the hour and what follows from it: kept by `cases.forecasts`.
    leaves: Mapped[int]
    leaves_low: Mapped[int]
    leaves_high: Mapped[int]
    leaves_rough: Mapped[bool]
    # Satang of `leaves` that a decision can still save: of what is worth one.
    savable: Mapped[int] = mapped_column(server_default="0")
    # By the amount of this proposal. Where it became later: what it was before, and why (`cases.decide_by`).
    decide_by: Mapped[datetime | None]
    decide_by_of: Mapped[int | None]
    decide_by_was: Mapped[datetime | None]
    decide_by_seen: Mapped[datetime | None]
    decide_by_why: Mapped[str]
    # The bank of that amount.
    decide_bank: Mapped[str] = mapped_column(server_default="")
    asked_since: Mapped[datetime | None]
    # From when on a bank is silent, and whether it was at the last turn of the server: the queue's index reads no clock.
    silent_since: Mapped[datetime | None]
    is_silent: Mapped[bool] = mapped_column(server_default="false")
    part_left: Mapped[int]
    forecast_at: Mapped[datetime | None]
    # Anonymous public reports alone made it, and nobody has called back or proven the payer.
    unchecked: Mapped[bool]
    # The groups of the queue: 0 to decide, follow or call about; 1 asked of banks; 2 without a trail; 3 leftovers.
    queue_group: Mapped[int] = mapped_column(
        Computed(
            "CASE WHEN to_decide > 0 OR part_left > 0 OR is_silent THEN 0"
            " WHEN asked_since IS NOT NULL THEN 1 WHEN flag <> '' THEN 2 ELSE 3 END",
            persisted=True,
        )
    )
    # Satang by which it is ranked in its group. Asked money counts only where its bank is silent: a call may save it.
    at_stake: Mapped[int] = mapped_column(
        Computed(
            "part_left + CASE WHEN (to_decide > 0 OR part_left > 0) AND NOT is_silent"
            " THEN savable ELSE leaves END",
            persisted=True,
        )
    )
    # The bank of the first reported transfer, of a case of an unknown kind alone: by it such a case is named.
    victim_bank: Mapped[str] = column_property(
        sql_case(
            (
                func.trim(scam_type).in_(UNKNOWN_KINDS),
                func.coalesce(
                    select(Claim.payer_bank)
                    .where(Claim.case_id == id)  # noqa: A003 - the column above
                    .order_by(Claim.time, Claim.source, Claim.record_id)
                    .limit(1)
                    .correlate_except(Claim)
                    .scalar_subquery(),
                    "",
                ),
            ),
            else_="",
        )
    )
    __table_args__ = (
        CheckConstraint(format_in_check("state", ("open", "closed")), name="state"),
        CheckConstraint("loss >= 0 AND still_there >= 0 AND exited >= 0 AND spent >= 0", name="amounts"),
        Index("cases_board_idx", "state", "next_due", "id"),
        Index(
            # The order of the queue, so that its first page is read off this index.
            "cases_queue_idx",
            "queue_group",
            text("at_stake DESC"),
            "decide_by",
            "reported_at",
            "id",
            postgresql_where="state = 'open'",
        ),
        Index("cases_opened_at_idx", "opened_at"),
        Index("cases_exit_at_idx", "exit_at", postgresql_where="state = 'open' AND undecided > 0"),
        Index("cases_records_end_idx", "records_end", postgresql_where="state = 'open' AND undecided > 0"),
        Index(
            "cases_waiting_idx",
            "next_due",
            "id",
            postgresql_where="state = 'open' AND to_decide > 0 AND owner_id IS NULL",
        ),
        Index("cases_owned_idx", "owner_id", "next_due", "id", postgresql_where="state = 'open'"),
        Index("cases_silent_idx", "next_due", "id", postgresql_where="state = 'open' AND silent > 0"),
    )


class LeavingHour(Base):
    """What was likely to leave of all cases within the hour, by the start of each hour: the last value within
    it.
    """

    __tablename__ = "leaving_hours"
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    leaves: Mapped[int]


class CaseReportRow(Base):
    """A report of the lake, by its identity there, and the case it belongs to."""

    __tablename__ = "case_reports"
    source: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    reported_at: Mapped[datetime] = mapped_column(index=True)
    loss: Mapped[int]
    channel: Mapped[str]
    transfer_ids: Mapped[list[str]]
    digest: Mapped[str]
    first: Mapped[bool]


class ClaimKey(Base):
    """One name of a claimed transfer: one baht serves one victim, whichever bank's copy a report names."""

    __tablename__ = "claim_keys"
    key: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)


class Snapshot(Base):
    """A trail as it was shown: canonical JSON and its SHA-256. `content` leaves out what only time
    changes.
    """

    __tablename__ = "case_snapshots"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    sha256: Mapped[str]
    content: Mapped[str]
    trail: Mapped[str]
    as_of: Mapped[datetime]
    taken_at: Mapped[datetime] = mapped_column(index=True)
    # The payments by which baht left, read once: briefing and wall ask for them of a thousand trails.
    exits: Mapped[list[Any]] = mapped_column(
        Computed(
            "jsonb_path_query_array(trail::jsonb,"
            """ '$ ? (@.currency == "THB").steps[*] ? (@.end == "exited")')""",
            persisted=True,
        ),
        deferred=True,
    )


class Alert(Base):
    """Something an officer must look at; `digest` keeps one from being raised twice."""

    __tablename__ = "alerts"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("holds.id"))
    kind: Mapped[str]
    params: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(unique=True)
    # Open alerts are few among years of cleared ones.
    __table_args__ = (Index("alerts_open_idx", "at", postgresql_where="cleared_at IS NULL"),)


HOLD_STATES = (*ACTIVE, "refused", "released", "expired", "declined", "taken_back")


class Proposal(Base):
    """An amount that may be held, frozen with the balance known when it was shown.

    From `hop` on is what its forecast is made of (`warroom.money.forecast.facts`), as last seen; null for money that is not
    baht. `there`: satang of it that the last look still saw, `seen_at` until when its bank's records reached then. `decide_by` falls
    only (`cases.decide_by`): after `decide_by_was`, which had passed, records to `decide_by_seen` showed it still there.
    """

    __tablename__ = "proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("case_snapshots.id"))
    bank: Mapped[str]
    account: Mapped[str]
    amount: Mapped[int]
    balance: Mapped[int]
    rank: Mapped[int]
    minutes_to_exit: Mapped[float]
    inflow: Mapped[dict[str, Any]]
    reasons: Mapped[list[Any]]
    innocent_evidence: Mapped[list[Any]]
    state: Mapped[str]
    hold_id: Mapped[int | None]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"), index=True)
    decided_at: Mapped[datetime | None]
    decline_reason: Mapped[str]
    hop: Mapped[int | None]
    channel: Mapped[str | None]
    arrived_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    passed: Mapped[float | None]
    there: Mapped[int | None]
    passed_on: Mapped[int | None]
    seen_at: Mapped[datetime | None]
    decide_by: Mapped[datetime | None]
    decide_by_was: Mapped[datetime | None]
    decide_by_seen: Mapped[datetime | None]
    # Why it comes unticked: "holder" where what speaks for the holder outweighs, "look" for any other doubt; else "".
    doubt: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        CheckConstraint("amount > 0 OR state IN ('not_held', 'superseded')", name="amount"),
        CheckConstraint(
            format_in_check("state", ("open", "approved", "declined", "superseded", "not_held")), name="state"
        ),
        Index("proposals_account_number_idx", format_account_number("account")),
        Index("proposals_open_idx", "case_id", postgresql_where="state = 'open'"),
        Index("proposals_decided_at_idx", "decided_at", postgresql_where="decided_at IS NOT NULL"),
    )


class Hold(Base):
    """A hold: always an amount, never an account alone. `active` is what counts against loss and balance.

    `left_settled_at`: when what its bank said had left was seen to have left, or somebody closed it with a reason.
    `left_by_word`: satang of it that its bank said had left, and no record shows yet.
    """

    __tablename__ = "holds"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id"), unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    bank: Mapped[str]
    account: Mapped[str]
    amount: Mapped[int]
    held: Mapped[int]
    active: Mapped[int] = mapped_column(
        Computed(
            "CASE WHEN state IN ('proposed', 'approved', 'sent') THEN amount"
            " WHEN state IN ('in_effect', 'partly') THEN held ELSE 0 END",
            persisted=True,
        )
    )
    balance_limit: Mapped[int]
    state: Mapped[str]
    rule_id: Mapped[str]
    rule_digest: Mapped[str]
    legal_basis: Mapped[str]
    snapshot: Mapped[str]
    approved_at: Mapped[datetime]
    until: Mapped[datetime]
    report_until: Mapped[datetime]
    notice_th: Mapped[str]
    notice_en: Mapped[str]
    left_settled_at: Mapped[datetime | None]
    left_by_word: Mapped[int]
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("held >= 0 AND held <= amount", name="held"),
        # A bank cannot have held and lost more than was ordered.
        CheckConstraint("left_by_word >= 0 AND left_by_word <= amount - held", name="left_by_word"),
        CheckConstraint("bank <> '' AND account <> ''", name="account"),
        CheckConstraint("until > approved_at", name="until"),
        CheckConstraint(format_in_check("state", HOLD_STATES), name="state"),
        # For the trigger that adds up what is held on an account.
        Index("holds_account_idx", "bank", "account", postgresql_where="active > 0"),
        Index("holds_asked_idx", "case_id", postgresql_where="state IN ('proposed', 'approved', 'sent')"),
        Index("holds_in_effect_idx", "until", "id", postgresql_where="state IN ('in_effect', 'partly')"),
        Index("holds_expired_idx", "until", "id", postgresql_where="state = 'expired'"),
    )


class HoldApproval(Base):
    """One officer's approval of a hold, with the hash of the trail that was seen. Each officer counts once."""

    __tablename__ = "hold_approvals"
    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    step: Mapped[str]
    snapshot: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("hold_id", "officer_id"),
        CheckConstraint(format_in_check("step", ("hold", "extend")), name="step"),
    )


class HoldExtension(Base):
    """An extension after the police complaint: requested by one officer, approved by another."""

    __tablename__ = "hold_extensions"
    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"))
    complaint_no: Mapped[str]
    complained_at: Mapped[datetime]
    until: Mapped[datetime]
    state: Mapped[str]
    requested_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    requested_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    approved_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    __table_args__ = (
        # Four eyes in the database too: no bug of the program can approve alone.
        CheckConstraint("requested_by <> approved_by", name="two_officers"),
        CheckConstraint("complaint_no <> ''", name="complaint"),
        CheckConstraint(
            format_in_check("state", ("requested", "approved", "confirmed", "refused")), name="state"
        ),
        CheckConstraint("state IN ('requested', 'refused') OR approved_by IS NOT NULL", name="approved"),
        # One open request for a hold: the second officer approves that one.
        Index("hold_extensions_one_idx", "hold_id", unique=True, postgresql_where="state <> 'refused'"),
    )


class HoldRelease(Base):
    """How a hold ended: by an officer, an appeal, its own lapse, or the bank by itself."""

    __tablename__ = "hold_releases"
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), primary_key=True)
    cause: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    lifted_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("cause", ("officer", "appeal", "expiry", "bank")), name="cause"),
    )


class HoldCall(Base):
    """An officer called the bank about a hold. Only ever added, and no answer: a hold is in effect by the bank's own."""

    __tablename__ = "hold_calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    answered: Mapped[bool]
    text: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint("NOT answered OR text <> ''", name="text"),)


class ReportCheck(Base):
    """What an officer did about a case's anonymous reports: called back, proved the payer, or held without either. Only ever added."""

    __tablename__ = "report_checks"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    how: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("how", CHECKS), name="how"),
        CheckConstraint("text <> ''", name="text"),
    )


class AppealRow(Objection, Base):
    """A holder's appeal; one open at a time for a hold."""

    __tablename__ = "appeals"
    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"))
    # The holder says that they need the money today: among open appeals these are answered first.
    needed_today: Mapped[bool] = mapped_column(server_default="false")
    __table_args__ = (
        CheckConstraint(format_in_check("state", ("open", "upheld", "granted")), name="state"),
        # An appeal is never closed without an officer and a reason.
        CheckConstraint("state = 'open' OR (answered_by IS NOT NULL AND reason <> '')", name="answered"),
        # In the database too: two requests at once would each see no open appeal.
        Index("appeals_one_open_idx", "hold_id", unique=True, postgresql_where="state = 'open'"),
        Index("appeals_due_idx", "due_at", postgresql_where="state = 'open'"),
    )


class AppealReceipt(Base):
    """The file that a holder attached to an appeal, without metadata; one for each appeal."""

    __tablename__ = "appeal_receipts"
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"), primary_key=True, autoincrement=False)
    media: Mapped[str]
    content: Mapped[bytes]
    sha256: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(
            format_in_check("media", ("image/jpeg", "image/png", "application/pdf")), name="media"
        ),
        # Bytes: 5 MiB, as `clean_receipt` allows.
        CheckConstraint("octet_length(content) BETWEEN 1 AND 5242880", name="content"),
    )


class CaseAccess(Base):
    """A case with rows here is sealed: for the officers of these agencies alone, and for others not there."""

    __tablename__ = "case_access"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    agency: Mapped[str] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint("agency <> ''", name="agency"),)


class CaseVisit(Base):
    """An officer has the case's page open, as the page last said, by the machine's own time."""

    __tablename__ = "case_visits"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    seen_at: Mapped[datetime]


class Purpose(Base):
    """Why an officer opened a case, valid until a moment. Only ever added."""

    __tablename__ = "purposes"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    purpose: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("purpose", PURPOSES), name="purpose"),
        CheckConstraint("until > at", name="until"),
        Index("purposes_of_idx", "case_id", "officer_id", "until"),
    )


WAKE_STATES = ("waiting", "due", "done")


class Wake(Base):
    """An officer wants to be reminded of a case at a moment, with a note to themselves."""

    __tablename__ = "wakes"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    note: Mapped[str]
    set_at: Mapped[datetime]
    state: Mapped[str]
    __table_args__ = (
        CheckConstraint("at > set_at", name="at"),
        CheckConstraint("note <> ''", name="note"),
        CheckConstraint(format_in_check("state", WAKE_STATES), name="state"),
        Index("wakes_officer_id_idx", "officer_id", "at", postgresql_where="state <> 'done'"),
    )


class AppealAddition(Base):
    """What a holder sent after an appeal: words, or a file without metadata, or both. Only ever added."""

    __tablename__ = "appeal_additions"
    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeals.id"), index=True)
    text: Mapped[str]
    media: Mapped[str]
    content: Mapped[bytes]
    sha256: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(
            format_in_check("media", ("", "image/jpeg", "image/png", "application/pdf")), name="media"
        ),
        CheckConstraint("octet_length(content) <= 5242880", name="content"),
    )
