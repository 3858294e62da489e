"""Measurements, one command each: ratios within one run first, since machines differ."""
