"""``contracts mock``: the embedded server alone, for trying out clients, and other tools, against it."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping

import click

from contracts.mock.auth import Keys
from contracts.mock.registry import Fault, all_faults, all_variants, deep_faults, deep_variants
from contracts.mock.server import running


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="A deliberate defect; may be repeated.")
@click.option("--variant", metavar="NAME", help="An odd server that keeps the contract all the same.")
@click.option("--list", "listing", is_flag=True, help="List the faults and variants, and end.")
def command(host: str, port: int, faults: tuple[str, ...], variant: str | None, listing: bool) -> None:
    """Serve the embedded customers API until Ctrl-C.

    Accepts VOUCHERIFY_APP_ID, VOUCHERIFY_APP_TOKEN and VOUCHERIFY_OAUTH_TOKEN of the environment where they
    are set, and credentials of its own making where not.

    \b
    Example:
      contracts mock --port 4010 --fault average-amount-is-a-float
      contracts gate --target http://127.0.0.1:4010
    """
    if listing:
        _show("faults", all_faults())
        _show("variants", all_variants())
        _show("deep faults", deep_faults())
        _show("deep variants", deep_variants())
        return
    serve(host, port, faults, variant)


def serve(host: str, port: int, faults: tuple[str, ...], variant: str | None) -> None:
    """Serve in the foreground until Ctrl-C.

    :raises UsageError: an unknown fault or variant, or a port that cannot be had.
    """
    with running(faults, port=port, host=host, variant=variant, keys=_keys()) as server:
        click.echo(f"# customers API at {server.url}/v1/customers   (Ctrl-C ends it)")
        _say("VOUCHERIFY_APP_ID", server.app_id)
        _say("VOUCHERIFY_APP_TOKEN", server.app_token)
        _say("VOUCHERIFY_OAUTH_TOKEN", server.oauth_token)
        click.echo(f"# customers with activity: {', '.join(server.known_customers)}")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("\n# stopped", err=True)


def _keys() -> Keys:
    given = {name: os.environ.get(f"VOUCHERIFY_{name.upper()}") for name in ("app_id", "app_token", "oauth_token")}
    return Keys(**{name: value for name, value in given.items() if value})


def _say(name: str, value: str) -> None:
    """Tell a credential of our own making; one that came from the environment is in no output."""
    if os.environ.get(name):
        click.echo(f"# {name}: as the environment says")
    else:
        click.echo(f"export {name}={value}")


def _show(title: str, records: Mapping[str, Fault]) -> None:
    click.echo(f"{title}: {len(records)}")
    for record in records.values():
        click.echo(f"  {record.name:52} {record.doc}")
