-- Only ever added: approvals, documents, steps, and what an operation's officers said and found.
REVOKE UPDATE ON action_approvals, action_documents, action_transitions, operation_places, operation_words,
  operation_timeline, operation_results FROM {role};
