"""SW: substitution, one thing done and another charged (串换)."""
