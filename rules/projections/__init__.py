"""Projections: how facts reach the subjects whose rules read them, one file a destination."""
