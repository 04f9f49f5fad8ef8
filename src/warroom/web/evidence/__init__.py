"""Pages and interface of evidence and bundles."""
