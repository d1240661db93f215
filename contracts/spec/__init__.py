"""The contract: load the document, turn it into JSON Schema, judge bodies by it."""
