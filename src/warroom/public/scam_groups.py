"""The groups that kinds of fraud are counted by: one for the several words of those who send reports.

What is in no group is `other`.
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
