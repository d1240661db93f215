"""``python -m contracts.record``: the JSON Schema of the run record, as it is published."""

from __future__ import annotations

import json
import sys

from contracts.record.messages import schema

if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
