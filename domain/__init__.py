"""The language of the house: claim events, facts, findings, alerts, money, moments, codes."""
