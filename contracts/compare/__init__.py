"""What does the new build do differently from the old one, and is any of it a breach?"""
