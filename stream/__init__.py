"""The stream shells around the engine: they carry, they do not decide."""
