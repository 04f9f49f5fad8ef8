"""Decisions about assets: steps of an asset, owners' claims, values, proceedings, pay-outs, recoveries."""
