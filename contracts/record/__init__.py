"""What happened, as it is written down: requests, answers, exchanges, and the run that they make."""
