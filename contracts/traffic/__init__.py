"""Traffic of others, as exchanges that the contract can judge: no credentials, no encodings, paths as declared."""
