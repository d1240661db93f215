"""Documents against the contract: where have they parted?"""
