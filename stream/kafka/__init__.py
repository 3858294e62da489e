"""The cluster shell: Faust on Apache Kafka, a chunk of records at a time."""

import warnings

with warnings.catch_warnings():
    # kafka-python 3.0.12 reads its schemas by deprecated calls of importlib.resources
    warnings.filterwarnings("ignore", "(read|open)_text is deprecated", DeprecationWarning)
    import kafka.admin  # noqa: F401
