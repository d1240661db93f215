"""The server under test: send one request to it, within its limits, and remember what was created there."""
