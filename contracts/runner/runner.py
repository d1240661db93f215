"""One run: the smoke test, then whatever the plan asks for, then the clean-up; judged when it is over."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import msgspec

from contracts import __version__
from contracts.clauses.clause import Clause
from contracts.client.redaction import Mask
from contracts.client.session import INTERRUPTED, AllSent, OutOfBudget, Session, Stopped
from contracts.plan.kept import Journal, Kept, line_of
from contracts.plan.plan import script
from contracts.plan.regressions import Regressions
from contracts.plan.script import Wanted
from contracts.record.exchange import Answer, Exchange, Request
from contracts.record.run import Finding, Footer, Header, Run, count_outcomes
from contracts.record.trace import Trace
from contracts.runner.cleanup import clean_up
from contracts.runner.sending import carried_out
from contracts.runner.settings import Settings
from contracts.runner.smoke import wrong_set_up
from contracts.spec.judge import prove_formats
from contracts.spec.loading import DEFAULT
from contracts.spec.resource import Resource
from contracts.spec.security import named
from contracts.verdict.found import found
from contracts.verdict.judge import Judgement, broken, judge, outcomes
from contracts.verdict.waivers import Waiver

Progress = Callable[[int, int, str], None]
"""Called with the number sent, the budget and what is going on: after each exchange its label, before a wait, with the
same number again, what is waited for."""


def public_text(resource: Resource) -> str:
    """Whatever the document or the plan may say: a credential that is part of it is no secret in an answer."""
    return json.dumps(resource.document)


NAMELESS = "one without a key of the run's was sent and no key came back"
"""What nobody can find and delete."""


def new_prefix() -> str:
    """What every key of one run begins with, where a key may."""
    return f"contracts-{secrets.token_hex(4)}-"


@dataclass
class Runner:
    """``session`` sends what the plan asks for; ``resource`` and ``clauses`` judge it when it is over."""

    resource: Resource
    session: Session
    settings: Settings
    clauses: Sequence[Clause]
    spec_name: str = DEFAULT
    overlay_name: str = ""
    waivers: Sequence[Waiver] = ()
    is_embedded: bool = False
    keep_ledger: bool = True
    kept: Sequence[Kept] = ()
    """Sequences that earlier runs found, to be sent first."""
    _journal: Journal = field(default_factory=Journal)
    _unavailable: dict[str, str] = field(default_factory=dict)

    def run(self) -> Run:
        """Send, clean up whatever happens, judge. Raises nothing for anything that a target can do."""
        prove_formats()
        self.session.judge(self.resource)
        began = datetime.now(UTC).isoformat(timespec="milliseconds")
        notes: list[str] = list(self.resource.notes)
        stopped: str | None = None
        try:
            self._send_all(notes)
        except OutOfBudget as reason:
            notes += [] if isinstance(reason, AllSent) else [str(reason)]
            stopped = None if any(exchange.is_judged for exchange in self.session.exchanges) else str(reason)
        except Stopped as reason:
            stopped = str(reason)
        finally:
            left_behind = self._clean_up(notes)
        if self.session.stop:
            stopped = stopped or INTERRUPTED
        return self._recorded(self._trace(stopped, left_behind, notes), self._header(began))

    def _send_all(self, notes: list[str]) -> None:
        """Send what the plan yields until it has nothing more to send. Raises OutOfBudget or Stopped."""
        session, prefix = self.session, self.session.ledger.prefix
        regressions = Regressions(self.kept, self._outcomes)
        plan = script(
            self.resource,
            self.settings,
            prefix,
            session.allowance,
            self._ways,
            self._broken,
            self._found,
            lambda: session.exchanges,
            regressions,
            self._journal,
        )
        try:
            wanted = plan.send(self._smoke(next(plan), notes))
            while True:
                wanted = plan.send(carried_out(wanted, session))
        except StopIteration:
            return
        finally:
            plan.close()

    def _smoke(self, request: Wanted, notes: list[str]) -> Exchange:
        """Are we talking to the API, with working credentials? Raises Stopped where not."""
        assert isinstance(request, Request)  # noqa: S101 - what the plan promises of its first request
        session = self.session
        exchange = session.send(request)
        while exchange.status in (401, 403) and (other := session.credentials.next()) is not None:
            why = f"the target refuses {named(session.credentials.own)}; the run uses {named(other.own)}"
            session.leave_out([exchange.number], why)
            session.use(other)
            notes.append(why)
            exchange = session.send(request)
        if (wrong := wrong_set_up(exchange, session.credentials)) is not None:
            session.leave_out([exchange.number], "the set-up is wrong")
            raise Stopped(wrong)
        self._unavailable = session.credentials.unavailable
        return exchange

    def _ways(self) -> tuple[str, ...]:
        return tuple(self.session.credentials.ways)

    def _outcomes(self, exchanges: Sequence[Exchange]) -> dict[str, str]:
        told = [exchange for exchange in exchanges if exchange.is_judged]
        made = outcomes(told, self.resource, self.clauses, self.settings.without)
        return {name: "" if one.vacuous else one.outcome for name, one in made.items()}

    def _broken(self, exchanges: Sequence[Exchange]) -> frozenset[str]:
        """The clauses that must hold and that ``exchanges``, by themselves, do not keep."""
        told = [exchange for exchange in exchanges if exchange.is_judged]
        return broken(told, self.resource, self.clauses, self.settings.without)

    def _found(self, exchanges: Sequence[Exchange], clause: str) -> tuple[Finding, ...]:
        """What ``exchanges`` do not keep of ``clause``, or of all clauses."""
        asked = [one for one in self.clauses if clause in ("", one.id)]
        settings = self.settings
        return found(exchanges, self.resource, asked, settings.without, settings.known_customers, self._unavailable)

    def _clean_up(self, notes: list[str]) -> tuple[str, ...]:
        session = self.session
        identity = session.ledger.identity
        left = session.ledger.left if session.keeps_all else clean_up(session)
        if left and identity.deletes is None:
            notes.append(f"what the run made is left at the target: {identity.why_kept}")
        if None in session.ledger.unanswered or session.ledger.has_lost_nameless:
            notes.append(f"{NAMELESS}: it may still be at the target")
        session.ledger.close(keep=self.keep_ledger)
        session.close()
        if (waited := session.limits.waited) >= 1:
            notes.append(f"the run waited {waited:.0f} s for the target's rate limit")
        return left

    def _trace(self, stopped: str | None, left_behind: tuple[str, ...], notes: Sequence[str]) -> Trace:
        session = self.session
        return Trace(
            exchanges=tuple(session.exchanges),
            unavailable_credentials=self._unavailable,
            stopped=None if stopped is None else session.ambiguous_secrets.text(stopped),
            interrupted=bool(session.stop),
            waited=session.limits.waited,
            left_behind=left_behind,
            notes=(*self._journal.notes, *notes),
            seconds=session.elapsed,
        )

    def _header(self, began: str) -> Header:
        credentials, settings = self.session.credentials, self.settings
        return Header(
            target=self.session.url,
            started=began,
            seed=settings.seed,
            budget=settings.budget,
            prefix=self.session.ledger.prefix,
            nulls=settings.nulls,
            strict=settings.strict,
            without=tuple(sorted(settings.without)),
            known_customers=settings.known_customers,
            clauses=settings.clauses,
            credentials=named(credentials.own),
            security=credentials.security,
            spec=self.spec_name,
            overlay=self.overlay_name,
            resource=self.resource.name,
            tool=f"voucherify-contracts {__version__}",
            embedded=self.is_embedded,
            seconds=settings.seconds,
        )

    def _recorded(self, trace: Trace, header: Header) -> Run:
        today = datetime.now(UTC).date()
        judged = judge(trace, self.resource, self.clauses, header, self.waivers, today)
        run = replace(record_of(trace, judged, header), sequences=tuple(map(line_of, self._journal.found)))
        words = self.session.ambiguous_secrets
        return without_ambiguous_secrets(run, words) if words else run


def record_of(trace: Trace, judged: Judgement, header: Header) -> Run:
    """The run that a record is written of."""
    return Run(
        header=header,
        exchanges=trace.exchanges,
        outcomes=judged.outcomes,
        findings=judged.findings,
        coverage=judged.coverage,
        footer=Footer(
            verdict=judged.verdict.word,
            exit_code=judged.verdict.exit_code,
            reason=judged.verdict.reason,
            requests=len(trace.exchanges),
            findings=len(judged.findings),
            clauses=len(judged.outcomes),
            outcomes=count_outcomes(judged.outcomes),
            left_behind=trace.left_behind,
            notes=tuple(dict.fromkeys((*trace.notes, *judged.notes))),
            seconds=round(trace.seconds, 3),
            stopped=trace.stopped,
            interrupted=trace.interrupted,
            waited=round(trace.waited, 3),
            unavailable_credentials=dict(trace.unavailable_credentials),
        ),
    )


def without_ambiguous_secrets(run: Run, words: Mask) -> Run:
    """``run`` with the credentials masked that are words as well, which was left until all is judged."""

    def answer(one: Answer) -> Answer:
        return replace(one, headers=words.headers(one.headers), body=words.data(one.body))

    changed = msgspec.structs.replace
    return replace(
        run,
        exchanges=tuple(replace(e, answer=e.answer and answer(e.answer)) for e in run.exchanges),
        outcomes=tuple(
            changed(o, reason=words.text(o.reason), observations=tuple(map(words.text, o.observations)))
            for o in run.outcomes
        ),
        findings=tuple(
            changed(
                f,
                observed=words.text(f.observed),
                where=words.text(f.where),
                places=tuple(changed(p, observed=words.text(p.observed), where=words.text(p.where)) for p in f.places),
            )
            for f in run.findings
        ),
        footer=changed(run.footer, notes=tuple(map(words.text, run.footer.notes))),
    )
