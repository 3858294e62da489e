"""The rule base: one folder a family, one file a rule."""
