"""The court bundle of a case: an index to read, the files, custody, the log's rows with their proofs, and one program
that checks it all without us.

    index.pdf         what is in it, in Thai and English
    evidence/         the files, each as E-<number>.bin
    evidence.json     the items and every step of their custody
    case.json         the case: reports, holds, who approved what they had seen
    snapshots/        frozen trails, each under its SHA-256
    orders.json       what partners were told, and what they answered
    messages/         the messages themselves, as they left
    audit.jsonl       the log's rows about the case, each with its inclusion proof
    checkpoint.txt    the signed root that the proofs lead to
    key.txt           the key that signed, and its fingerprint
    verify.py         the check (`expert.py`)
    manifest.json     every file's SHA-256, what was withheld and why; manifest.sig signs it

What survivors said is never in it: the manifest says that something was withheld, and why.
"""
