"""Ordinary life: what most people do, and no rule should mind."""
