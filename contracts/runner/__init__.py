"""One run against a target: what is sent next, clean-up, and the choices of the user's that it is made from."""
