"""The way through the house: smoke, probes, cases, clean-up; then judge, then one run record."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from contracts import __version__
from contracts.clauses.clause import Clause
from contracts.clauses.evidence import Evidence, history
from contracts.cleanup import clean_up
from contracts.exchange import Answer, Credentials, Exchange, Request
from contracts.plan.cases import run_cases
from contracts.plan.probe import Names, NotYetKnown, Probe
from contracts.plan.probes import SMOKE, in_order
from contracts.plan.split import shrink, smaller_request
from contracts.run import BEARER, Footer, Header, Run, count_outcomes
from contracts.settings import Settings
from contracts.smoke import wrong_set_up
from contracts.spec.contract import Contract
from contracts.spec.judge import prove_formats
from contracts.suggest import suggestions
from contracts.target.redaction import Mask
from contracts.target.target import OutOfBudget, Target, customer_id
from contracts.target.transport import MAX_BODY
from contracts.verdict import Verdict, outcome, shortened, verdict
from contracts.waivers import Waiver, apply

SPLITS = 8
"""Requests kept back for splitting once a request in which values travelled together has failed."""
CASES_AT_ONCE = 40
INTERRUPTED = "interrupted"
STOPPED = "the run did not end: "
"""Begins the note of a run that found a breach before it was stopped."""
GONE = 3
"""Requests in a row without an answer after which the target counts as gone."""

ENDLESS = 0.5
"""Seconds from which an answer that never came to its end, time after time, is waited for no more."""

Progress = Callable[[int, int, str], None]
"""Called with the number sent, the budget and what is going on: after each exchange the name of its probe, before a
wait, with the same number again, what is waited for."""


def vocabulary(contract: Contract) -> str:
    """Whatever the document or the plan may say: a credential that is part of it is no secret in an answer."""
    return json.dumps(contract.document) + repr((SMOKE, in_order(1)))


def new_prefix() -> str:
    """What every ``source_id`` of one run begins with."""
    return f"contracts-{secrets.token_hex(4)}-"


@dataclass
class Gate:
    """One run of the plan against a target. ``contract`` and ``clauses`` judge it when it is over."""

    contract: Contract
    target: Target
    settings: Settings
    clauses: Sequence[Clause]
    spec_name: str = "spec/openapi.yaml"
    progress: Progress = lambda sent, budget, probe: None
    judged: list[Exchange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    impossible: dict[str, str] = field(default_factory=dict)
    waivers: Sequence[Waiver] = ()
    keep_ledger: bool = True
    stopped: str | None = None
    left_behind: tuple[str, ...] = ()
    _unanswered: int = 0
    _uncompleted: int = 0

    def __post_init__(self) -> None:
        self.names = Names(self.target.ledger.prefix, self.settings.known_customers)
        self.target.on_exchange = self._on_exchange
        self.target.on_wait = self._on_wait

    def run(self) -> Run:
        """Send, clean up whatever happens, judge. Raises nothing for anything that a target can do."""
        prove_formats()
        started = time.monotonic()
        began = datetime.now(UTC).isoformat(timespec="milliseconds")
        try:
            self._send_all()
        except OutOfBudget as reason:
            self.notes.append(str(reason))
            self.stopped = self.stopped or (str(reason) if not self.judged else None)
        except KeyboardInterrupt:
            self.stopped = INTERRUPTED
        finally:
            self._clean_up()
        if (waited := self.target.limits.waited) >= 1:
            self.notes.append(f"the run waited {waited:.0f} s for the target's rate limit")
        return self._record(began, time.monotonic() - started)

    def _send_all(self) -> None:
        if not self._smoke():
            return
        wanted = in_order(len(self.settings.known_customers))
        failed: list[Exchange] = []
        accepted: set[str | None] = set()
        for number, probe in enumerate(wanted):
            if probe.needs & self.settings.without or probe.instead_of in accepted:
                continue
            if (reason := self._cannot(probe.credentials)) is not None:
                self.impossible[probe.credentials] = reason
                continue
            reserve = self._reserve(probe) + (SPLITS if failed else 0)
            try:
                exchange = self._send(probe, reserve)
            except NotYetKnown:
                continue
            except OutOfBudget as reason_out:
                self.notes.append(
                    f"{reason_out}; {_still_wanted(wanted[number:])} probes of lesser worth were not sent"
                )
                break
            if exchange is None:
                return
            if _accepted(exchange):
                accepted.add(probe.id)
            elif self._is_worth_splitting(exchange):
                failed.append(exchange)
        for exchange in failed:
            self._split(exchange)
        self._cases()

    def _smoke(self) -> bool:
        """Are we talking to the API, with working credentials? Notes why not in ``stopped``."""
        exchange = self._send(SMOKE, reserve=1)
        if exchange is not None and exchange.status in (401, 403) and self.target.credentials.oauth_token:
            other = self.target.credentials.as_bearer()
            if other != self.target.credentials:
                self.target.use(other)
                self.notes.append("the target refuses id and token; the run uses the bearer token")
                self.judged.clear()
                exchange = self._send(SMOKE, reserve=1)
        last = exchange or self.target.exchanges[-1]
        self.stopped = wrong_set_up(last, self.target.credentials)
        if self.stopped:
            self.judged.clear()
        return self.stopped is None

    def _cannot(self, credentials: Credentials) -> str | None:
        if self.target.credentials.can_make(credentials):
            return None
        held = "a bearer token" if self.target.credentials.uses_bearer else "no id and token to get wrong"
        return f"the run has {held}: there is no way to send {credentials}"

    def _reserve(self, probe: Probe | None = None) -> int:
        """Calls to keep for the clean-up: one delete a customer, and one look whether it is gone."""
        if "delete" in self.settings.without:
            return 0
        customers = len(self.target.ledger.left) + len([source for source in self.target.ledger.unanswered if source])
        customers += 1 if probe is not None and probe.creates else 0
        return customers + (1 if customers and self.settings.budget >= 20 else 0)

    def _send(self, probe: Probe, reserve: int) -> Exchange | None:
        """Send one probe and learn from its answer; None when the target has gone."""
        request = probe.request(self.names, self.contract.path)
        exchange = self._ask(request, reserve)
        if exchange is not None and probe.creates and (answered := customer_id(exchange)) is not None:
            self.names.ids.setdefault(probe.creates, answered)
        return exchange

    def _ask(self, request: Request, reserve: int) -> Exchange | None:
        """Send; where no answer comes, once more, since networks fail too. None when the target has gone."""
        exchange = self.target.send(request, reserve)
        if exchange.answer is None:
            exchange = self.target.send(request, reserve)
        self._unanswered = 0 if exchange.answer is not None else self._unanswered + 1
        self.judged.append(exchange)
        self._uncompleted = self._uncompleted + 1 if exchange.answer is not None and exchange.answer.cut else 0
        if self._uncompleted >= GONE and exchange.answer is not None and _is_endless(exchange.answer):
            self.stopped = f"the target's answers do not end: {exchange.answer.cut}"
            return None
        if self._unanswered < GONE:
            return exchange
        del self.judged[-GONE:]
        self.stopped = f"the target stopped answering: {exchange.failure}"
        return None

    def _is_worth_splitting(self, exchange: Exchange) -> bool:
        """Did it fail for a reason to be found among its values, rather than for whom it is about?"""
        evidence = Evidence(exchange, self.contract)
        if not evidence.is_create or evidence.ask not in ("valid", "long", "odd") or exchange.status in (404, 409):
            return False
        return evidence.ask != "odd" or not evidence.refused

    def _split(self, whole: Exchange) -> None:
        """Send smaller versions of a failed request until the value that broke it stands alone."""
        kind = Evidence(whole, self.contract).ask

        def send(body: bytes, number: int) -> Exchange | None:
            return self._smaller(whole, body, number)

        def is_alike(body: bytes) -> bool:
            smaller = Exchange(0, smaller_request(whole, body, whole.number), None)
            return Evidence(smaller, self.contract).ask == kind

        shrink(whole, send, is_alike)

    def _smaller(self, whole: Exchange, body: bytes, number: int) -> Exchange | None:
        try:
            return self._ask(smaller_request(whole, body, number), self._reserve())
        except OutOfBudget:
            return None

    def _cases(self) -> None:
        source_id = self.names.prefix + "Ada@shop"
        if not (count := min(CASES_AT_ONCE, self.target.left - self._reserve())) > 0:
            return

        failing: int | None = None

        def send(request: Request) -> bool | None:
            nonlocal failing
            try:
                exchange = self._ask(replace(request, shrinks=failing), self._reserve() + 1)
            except OutOfBudget:
                return None
            if exchange is None:
                return None
            failed = exchange.answer is None or exchange.answer.status >= 500
            failing = exchange.number if failed else failing
            return failed

        made = run_cases(self.contract.document, self.contract.path, source_id, self.settings.seed, count, send)
        self.notes += [made] if made else []

    def _clean_up(self) -> None:
        if "delete" in self.settings.without:
            self.left_behind = self.target.ledger.left
        else:
            self.left_behind = clean_up(self.target, self.contract.path)
        if None in self.target.ledger.unanswered or self.target.ledger.has_lost_nameless:
            self.notes.append(
                "a customer without source_id was sent and no id came back: it may still be at the target"
            )
        self.target.ledger.close(keep=self.keep_ledger)
        self.target.transport.close()

    def _on_exchange(self, exchange: Exchange) -> None:
        self.progress(self.target.sent, self.settings.budget, exchange.request.probe)

    def _on_wait(self, seconds: float) -> None:
        self.progress(self.target.sent, self.settings.budget, f"waiting {seconds:.0f} s for the target's rate limit")

    def _record(self, began: str, seconds: float) -> Run:
        known = frozenset(self.settings.known_customers)
        evidence = history(self.judged, self.contract, known, self.impossible)
        self.notes.extend(suggestions(evidence, self.target.exchanges, self.settings.without))
        why = self.stopped or "no request of the run reached it within the budget"
        bearer = self.target.credentials.uses_bearer
        made = [outcome(c, evidence, self.settings.without, self.target.url, why, bearer) for c in self.clauses]
        raw = tuple(finding for _, found in made for finding in found)
        today = datetime.now(UTC).date()
        outcomes, findings, problems = apply(self.waivers, [one for one, _ in made], raw, today)
        outcomes, findings = shortened(outcomes, findings)
        decided = verdict(outcomes, self.settings.strict, self.settings.clauses)
        if problems and not self.stopped:
            told = f"{decided.reason}; " if decided.word == "violated" else ""
            decided = Verdict("violated", told + "; ".join(problems))
        if self.stopped and decided.word != "violated":
            decided = Verdict("inconclusive", self.target.words.text(self.stopped))
        elif self.stopped:
            self.notes.append(f"{STOPPED}{self.stopped}")
        run = Run(
            header=self._header(began),
            exchanges=tuple(self.target.exchanges),
            outcomes=outcomes,
            findings=findings,
            footer=Footer(
                verdict=decided.word,
                exit_code=decided.exit_code,
                reason=decided.reason,
                requests=self.target.sent,
                findings=len(findings),
                clauses=len(outcomes),
                outcomes=count_outcomes(outcomes),
                left_behind=self.left_behind,
                notes=tuple(dict.fromkeys(self.notes)),
                seconds=round(seconds, 3),
            ),
        )
        return without_words(run, self.target.words) if self.target.words else run

    def _header(self, began: str) -> Header:
        credentials = self.target.credentials
        kind = BEARER if credentials.uses_bearer else "id and token" if credentials.complete else "none"
        return Header(
            target=self.target.url,
            started=began,
            seed=self.settings.seed,
            budget=self.settings.budget,
            prefix=self.names.prefix,
            nulls=self.settings.nulls,
            strict=self.settings.strict,
            without=tuple(sorted(self.settings.without)),
            known_customers=self.settings.known_customers,
            clauses=self.settings.clauses,
            credentials=kind,
            spec=self.spec_name,
            tool=f"voucherify-contracts {__version__}",
        )


def without_words(run: Run, words: Mask) -> Run:
    """``run`` with the credentials masked that are words as well, which was left until all is judged."""

    def answer(one: Answer) -> Answer:
        headers = tuple((name, words.text(value)) for name, value in one.headers)
        return replace(one, headers=headers, body=words.data(one.body))

    return replace(
        run,
        exchanges=tuple(replace(e, answer=e.answer and answer(e.answer)) for e in run.exchanges),
        outcomes=tuple(
            replace(o, reason=words.text(o.reason), observations=tuple(map(words.text, o.observations)))
            for o in run.outcomes
        ),
        findings=tuple(replace(f, observed=words.text(f.observed), where=words.text(f.where)) for f in run.findings),
        footer=replace(run.footer, notes=tuple(map(words.text, run.footer.notes))),
    )


def _still_wanted(probes: Sequence[Probe]) -> int:
    return sum(probe.instead_of is None for probe in probes)


def _is_endless(answer: Answer) -> bool:
    return answer.seconds > ENDLESS or len(answer.body) >= MAX_BODY


def _accepted(exchange: Exchange) -> bool:
    return exchange.status is not None and 200 <= exchange.status < 300
