"""The whole decision, without Kafka or HTTP: audit what arrived against a subject's state."""
