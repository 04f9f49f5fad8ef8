"""Named groups of roles: one place says which roles may do a thing.

Services, pages and routes (`web/doors/router.py`) use these names. Two groups with the same roles stay separate where
they mean two things: one may change without the other. A refusal names the roles in this order.
"""

from warroom.ledger.officers import ROLES

# Cases, their holds and what leaves for banks.
CASE_READERS = tuple(role for role in ROLES if role != "admin")
"""Who may read cases and what hangs on them: everyone but who manages people."""
CASE_WORKERS = tuple(role for role in CASE_READERS if role != "screener")
"""Who may read requests, assets and briefings: everyone who works cases, and who checks them."""
HOLD_APPROVERS = ("officer", "supervisor")
"""Who approves, declines and extends holds, and closes a case."""
HOLD_RELEASERS = ("officer", "supervisor", "appeals")
"""Who takes cases, lets money go and clears alerts: the fraud desk and who answers appeals."""
CASE_GIVERS = ("supervisor", "commander")
"""Who gives a case to an officer of the desk."""
WALL_HANGERS = ("admin", "commander")
"""Who hangs screens on the wall and takes them down."""
CASE_SEALERS = ("supervisor", "commander", "prosecutor")
CHART_WORKERS = ("officer", "supervisor", "investigator", "prosecutor", "logistics")
"""Who opens accounts on a chart and pins notes to it."""
CHART_TAKERS = ("officer", "supervisor", "investigator", "prosecutor", "custodian", "logistics")
"""Who takes a chart out as a file."""
# Officers too, not supervisors alone: ending a rehearsal harms nobody, and a room that rehearses at night may
# have one officer.
EXERCISE_RUNNERS = ("officer", "supervisor")

LINK_FOLLOWERS = ("investigator",)
"""Whose first screen shows which cases hang together."""

# Files.
FILE_BRINGERS = ("officer", "investigator")
"""Who takes partners' files in by a page: who asks partners for records. Those who approve, judge or oversee what follows from
them bring none themselves.
"""

# Signals.
SIGNAL_HANDLERS = ("officer", "supervisor", "logistics", "investigator")
SIGNAL_READERS = (*SIGNAL_HANDLERS, "commander", "auditor")

# Matches: whether two records are of one subject.
MATCH_READERS = SIGNAL_READERS
MATCH_DECIDERS = ("officer", "supervisor", "investigator")
"""Who says that records are of one subject, or of two, and takes it back."""

# Groups of subjects, and ranks in them.
NETWORK_READERS = ("investigator", "supervisor", "prosecutor", "commander", "logistics")
RANK_READERS = ("investigator", "supervisor", "prosecutor")
"""Who follows leads on persons and decides on them; others see the group without anybody's rank."""

# Campaigns: alerts to the public.
CAMPAIGN_READERS = SIGNAL_READERS
CAMPAIGN_WRITERS = ("officer", "supervisor", "logistics")
CAMPAIGN_APPROVERS = ("supervisor", "commander")
"""Who lets out what another officer wrote."""
CAMPAIGN_ENDERS = tuple(dict.fromkeys((*CAMPAIGN_WRITERS, *CAMPAIGN_APPROVERS)))
"""Who takes an alert back, or tells those who were held out."""

# Flags on payees.
FLAG_READERS = (*SIGNAL_READERS, "appeals")
FLAG_DECIDERS = ("officer", "supervisor")
"""Who flags payees, declines and renews, and sets what share of payments is held out to measure it."""
FLAG_ENDERS = (*FLAG_DECIDERS, "appeals")
FLAG_APPEALS = ("appeals",)
FRONTIER_CHOOSERS = ("commander",)
"""Who chooses a setting of the frontier; another officer puts it into effect."""

# What comes in to an account, and calls to those who paid.
INCOMING_READERS = FLAG_READERS
INCOMING_DECIDERS = HOLD_APPROVERS
"""Who asks a bank to let what comes in wait, and approves another officer's proposal."""
PAYER_CALLERS = HOLD_APPROVERS
INCOMING_ENDERS = HOLD_RELEASERS
INCOMING_APPEALS = FLAG_APPEALS

# Actions and joint operations. Who may do what with an action its kind says; these are all of them together.
ACTION_TEAMS = tuple(role for role in CASE_READERS if role not in ("auditor", "lawyer", "appeals"))
"""Who works on actions and says a line in an operation."""
ACTION_PROPOSERS = tuple(role for role in ACTION_TEAMS if role not in ("supervisor", "commander"))
ACTION_APPROVERS = (
    "officer",
    "supervisor",
    "logistics",
    "investigator",
    "prosecutor",
    "commander",
    "screener",
)
OPERATION_PLANNERS = ("commander", "supervisor", "investigator", "infrastructure", "logistics")
OPERATION_DECIDERS = ("commander", "supervisor")
"""Who says go or no-go, and that an operation has ended."""

# Requests to partners. Who may do what with a request its kind says; these are all of them together.
REQUEST_DRAFTERS = ("officer", "investigator", "liaison")
REQUEST_APPROVERS = ("supervisor", "liaison", "prosecutor")
REQUEST_HANDS = ("officer", "investigator", "liaison", "supervisor", "prosecutor")
"""Who drafts or approves requests goes on with them."""
REQUEST_ARCHIVISTS = (*REQUEST_HANDS, "custodian")
"""Who names documents of an answer."""

