"""CH: charging (收费)."""
