"""Evidence, custody and bundles."""
