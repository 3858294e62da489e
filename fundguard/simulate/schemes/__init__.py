"""Schemes, found by folder: a new file that holds a `Scheme` is all there is to add."""
