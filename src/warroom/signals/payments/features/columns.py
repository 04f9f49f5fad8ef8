"""The order of the features, and where each block of them begins. The names' sentences are in `table.toml`."""

ENDS = ("payer", "payee")
WINDOWS = ("6h", "1d", "8d", "32d")
"""Half-lives of the fading counts: after one, a transfer counts half."""

PAYMENT = ("amount", "round", "under_limit", "hour", "channel", "same_bank")
PAIR = ("count", "since", "ratio")
RING = ("match", "wait", "similar", "distinct_1d", "distinct_14d")
RINGS = ("payer_in", "payer_out", "payee_in", "payee_out")
WAY = ("chain", "chain_age", "cycle", "cycle_3", "gathered", "shared_payers", "shared_payees", "relayed")
FADING = ("in", "out", "new_in", "new_out", "sum_in", "sum_out", "passed", "odd")
HABIT = (
    "since_in",
    "since_out",
    "seen",
    "transfers",
    "gap",
    "typical_in",
    "typical_out",
    "unusual_in",
    "unusual_out",
    "largest_in",
    "largest_out",
    "last_in",
    "last_out",
    "silence",
    "woken",
    "share_passed",
    "payers_odd",
    "payees_odd",
    "payers_passed",
    "payees_passed",
    "under_sum",
    "round_sum",
)
BESIDE = ("account_age", "shared_sims", "shared_devices", "tier")
"""What other tables and reports add; NaN where nothing is known."""

PAIR_AT = len(PAYMENT)
RING_AT = PAIR_AT + 2 * len(PAIR)
WAY_AT = RING_AT + len(RINGS) * len(RING)
HABIT_AT = WAY_AT + len(WAY)
END_WIDTH = len(WINDOWS) * len(FADING) + len(HABIT)
BESIDE_AT = HABIT_AT + 2 * END_WIDTH
WIDTH = BESIDE_AT + 2 * len(BESIDE)


def list_feature_names() -> tuple[str, ...]:
    """Every feature in the order of its column."""
    pairs = [f"{way}_{one}" for way in ("pair", "back") for one in PAIR]
    rings = [f"{ring}_{one}" for ring in RINGS for one in RING]
    fading = [f"{one}_{window}" for window in WINDOWS for one in FADING]
    habits = [f"{end}_{one}" for end in ENDS for one in (*fading, *HABIT)]
    beside = [f"{end}_{one}" for end in ENDS for one in BESIDE]
    return (*PAYMENT, *pairs, *rings, *WAY, *habits, *beside)
