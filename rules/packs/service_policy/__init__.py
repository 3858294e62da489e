"""SP: what payment for medical services is limited to (项目政策限定)."""
