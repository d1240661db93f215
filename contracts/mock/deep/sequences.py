"""Right at first, and wrong after a few writes: counters, caches, buffers and indexes that run out of step."""

from __future__ import annotations

from typing import Any

from contracts.mock.api import Call
from contracts.mock.deep import deep_group
from contracts.mock.faults.tools import known, only, right_fields, shifted, updating, upserting
from contracts.mock.hooks import Body, Hooks
from contracts.mock.reading import UnreadableError, read_json
from contracts.mock.store import NO_LOYALTY, NO_REFERRALS, NO_SUMMARY, Customer, now
from contracts.mock.validation import KEYS

sequences = deep_group("sequences")


def count(customer: Customer, call: Call) -> int:
    """How often this customer has been written, this time included."""
    writes = call.api.memory.setdefault("writes", {})
    writes[customer.id] = writes.get(customer.id, 0) + 1
    return int(writes[customer.id])


def by_id(call: Call) -> bool:
    """Whether the call is an upsert that names a customer by its ``id``."""
    return upserting(call) and call.before is not None and call.payload.get("id") == call.before.id


def restore(customer: Customer, earlier: Body, *names: str) -> None:
    """Give fields the values that they had earlier."""
    for name in names:
        customer.fields.pop(name, None)
        if name in earlier:
            customer.fields[name] = earlier[name]


# Writes are counted


@sequences.written(caught_by="upsert.updated-in-answer")
def the_third_write_loses_the_description(customer: Customer, call: Call) -> Customer:
    """The third write to a customer leaves the description as it was."""
    if count(customer, call) == 3 and call.before:
        restore(customer, call.before.fields, "description")
    return customer


@sequences.written(caught_by="upsert.updated-in-answer")
def each_fifth_write_is_lost(customer: Customer, call: Call) -> Customer:
    """A buffer of five writes drops the last one of them."""
    if count(customer, call) % 5 == 0 and call.before:
        customer.fields = dict(call.before.fields)
    return customer


@sequences.written(should=True, caught_by="upsert.unsent-stay")
def each_third_write_wipes_the_contact(customer: Customer, call: Call) -> Customer:
    """Each third write to a customer removes e-mail and phone where they are not sent."""
    if count(customer, call) % 3 == 0:
        restore(customer, {}, *({"email", "phone"} - set(call.payload)))
    return customer


@sequences.written(caught_by="upsert.created-at-fixed")
def created_at_moves_on_the_fourth_write(customer: Customer, call: Call) -> Customer:
    """The row of a customer is made anew on its fourth write."""
    if count(customer, call) == 4:
        customer.created_at = max(now(), shifted(customer.created_at, seconds=1))
    return customer


@sequences.written(caught_by="activity.kept")
def the_third_write_resets_activity(customer: Customer, call: Call) -> Customer:
    """The third write to a customer finds no activity in the cache, and stores that."""
    if count(customer, call) == 3:
        customer.summary, customer.loyalty, customer.referrals = NO_SUMMARY, NO_LOYALTY, NO_REFERRALS
    return customer


@sequences.install(caught_by="upsert.same-source-id-same-customer")
def a_customer_is_forgotten_after_five_more(hooks: Hooks) -> None:
    """The index of source_ids holds the five customers made last, and finds no other of the run."""

    def remember(customer: Customer, call: Call) -> Customer:
        if call.before is None:
            call.api.memory.setdefault("made", []).append(customer.id)
        return customer

    def forget(found: Customer | None, call: Call) -> Customer | None:
        forgotten = call.api.memory.get("made", [])[:-5]
        return None if found and upserting(call) and "id" not in call.payload and found.id in forgotten else found

    hooks.written.append(remember)
    hooks.found.append(forget)


# What was before comes back


