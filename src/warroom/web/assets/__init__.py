"""Pages and interface of assets, proceedings and pay-outs."""
