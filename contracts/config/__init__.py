"""Files of the user's in TOML: targets by name."""
