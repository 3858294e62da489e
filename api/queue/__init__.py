"""The review queue: which alerts, in what order, and how they are shown."""
