"""Readings: what several rules derive from a view, each computed once a view."""
