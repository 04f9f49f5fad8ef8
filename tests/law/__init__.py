"""The declarations of actions and the law they stand on."""
