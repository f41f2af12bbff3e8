"""A task per training stage: its networks, data and losses."""
