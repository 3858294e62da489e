"""Published lists of knowledge points: read from files, compiled once, kept by version."""
