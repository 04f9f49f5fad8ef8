"""Which threat a kind of scam is counted under, as the figures for everyone group reports."""

THREATS = {
    "agency": "authority",
    "bank": "bank",
    "code": "bank",
    "parcel": "parcel",
    "job": "job",
    "investment": "investment",
    "loan": "loan",
}
OTHER = "other"


def threat_of(kind: str) -> str:
    """The threat of a kind of scam; what is in no group is `other`."""
    return THREATS.get(kind, OTHER)
