"""The two libraries: the rule base (packs) and the knowledge base (published points)."""
