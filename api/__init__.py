"""The HTTP shell: claim events in, the review queue, the cases, the console; and its store."""
