"""The lake's transfers by account, each payment once, as of any moment: what a trace reads."""
