"""A reverse proxy on loopback: what passes is untouched, and seen."""
