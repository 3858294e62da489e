"""The knowledge base: published code-level points, loaded as data and executed by templates."""
