"""Who may come in, what they may do, and what keeps a foreign page from doing it for them."""
