"""The command line, the settings, the one-machine runner: where the shells are wired together."""
