"""OLD and NEW as runs: read from a record, or made now against a live target, with the same plan and seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.client.address import base_url
from contracts.client.credentials import from_environment
from contracts.errors import InterruptedRunError, SetUpError, UsageError
from contracts.mock.server import running
from contracts.record.run import Run, read
from contracts.runner.choices import Choices
from contracts.runner.gate import make_run
from contracts.spec.loading import load_resource
from contracts.spec.resource import Resource
from contracts.spec.security import APP_ID, APP_TOKEN, OAUTH_TOKEN

EMBEDDED = "embedded"
LEAST_LEARN = 5
"""Requests below which a second run against OLD teaches nothing."""

Told = Callable[[str], None]


@dataclass(frozen=True)
class Sides:
    """``again`` are further runs against the target of ``old``, from which is learnt what differs by itself."""

    old: Run
    new: Run
    again: tuple[Run, ...] = ()


def both(
    old: str,
    new: str,
    choices: Choices,
    environment: Mapping[str, str],
    like_old: tuple[Path, ...] = (),
    learn: int = 30,
    tell: Told = lambda text: None,
) -> Sides:
    """Read or make both runs. ``learn`` is the budget of a second run against OLD, where OLD is live.

    Raises UsageError for what is neither record nor URL, SetUpError for a target that cannot be judged,
    InterruptedRunError where the user stopped a run.
    """
    with ExitStack() as stack:

        def made(side: str, name: str, budget: int) -> Run:
            tell(f"{side}: sending the plan to {name}")
            settings = replace(choices.settings, budget=budget)
            target, variables = name, _variables(environment, side)
            if name == EMBEDDED:
                mock = stack.enter_context(running())
                own = {APP_ID: mock.app_id, APP_TOKEN: mock.app_token, OAUTH_TOKEN: mock.oauth_token}
                settings = settings.knowing(settings.known_customers or mock.known_customers)
                target, variables = mock.url, own
            run = make_run(replace(choices, target=target, settings=settings), variables)
            return _judged(_ended(run, side, name), side, name)

        for side, name in (("OLD", old), ("NEW", new)):
            if is_live(name) and name != EMBEDDED:
                _check(side, name, environment, load_resource(choices.spec, choices.overlay, choices.resource))
        kept = {
            side: None if is_live(name) else read_record(name, _ELSE) for side, name in (("OLD", old), ("NEW", new))
        }
        again = [read_record(str(path)) for path in like_old]
        before = kept["OLD"] or made("OLD", old, choices.settings.budget)
        after = kept["NEW"] or made("NEW", new, choices.settings.budget)
        if kept["OLD"] is None and learn >= LEAST_LEARN:
            again.append(made("OLD", old, min(learn, choices.settings.budget)))
    return Sides(before, after, tuple(again))


_ELSE = f", an http(s) URL, or the word {EMBEDDED}"


def is_live(name: str) -> bool:
    return name == EMBEDDED or name.startswith(("http://", "https://"))


def read_record(name: str, else_give: str = "") -> Run:
    """The record in a file, or in a folder that ``gate --report`` wrote. Raises DocumentError.

    ``else_give`` says what else than a record there may be.
    """
    path = Path(name)
    if path.is_dir():
        path = path / "run.ndjson"
    if not path.exists():
        raise UsageError(f"{name}: there is no run record here; give a run.ndjson or its folder{else_give}")
    return read(path)


def _variables(environment: Mapping[str, str], side: str) -> Mapping[str, str]:
    """The credentials of one side: ``OLD_VOUCHERIFY_APP_ID`` and so on where they are set."""
    start = f"{side}_"
    own = {
        name.removeprefix(start): value
        for name, value in environment.items()
        if value and name.startswith((f"{start}VOUCHERIFY_", f"{start}CONTRACTS_"))
    }
    return own or environment


def _check(side: str, url: str, environment: Mapping[str, str], resource: Resource) -> None:
    """Raises UsageError for what would show only once the other side has got the whole plan."""
    try:
        base_url(url, resource.write.path)
    except UsageError as error:
        raise UsageError(str(error).replace("--target", side, 1)) from None
    try:
        from_environment(_variables(environment, side), resource.security)
    except UsageError as error:
        raise UsageError(f"{side}: {error}") from None


def _ended(run: Run, side: str, name: str) -> Run:
    """Who stopped one run wants no other."""
    if not run.footer.interrupted:
        return run
    left = ", ".join(run.footer.left_behind)
    told = f"still at the target: {left}" if left else "what it created is deleted"
    raise InterruptedRunError(f"interrupted in {side} {name}: nothing is compared, and {told}")


def _judged(run: Run, side: str, name: str) -> Run:
    if not run.has_evidence:
        raise SetUpError(f"{side} {name}: {run.footer.reason}")
    return run