@sequences.install(caught_by="upsert.updated-in-answer")
def the_same_body_again_is_a_repetition(hooks: Hooks) -> None:
    """A body that a customer has had before is taken for sent twice, whatever was written in between."""

    def skip(fields: Body, call: Call) -> Body:
        found = known(call)
        repeated = found and (found.id, call.request.body) in call.api.memory.get("bodies", set())
        return only(fields, "id", "source_id") if repeated else fields

    def remember(customer: Customer, call: Call) -> Customer:
        call.api.memory.setdefault("bodies", set()).add((customer.id, call.request.body))
        return customer

    hooks.sent.append(skip)
    hooks.written.append(remember)


@sequences.written(should=True, caught_by="upsert.unsent-stay")
def a_cleared_address_comes_back(customer: Customer, call: Call) -> Customer:
    """An address that was set to null is there again after the next write."""
    cleared = call.api.memory.setdefault("cleared", {})
    if "address" not in call.payload and customer.id in cleared:
        customer.fields["address"] = cleared.pop(customer.id)
    elif call.payload.get("address", 0) is None and call.before and call.before.fields.get("address"):
        cleared[customer.id] = call.before.fields["address"]
    return customer


@sequences.written(should=True, caught_by="upsert.unsent-stay")
def an_upsert_undoes_the_update_before(customer: Customer, call: Call) -> Customer:
    """Upserts are merged into a copy that updates do not reach."""
    copies = call.api.memory.setdefault("copies", {})
    if updating(call) and call.before:
        copies.setdefault(customer.id, dict(call.before.fields))
    elif customer.id in copies:
        earlier = copies.pop(customer.id)
        restore(customer, earlier, *((set(earlier) | set(customer.fields)) - set(call.payload) - {"source_id"}))
    return customer


@sequences.install(caught_by="refuses.writes-nothing")
def a_refused_body_is_written_with_the_next(hooks: Hooks) -> None:
    """What is right in a refused body stays in a buffer, and is written with the next one."""

    def keep(problem: Any, call: Call) -> Any:
        if problem and call.payload:
            call.api.memory["left"] = _without_keys(right_fields(call.payload))
        return problem

    hooks.problem.append(keep)
    hooks.sent.append(_with_what_was_left)


@sequences.install(caught_by="auth.writes-nothing")
def a_strangers_body_is_written_with_the_next(hooks: Hooks) -> None:
    """The body of a caller without the right credentials stays in a buffer, and is written with the next one."""

    def keep(allowed: bool, call: Call) -> bool:
        if not allowed:
            call.api.memory["left"] = _without_keys(right_fields(_payload(call)))
        return allowed

    hooks.authorised.append(keep)
    hooks.sent.append(_with_what_was_left)


# Another customer is hit


@sequences.install(caught_by="upsert.same-source-id-same-customer")
def an_upsert_by_id_loses_the_source_id(hooks: Hooks) -> None:
    """A write by id takes the source_id out of the index, so that it makes another customer next time."""

    def lose(customer: Customer, call: Call) -> Customer:
        if by_id(call):
            call.api.memory.setdefault("lost", set()).add(customer.source_id)
        return customer

    def miss(found: Customer | None, call: Call) -> Customer | None:
        sent, lost = call.payload.get("source_id"), call.api.memory.get("lost", set())
        if upserting(call) and "id" not in call.payload and isinstance(sent, str) and sent in lost:
            lost.discard(sent)
            return None
        return found

    hooks.written.append(lose)
    hooks.found.append(miss)


@sequences.install(caught_by="update.keys-fixed")
def an_update_goes_to_the_last_upsert_by_id(hooks: Hooks) -> None:
    """An update right after an upsert by id changes that customer, whatever its path says."""

    def remember(customer: Customer, call: Call) -> Customer:
        call.api.memory["last"] = customer.id if by_id(call) else ""
        return customer

    def misdirect(found: Customer | None, call: Call) -> Customer | None:
        last = call.api.store.customers.get(call.api.memory.get("last", ""))
        return last if found and last and updating(call) else found

    hooks.written.append(remember)
    hooks.found.append(misdirect)


