"""Documents against the contract: where do they differ?"""
