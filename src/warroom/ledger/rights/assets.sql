-- Requests and assets: what only grows cannot be rewritten by the application either. {role} is its role.
REVOKE UPDATE ON request_items, request_approvals, request_events, request_documents, proceeding_cases, asset_events,
  asset_valuations, asset_entries, asset_postings, payout_lines, payout_approvals, payout_payments,
  loss_recoveries, refund_cases, refund_approvals FROM {role};
