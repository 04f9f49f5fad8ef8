"""Maps a kind of scam to its threat, as the public figures group reports."""

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
    """The threat of a kind of scam; `other` for an unknown kind."""
    return THREATS.get(kind, OTHER)
