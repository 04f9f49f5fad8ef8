"""What officers decide about assets: steps of an asset, claims of owners, values, proceedings, pay-outs, recoveries."""
