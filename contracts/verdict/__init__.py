"""From judgements to outcomes, from outcomes to one verdict and one exit code."""
