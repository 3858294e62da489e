"""What reviewers decide, why, and how the rest of the world hears of it."""
