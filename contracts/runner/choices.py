"""What the user asked for, from whichever door: said there, in contracts.toml, or left to the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from contracts.clauses.clause import Clause
from contracts.clauses.plugins import with_own
from contracts.client.address import base_url
from contracts.config.options import said, with_deep
from contracts.config.targets import clusters_of, find_config, read_target
from contracts.errors import UsageError
from contracts.runner.settings import Settings, settings_of
from contracts.spec.loading import load_resource, load_spec
from contracts.spec.security import declared_schemes


@dataclass(frozen=True)
class Choices:
    """The fields of ``contracts.config.options``; in ``settings`` those that the run itself is made with.

    Without ``target`` the embedded server is started and judged. Raises UsageError for what is wrong whatever the
    document and the target say.
    """

    settings: Settings = field(default_factory=Settings)
    target: str | None = None
    spec: str | None = None
    overlay: str | None = None
    resource: str | None = None
    own_clauses: tuple[Path, ...] = ()
    waivers: Path | None = None
    ca_bundle: str | None = None
    report: Path | None = None
    history: Path | None = None

    def __post_init__(self) -> None:
        if self.target is not None:
            base_url(self.target, "")
        if self.ca_bundle is not None and not Path(self.ca_bundle).is_file():
            raise UsageError(f"--ca-bundle {self.ca_bundle}: there is no such file; give certificates in PEM")

    def all_clauses(self) -> tuple[Clause, ...]:
        """The contract's, and the user's own. Raises UsageError."""
        return with_own(self.own_clauses)


def choose(values: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[Choices, Mapping[str, str]]:
    """The choices, and the environment with the credentials of the target that ``on`` names in contracts.toml.

    ``values`` are those of a door's options by their fields. What was said there wins over the file, that over what
    ``deep`` stands for, that over the defaults. Raises UsageError.
    """
    given = said(values)
    on, config = given.pop("on", None), given.pop("config", None)
    if on is None:
        if config is not None:
            raise UsageError(f"--config {config} says nothing without --on NAME, a target in it")
        return _choices(with_deep(given)), environment
    found = read_target(find_config(config), on, environment, clusters_of(load_spec(given.get("spec"))))
    choices = _choices(with_deep({**found.options, **given}))
    if found.schemes:
        document = load_resource(choices.spec, choices.overlay, choices.resource, choices.settings.nulls).document
        found.check_schemes(declared_schemes(document))
    return choices, found.over(environment)


def _choices(values: Mapping[str, Any]) -> Choices:
    own = {one.name: values[one.name] for one in fields(Choices) if one.name in values}
    return Choices(settings_of(values), **own)
