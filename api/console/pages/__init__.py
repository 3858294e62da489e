"""The console's pages, one file each with a `router`; `api.app` finds them by themselves."""
