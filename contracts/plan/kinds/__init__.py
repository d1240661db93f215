"""Kinds of values: what a member's schema and meaning make worth sending, each drawn anew by the run's seed."""
