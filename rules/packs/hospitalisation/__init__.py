"""HO: how hospital stays are begun, filled, split and ended (住院行为)."""
