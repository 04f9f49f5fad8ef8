"""People who may be victims and suspects at once: screening, referral, the wall."""
