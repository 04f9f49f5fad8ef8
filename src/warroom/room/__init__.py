"""Read-only features over all others: work list, queue, search, chart, map and briefing."""