# The register of partners, what leaves for them, what they ask, and matching.
AGREEMENT_DRAFTERS = ("liaison", "investigator", "supervisor")
AGREEMENT_APPROVERS = ("supervisor", "commander")
"""Who keeps the register, and brings into force what another officer drafted."""
PARTNER_SENDERS = ("liaison", "investigator", "supervisor")
"""Who prepares what leaves for partners, sends and revokes it."""
SURVIVOR_RELEASERS = ("screener",)
"""Who lets what a survivor said leave for a partner."""
ASK_ANSWERERS = ("liaison", "investigator", "supervisor")
"""Who answers requests of partners."""
MATCH_OPENERS = ("investigator", "liaison")
MATCH_RELEASERS = ("supervisor", "commander")
"""Who lets out which numbers matched, under their name."""
PARTNER_READERS = ("liaison", "investigator", "supervisor", "commander", "screener", "auditor")

# Assets, proceedings and pay-outs.
ASSET_KEEPERS = ("investigator", "custodian")
"""Who notes what is done with assets, and drafts pay-outs."""
ASSET_CUSTODIANS = ("custodian",)
"""Who keeps things, sells them and pays victims."""
ASSET_TRACERS = (*ASSET_KEEPERS, "officer")
COURT_NOTERS = ("prosecutor", "investigator")
"""Who notes that a court keeps an asset until it has judged."""
FORFEITERS = ("prosecutor",)
CLAIM_FILERS = ("officer", "supervisor", "appeals", "investigator", "prosecutor", "custodian")
CLAIM_DECIDERS = ("appeals", "prosecutor")
PROCEEDING_OPENERS = ("investigator", "prosecutor")
NOTICE_GIVERS = (*PROCEEDING_OPENERS, "custodian")
LOSS_CLERKS = ("officer", "investigator", "custodian")
LOSS_JUDGES = ("supervisor", "prosecutor", "custodian")
PAYOUT_APPROVERS = ("prosecutor", "commander")
PAYOUT_WITHDRAWERS = (*ASSET_KEEPERS, *PAYOUT_APPROVERS)

# Evidence.
EVIDENCE_ADDERS = ("custodian", "investigator", "officer", "supervisor", "screener")
EVIDENCE_KEEPERS = ("custodian", "investigator", "prosecutor", "officer", "supervisor", "screener")
"""Roles that may be given an item to keep."""
EVIDENCE_READERS = (
    "custodian",
    "investigator",
    "prosecutor",
    "officer",
    "supervisor",
    "commander",
    "auditor",
    "screener",
)
EVIDENCE_BUNDLERS = ("custodian", "investigator", "prosecutor")

# People found.
SURVIVOR_OVERSEERS = ("commander", "supervisor", "prosecutor")
"""Those who see that a person is there, with both statuses; what was said is another matter."""
SURVIVOR_FINDERS = (
    "officer",
    "supervisor",
    "infrastructure",
    "logistics",
    "investigator",
    "commander",
    "liaison",
    "screener",
)
SURVIVOR_READERS = (*SURVIVOR_FINDERS, "prosecutor")
SURVIVOR_COUNTERS = ("commander", "screener", "auditor", "liaison", "prosecutor")
"""Who reads figures about people, never about one of them."""
SCREENER_ASSIGNERS = ("commander", "supervisor")
GLASS_BREAKERS = ("commander", "prosecutor")
GLASS_REVIEWERS = ("screener", "lawyer", "auditor")
TOLD_READERS = ("screener", *GLASS_BREAKERS)
"""Who may open what a survivor told: the person's own screeners, and who breaks the glass."""
SUSPECTERS = ("investigator", "prosecutor")
CHARGERS = ("prosecutor",)
CHARGE_CONFIRMERS = ("prosecutor", "commander")

# Power over money, people and others' records.
DECIDERS = frozenset(
    role
    for roles in (
        HOLD_APPROVERS,
        HOLD_RELEASERS,
        FLAG_DECIDERS,
        FLAG_ENDERS,
        FLAG_APPEALS,
        FRONTIER_CHOOSERS,
        ACTION_APPROVERS,
        OPERATION_DECIDERS,
        REQUEST_APPROVERS,
        CAMPAIGN_APPROVERS,
        CASE_SEALERS,
        CLAIM_DECIDERS,
        FORFEITERS,
        LOSS_JUDGES,
        PAYOUT_APPROVERS,
        GLASS_BREAKERS,
        GLASS_REVIEWERS,
        CHARGE_CONFIRMERS,
        AGREEMENT_APPROVERS,
        SURVIVOR_RELEASERS,
        MATCH_RELEASERS,
    )
    for role in roles
)
"""Who approves, decides or lets out anything: without one of these roles nothing happens, however many officers propose it."""
GRANTED_BY_TWO = DECIDERS | {"admin", "lawyer", "auditor"}
"""Roles that take two administrators: deciders, who confirms the law, who reads everything, and who makes officers."""
