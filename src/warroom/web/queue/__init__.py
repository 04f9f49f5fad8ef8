"""The queue as every list shows it: one component, whichever page it stands on."""
