-- A number is looked for by any digits of it, among the accounts of one's own cases: no index of ends is read any more.
DROP INDEX claims_payer_end_idx;
DROP INDEX claims_payee_end_idx;
DROP INDEX proposals_account_end_idx;
DROP INDEX holds_account_end_idx;
