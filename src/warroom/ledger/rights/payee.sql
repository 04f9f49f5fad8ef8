-- What was measured, asked for and probed stays as it was written. {role} is the application's role.
REVOKE UPDATE ON flag_trials, flag_payments, flag_outcomes, flag_probes, advice_payments, advice_outcomes FROM {role};
