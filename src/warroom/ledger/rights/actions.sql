-- Only ever added: approvals, documents, steps, and what an operation's officers said and found.
REVOKE UPDATE ON action_approvals, action_documents, action_transitions, operation_places, operation_words,
  operation_timeline, operation_results, operation_needs FROM {role};
-- A plan that was begun and never sent is its officer's alone to let go.
GRANT DELETE ON operation_drafts TO {role};
