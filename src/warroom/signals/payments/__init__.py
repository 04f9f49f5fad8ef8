"""The look at a payment before it leaves: what is known of payer, payee and pair, how likely it is stolen money, and why."""
