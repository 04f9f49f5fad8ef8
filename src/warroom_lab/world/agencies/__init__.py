"""Those who answer crime, as queues with staff, hours and delays: the desk, the banks, police and courts."""
