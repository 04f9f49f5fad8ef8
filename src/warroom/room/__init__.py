"""What people see of all rooms together: the work list, look-up, chart, map and briefing. Read only."""
