"""Subjects: whose state a stage reads, and how long each kind of fact is kept there."""
