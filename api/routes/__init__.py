"""One file a resource, each with a `router`; `api.app` finds them by themselves."""
