"""The command: ``contracts``, and ``python -m contracts``. Signals are handled before anything large is loaded."""

from __future__ import annotations

from typing import NoReturn

from contracts.interrupts import finished, install


def main() -> NoReturn:
    """Run the command line of this process."""
    install()
    from contracts.cli import main as command

    try:
        command()
    finally:
        finished()


if __name__ == "__main__":
    main()
