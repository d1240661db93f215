"""Play the sequence of a finding again, about new instances: does it still show what it showed?"""

from __future__ import annotations

from collections.abc import Callable

from contracts.clauses.clause import Clause
from contracts.clauses.history import history
from contracts.client.session import OutOfBudget, Session, Stopped
from contracts.plan.kept import Found, found_of
from contracts.plan.scene import Scene
from contracts.plan.sequences import Sequence, played
from contracts.record.exchange import Exchange
from contracts.record.run import Finding, Run
from contracts.runner.cleanup import clean_up
from contracts.runner.replay import Holds, Replayed
from contracts.runner.sending import carried_out
from contracts.runner.smoke import wrong_set_up
from contracts.spec.resource import Resource
from contracts.verdict.verdict import outcome

_TRIES = 10
"""How often a race is played before it counts as not provoked."""
_ONCE = "the clause is kept, but the run saw it broken only once: it may take what was sent before the sequence"


def sequence_of(run: Run, finding: Finding) -> Found | None:
    """The sequence that showed ``finding``, as small as it was made; None where a request by itself did."""
    exchange = run.exchange(finding.exchange)
    if exchange is None or exchange.request.role != "sequence":
        return None
    lines = [line for line in run.sequences if finding.clause in line.clauses]
    return found_of(min(lines, key=lambda line: len(line.steps))) if lines else None


def replay_sequence(
    run: Run, found: Found, clause: Clause, resource: Resource, target: Session, tell: Callable[[str], None]
) -> Replayed:
    """Send its steps with the ids that the server gives now, judge them by ``clause``, delete what was created."""
    target.judge(resource)
    scene = Scene(resource, target.ledger.prefix, run.header.seed, frozenset(run.header.without))
    sent: list[Exchange] = []
    holds: Holds = "cannot tell"
    reason = "the answers gave nothing to judge"
    try:
        for number in range(1, _TRIES + 1 if found.sequence.is_race else 2):
            sent = _play(scene, found.sequence, target, tell)
            if (wrong := _unusable(sent, target)) is not None:
                reason = wrong
                break
            holds, reason = _judged(run, clause, sent, resource, target)
            if holds == "holds":
                break
            if found.sequence.is_race:
                holds, reason = "cannot tell", f"a race, not provoked in {number} tries"
        if holds == "gone" and not found.is_repeated:
            holds, reason = "cannot tell", _ONCE
    except (OutOfBudget, Stopped) as error:
        holds, reason = "cannot tell", str(error)
    finally:
        left = clean_up(target)
        target.ledger.close(keep=False)
        target.close()
    return Replayed(holds, reason, sent[-1] if sent else None, max(0, len(sent) - 1), left)


def _play(scene: Scene, sequence: Sequence, target: Session, tell: Callable[[str], None]) -> list[Exchange]:
    before = target.sent
    play = played(scene, sequence)
    wanted = next(play, None)
    while wanted is not None:
        try:
            wanted = play.send(carried_out(wanted, target))
        except StopIteration:
            break
    sent = target.exchanges[before:]
    for one in sent:
        tell(f"{one.request.method} {one.request.path}   {one.request.label}: {one.status or one.failure}")
    return sent


def _unusable(sent: list[Exchange], target: Session) -> str | None:
    """Why nothing can be judged, where that is so."""
    if not sent:
        return "this target cannot be asked for any step of it"
    if all(one.answer is None for one in sent):
        return f"no answer: {sent[-1].failure}"
    first = next((one for one in sent if one.request.credentials == "run"), sent[0])
    return wrong_set_up(first, target.credentials) if first.status in (401, 403) else None


def _judged(run: Run, clause: Clause, sent: list[Exchange], resource: Resource, target: Session) -> tuple[Holds, str]:
    told = [one for one in sent if one.is_judged]
    evidence = history(told, resource, without=run.header.without)
    made, findings = outcome(clause, evidence, run.header.without, target.url, "none of its requests was judged")
    if findings:
        return "holds", f"{findings[0].where}: {findings[0].observed}"
    if made.outcome != "pass" or made.vacuous:
        return "cannot tell", made.reason or "the answers gave nothing to judge"
    return "gone", "the clause is kept"
