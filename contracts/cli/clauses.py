"""``contracts clauses``: list the clauses; explain one, with its citation."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.text import Text

from contracts.clauses import ALL
from contracts.clauses.clause import Clause
from contracts.clauses.selection import selected
from contracts.spec.document import pinned, resolve


@click.command(epilog="Example: contracts clauses upsert.id-decides")
@click.argument("clause", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON array, for a program.")
def command(clause: str | None, as_json: bool) -> None:
    """List the clauses, a family of them, or explain one."""
    chosen = selected(ALL, (clause,) if clause else ())
    if as_json:
        click.echo(json.dumps([_record(one) for one in chosen], indent=2))
        return
    console = Console(highlight=False, soft_wrap=True)
    if len(chosen) == 1:
        _explain(console, chosen[0])
        return
    width = max(len(one.id) for one in chosen)
    for one in chosen:
        console.print(Text(f"{one.id:<{width}}  {one.level:<7}  ", "bold").append(one.title, "not bold"))


def _explain(console: Console, clause: Clause) -> None:
    console.print(Text(clause.id, "bold").append(f"  {clause.level}", "not bold"))
    rows = [
        ("title", clause.title),
        ("authority", str(clause.citation)),
        ("why", clause.why),
        ("advice", clause.advice),
        ("needs", ", ".join(sorted(clause.needs)) or "nothing of the target but the operation"),
    ]
    if clause.why_not_unique:
        rows.append(("note", clause.why_not_unique))
    if clause.citation.document == "spec" and isinstance(cited := resolve(pinned(), clause.citation.place), str):
        rows.append(("text", " ".join(cited.split())))
    for label, value in rows:
        console.print(Text(f"  {label:<10}", "dim").append(value, "not dim"))


def _record(clause: Clause) -> dict[str, object]:
    return {
        "id": clause.id,
        "title": clause.title,
        "level": clause.level,
        "authority": str(clause.citation),
        "needs": sorted(clause.needs),
        "why": clause.why,
        "advice": clause.advice,
    }
