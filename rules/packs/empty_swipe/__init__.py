"""PS: empty swipes and cash-out at pharmacies (空刷、套刷、药店)."""
