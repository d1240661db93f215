"""The embedded customers server: what the gate judges when it is given no target.

Without faults it keeps every line of the contract; with one, it breaks exactly that line. It knows nothing
of the clauses that judge it: two readings of one contract that shared code would share its mistakes.
"""
