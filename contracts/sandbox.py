"""``tox -e sandbox``: the gate on a sandbox that the environment names; says what is missing."""

from __future__ import annotations

import os
import sys

from contracts.client.credentials import CUSTOMERS, from_environment
from contracts.spec.security import variables

TARGET = "CONTRACTS_TARGET"
KNOWN = "CONTRACTS_KNOWN_CUSTOMERS"


def arguments(environment: dict[str, str]) -> list[str]:
    """The command line of the gate. Exits with 2 and one line where the environment lacks something."""
    missing = [] if environment.get(TARGET) else [f"{TARGET} (for example https://us1.api.voucherify.io)"]
    if not from_environment(environment, CUSTOMERS).complete:
        missing.append(variables(CUSTOMERS))
    if missing:
        sys.stderr.write(f"contracts: the sandbox needs in the environment: {'; '.join(missing)}\n")
        sys.exit(2)
    known = [name.strip() for name in environment.get(KNOWN, "").split(",") if name.strip()]
    flags = [flag for name in known for flag in ("--known-customer", name)]
    return ["gate", "--target", environment[TARGET], *flags]


if __name__ == "__main__":
    from contracts.__main__ import main

    sys.argv[1:] = [*arguments(dict(os.environ)), *sys.argv[1:]]
    main()
