"""ID: stolen credentials and impersonation (盗刷、冒名)."""
