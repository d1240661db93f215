"""Which requests to send, and in which order: probes chosen by hand first, then generated cases."""