@sequences.written(caught_by="read.last-write")
def an_upsert_by_id_reaches_the_newest_customer_too(customer: Customer, call: Call) -> Customer:
    """The metadata of an upsert by id is written to the customer made last as well."""
    newest = list(call.api.store.customers.values())[-1]
    if by_id(call) and newest is not customer and isinstance(call.payload.get("metadata"), dict):
        call.api.store.update(newest, only(call.payload, "metadata"))
    return customer


# After a delete


@sequences.deleted(caught_by="read.last-write")
def a_delete_takes_everybody_with_the_email(customer: Customer | None, call: Call) -> Customer | None:
    """Whoever has the e-mail of a deleted customer is deleted, too."""
    email = customer.fields.get("email") if customer else None
    for other in list(call.api.store.customers.values()):
        if email and other is not customer and other.fields.get("email") == email:
            call.api.store.delete(other)
    return customer


@sequences.install(caught_by="delete.gone")
def ids_are_used_again(hooks: Hooks) -> None:
    """A new customer gets the id of the one deleted last."""

    def free(customer: Customer | None, call: Call) -> Customer | None:
        call.api.memory["free"] = customer.id if customer else None
        return customer

    def take(customer: Customer, call: Call) -> Customer:
        used = call.api.memory.pop("free", None) if call.before is None else None
        if used:
            call.api.store.delete(customer)
            customer.id = used
            call.api.store.add(customer)
        return customer

    hooks.deleted.append(free)
    hooks.written.append(take)


@sequences.install(should=True, caught_by="delete.key-free-again")
def deleted_metadata_comes_back(hooks: Hooks) -> None:
    """A source_id that is used again brings back the metadata of its deleted customer."""

    def take_back(customer: Customer, call: Call, deleted: Customer) -> None:
        metadata = {**deleted.fields.get("metadata", {}), **customer.fields.get("metadata", {})}
        customer.fields["metadata"] = metadata

    _remember_deleted(hooks, take_back)


@sequences.install(should=True, caught_by="delete.key-free-again")
def a_deleted_customer_comes_back_whole(hooks: Hooks) -> None:
    """A source_id that is used again brings back its deleted customer, with the same id and all."""

    def take_back(customer: Customer, call: Call, deleted: Customer) -> None:
        call.api.store.delete(customer)
        customer.id, customer.created_at = deleted.id, deleted.created_at
        customer.fields = {**deleted.fields, **customer.fields}
        call.api.store.add(customer)

    _remember_deleted(hooks, take_back)


@sequences.install(caught_by="read.last-write")
def a_customer_made_again_cannot_be_read(hooks: Hooks) -> None:
    """A source_id that is used again is still marked as deleted where customers are read."""

    def mark(customer: Customer, call: Call, deleted: Customer) -> None:
        call.api.memory.setdefault("marked", set()).add(customer.id)

    def hide(found: Customer | None, call: Call) -> Customer | None:
        marked = call.api.memory.get("marked", set())
        return None if found and call.request.method == "GET" and found.id in marked else found

    _remember_deleted(hooks, mark)
    hooks.found.append(hide)


def _remember_deleted(hooks: Hooks, made_again: Any) -> None:
    """Call ``made_again(customer, call, deleted)`` for a customer made with the ``source_id`` of a deleted one."""

    def remember(customer: Customer | None, call: Call) -> Customer | None:
        if customer and customer.source_id is not None:
            call.api.memory.setdefault("deleted", {})[customer.source_id] = customer
        return customer

    def recall(customer: Customer, call: Call) -> Customer:
        deleted = call.api.memory.get("deleted", {})
        if call.before is None and customer.source_id in deleted:
            made_again(customer, call, deleted.pop(customer.source_id))
        return customer

    hooks.deleted.append(remember)
    hooks.written.append(recall)


def _with_what_was_left(fields: Body, call: Call) -> Body:
    return {**call.api.memory.pop("left", {}), **fields}


def _without_keys(fields: Body) -> Body:
    return {name: value for name, value in fields.items() if name not in KEYS}


def _payload(call: Call) -> Body:
    try:
        payload = read_json(call.request.body)
    except UnreadableError:
        return {}
    return payload if isinstance(payload, dict) else {}
