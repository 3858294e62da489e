"""Cases: from a clue to its end, with every step on record."""
