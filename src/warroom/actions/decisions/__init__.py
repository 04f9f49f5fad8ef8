"""What officers decide about actions: proposals, documents, approvals, their course, and several at a time."""
