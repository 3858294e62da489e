"""RX: circulation of prescriptions, internet hospitals (处方流转)."""
