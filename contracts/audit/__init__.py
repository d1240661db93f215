"""Recorded answers against the contract: streamed, on all cores, in constant memory."""
