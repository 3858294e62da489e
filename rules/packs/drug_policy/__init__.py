"""DP: what the catalogue of drugs limits payment to (药品政策限定)."""
