"""Groups of fraud kinds for counting: reporters use several words for one group.

Kinds in no group are `other`.
"""

GROUP_OF_KIND = {
    "shopping": "purchase",
    "purchase": "purchase",
    "job": "job",
    "investment": "investment",
    "crypto": "investment",
    "impersonation": "authority",
    "authority": "authority",
    "police": "authority",
    "police-impersonation": "authority",
    "bank": "bank",
    "bank-impersonation": "bank",
    "romance": "romance",
    "loan": "loan",
    "parcel": "parcel",
}
GROUPS = (*dict.fromkeys(GROUP_OF_KIND.values()), "other")
