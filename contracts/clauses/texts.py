"""Why each clause matters to those who use the server, and what to do where it is not kept. One sentence each."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "answer.declared-status": (
        "Clients branch on the status, and generated ones raise for one that they do not know.",
        "Answer with the status that the document declares for this operation.",
    ),
    "answer.media-type": (
        "A client that looks at Content-Type does not parse a body that is called something else.",
        "Send Content-Type as declared, with parameters if you like.",
    ),
    "answer.one-json-object": (
        "A parser stops at the first byte that is not JSON, and the whole answer is lost to the client.",
        "Serialise one object with a JSON library, in UTF-8, without NaN, and send all of it.",
    ),
    "answer.unique-names": (
        "Parsers keep the first or the last of two members of one name, so clients see different values.",
        "Write each member once; look for one that is added after the object was made.",
    ),
    "schema.required-members": (
        "Typed clients read required members without asking, and fail where one is absent.",
        "Always send the member, empty or zero if there is nothing to say.",
    ),
    "schema.types": (
        "Typed clients cannot read a value of another type, and dynamic ones compute nonsense with it.",
        "Send the declared type; an integer has neither fraction nor exponent.",
    ),
    "schema.nulls": (
        "Clients call methods on what cannot be null by the document, and crash on null.",
        "Leave the member out, or send an empty value, where null is not allowed.",
    ),
    "schema.enums": (
        "Clients switch over the values of an enum, and have no branch for another one.",
        "Send one of the declared values, to the letter.",
    ),
    "schema.formats": (
        "Clients parse a value by its format, and reject what has another form.",
        "Send the value in the form that the document names, or take the format out of the document.",
    ),
    "schema.limits": (
        "Clients size columns and fields by the limits of the document.",
        "Keep what is stored and sent within the limits, or loosen them in the document.",
    ),
    "schema.unknown-members": (
        "What the document does not declare may be gone tomorrow, and is no promise.",
        "Declare the member, or ignore it in clients.",
    ),
    "schema.id-prefix": (
        "Some clients tell kinds of objects by the prefix of their ids.",
        "Nothing need be done: the form of ids is no promise.",
    ),
    "money.integer-minor-units": (
        "A client that expects cents and reads 12.34, or 1e2, charges or shows a wrong amount.",
        "Keep and send amounts as integers of minor units.",
    ),
    "money.average": (
        "Segments and reports are built on the average, and two answers disagree with each other.",
        "Compute the quotient from the two members beside it, however you round.",
    ),
    "dates.date-time": (
        "A time without a zone, or in another form, is read as another moment or not at all.",
        "Print times as RFC 3339 with a zone, for instance 2022-08-30T06:32:07.380Z.",
    ),
    "dates.date": (
        "A date with a time or in another order shifts by a day or a month in other zones and locales.",
        "Print days as YYYY-MM-DD and nothing more.",
    ),
    "dates.created-now": (
        "Whoever sorts or bills by the time of creation trusts it to be that.",
        "Set it from the clock when the object is made, in UTC.",
    ),
    "echo.strings": (
        "Names and notes of people come back mangled, and each sync makes it worse.",
        "Store text as Unicode and print it as it was sent; escape for HTML where HTML is made.",
    ),
    "echo.dates": (
        "A day that shifts sends birthday mails on the wrong one.",
        "Keep days as days, without a zone; keep the instant of a time.",
    ),
    "echo.numbers": (
        "A number that changes on its way is wrong in every report made from it.",
        "Store the number with enough digits, and send it as a number.",
    ),
    "echo.booleans": (
        "A flag that turns, or becomes a text that is always true, switches features for the wrong people.",
        "Store and send JSON booleans.",
    ),
    "echo.arrays": (
        "Whoever sent a list relies on its order and on each of its items.",
        "Store arrays as they are: no sorting, no removal of what is there twice.",
    ),
    "echo.objects": (
        "A lost part of an address sends a parcel astray.",
        "Store every declared part of the object and send each back.",
    ),
    "echo.free-form": (
        'Rules and segments compare the user\'s own values with their types, and a 42 is no "42".',
        "Store the object as JSON, not as texts, and do not touch its names.",
    ),
    "echo.client-key": (
        "The caller finds the object again by this key, to the letter, and else makes a second one.",
        "Keep the key as it was sent, in its own letter case, and send it back.",
    ),
    "echo.own-field": (
        "Personal data shows where nobody expects it, or with somebody else.",
        "Look for columns or arguments in the wrong order, and for state that requests share.",
    ),
    "echo.not-normalised": (
        "A caller that compares what it sent with what is stored sees a change that nobody made.",
        "Keep the text as it was sent; normalise a copy for look-ups if you need one.",
    ),
    "echo.big-integers": (
        "Integers beyond 2^53 lose digits in many languages.",
        "Send identifiers that are so large as texts.",
    ),
    "upsert.same-source-id-same-customer": (
        "A second object for one key splits points, orders and history in two.",
        "Look the key up before you make one, within one transaction, under a unique index.",
    ),
    "upsert.same-id-same-customer": (
        "Whoever names an id means that object, and would change another one.",
        "Look the id up as it was sent, and answer with that object.",
    ),
    "upsert.id-decides": (
        "Changes meant for one person land with another one, or make a third.",
        "Where the deciding key is sent, look at no other key.",
    ),
    "upsert.other-customer-untouched": (
        "A stranger's data is overwritten by a request that did not name the stranger.",
        "Do not write the key that does not decide, nor to whoever has it.",
    ),
    "upsert.no-conflict": (
        "Every caller sends what it knows again and again, and is refused from the second time on.",
        "Update the object that is known; a known key is no error.",
    ),
    "upsert.updated-in-answer": (
        "The caller shows what the answer says, and so shows what is out of date.",
        "Answer with the object as it is after the write.",
    ),
    "upsert.created-at-fixed": (
        "The age of a customer decides on welcome offers, and would begin anew with each update.",
        "Set it when the object is made, and never again.",
    ),
    "upsert.updated-at-present": (
        "A sync that asks what changed since yesterday does not see the object.",
        "Set and send the time of the last change with every write.",
    ),
    "upsert.updated-at-order": (
        "A change before the creation breaks every sort and every sync by time.",
        "Take both times from one clock, in one zone.",
    ),
    "upsert.unsent-stay": (
        "A caller that sends one field loses all the others.",
        "Change what the body names, and leave the rest.",
    ),
    "upsert.two-source-ids-two-customers": (
        "Two people share one account: points, orders and personal data.",
        "Compare keys whole and to the letter, without cutting or folding them.",
    ),
    "upsert.metadata": (
        "Whoever sends half of an object needs to know what becomes of the other half.",
        "Nothing need be done; send whole objects if you want to be sure.",
    ),
    "upsert.unknown-id": (
        "Whoever sends an id that nobody has needs to know whether that makes one.",
        "Nothing need be done; send no id to make one.",
    ),
    "activity.kept": (
        "Points, orders and referrals of a customer are lost with the next change of a name.",
        "Write the fields that were sent, and never a whole row made from the request.",
    ),
    "read.last-write": (
        "What one page saved, the next page does not show, and people save it again.",
        "Read from where you write, or declare the target --without immediate.",
    ),
    "read.unknown-404": (
        "A caller that asks whether somebody exists gets a wrong answer.",
        "Answer 404 for a key that nobody has, and make nobody.",
    ),
    "update.changes": (
        "The caller believes that a change is saved that is not.",
        "Write every field of the body, and answer with the object as it is then.",
    ),
    "update.unsent-stay": (
        "A caller that changes one field loses all the others.",
        "Change what the body names, and leave the rest.",
    ),
    "update.keys-fixed": (
        "An object whose key changes is lost to whoever knows it by that key.",
        "Let the path decide who it is, and ignore keys in the body.",
    ),
    "update.created-at-fixed": (
        "The age of a customer would begin anew with each update.",
        "Set it when the object is made, and never again.",
    ),
    "update.activity-kept": (
        "Points, orders and referrals of a customer are lost with the next change of a name.",
        "Write the fields that were sent, and never a whole row made from the request.",
    ),
    "update.unknown-404": (
        "A typing error in a key makes a new customer, or says that it changed one.",
        "Answer 404 for a key that nobody has, and make nobody.",
    ),
    "delete.status-204": (
        "Clients take another status for a failure, or wait for a body that does not come.",
        "Answer with the status that the document declares.",
    ),
    "delete.gone": (
        "Whoever asked to be forgotten is not.",
        "Remove the object where reads look, in caches and indexes too, before you answer.",
    ),
    "delete.twice-404": (
        "A clean-up cannot tell what it has deleted from what was never there.",
        "Answer 404 where there is nothing to delete.",
    ),
    "delete.unknown-404": (
        "A typing error in a key looks like a deletion that worked.",
        "Answer 404 where there is nothing to delete.",
    ),
    "delete.key-free-again": (
        "A person who comes back gets the data that was to be forgotten.",
        "Make a new object for the key, with an id of its own.",
    ),
    "list.limit": (
        "A page that is larger than asked for breaks lay-outs and memory bounds.",
        "Cut the list to the limit.",
    ),
    "list.total": (
        "Pages are counted by the total, and the last ones are never asked for.",
        "Count what the list is cut from.",
    ),
    "list.pages": (
        "An export by pages has some twice and others never.",
        "Sort by a unique key as well, so that pages are cut from one order.",
    ),
    "list.order": (
        "Whoever asks for an order takes the first for the earliest or the least.",
        "Sort by the member that was asked for, before pages are cut.",
    ),
    "list.newest-first": (
        "The newest object is looked for on the first page.",
        "Sort by the time of creation, latest first, where no order is asked for.",
    ),
    "list.filters": (
        "A mail to one city goes to another one.",
        "Compare the member with the whole value, and combine filters by AND.",
    ),
    "list.shows-new": (
        "Whoever has just made one looks for it in the list in vain.",
        "Bring the index up to date within five seconds.",
    ),
    "list.hides-deleted": (
        "Whoever was deleted still shows, and can be written to.",
        "Take what is deleted out of the index within five seconds.",
    ),
    "list.refuses-wrong-query": (
        "A typing error in a filter exports everybody.",
        "Refuse a parameter that is not as declared with a 4xx.",
    ),
    "at-once.one-for-one-key": (
        "A double click makes two customers with one key.",
        "Make the key unique in the database, and read again where an insert fails.",
    ),
    "at-once.all-kept": (
        "Two services that write different fields undo each other's work.",
        "Write only the fields that were sent, or lock what you read and write back.",
    ),
    "at-once.own-answer": (
        "One customer is shown the data of another one.",
        "Keep nothing of a request in state that requests share.",
    ),
    "accepts.allowed": (
        "A caller that keeps to the document is refused, and cannot know why.",
        "Accept what the request schema allows, or say the limit in the document.",
    ),
    "accepts.long-strings": (
        "The document sets no limit, so callers send long texts.",
        "Accept them, or say the limit in the document.",
    ),
    "accepts.odd-values": (
        "Callers need to know which unusual values are taken.",
        "Nothing need be done: a server may refuse them.",
    ),
    "accepts.no-5xx": (
        "A 5xx tells the caller to try again, for ever, and hides a defect that somebody can provoke.",
        "Find the exception in the server's log by the request below, and answer with a 4xx or carry it out.",
    ),
    "refuses.malformed-json": (
        "What was cut off on its way is taken for the whole, and stored.",
        "Parse the body strictly, and refuse what is no JSON with a 400.",
    ),
    "refuses.json-extensions": (
        "Other readers of what was stored cannot parse it.",
        "Turn NaN and replacement of invalid UTF-8 off in the parser.",
    ),
    "refuses.no-object": (
        "Something is stored that nobody sent.",
        "Refuse a body that is no object with a 400.",
    ),
    "refuses.wrong-media-type": (
        "A form of another site can post here with a browser's credentials.",
        "Refuse what is not declared with a 415 or 400.",
    ),
    "refuses.wrong-type-or-format": (
        "A wrong value that is taken shows up later, far from whoever sent it.",
        "Validate each field by the request schema, and refuse with a 400 that names it.",
    ),
    "refuses.writes-nothing": (
        "The caller corrects what was refused and sends it again, while half of it is stored.",
        "Validate all of the request before you write any of it, in one transaction.",
    ),
    "auth.no-credentials": (
        "Anybody can read and write personal data.",
        "Ask for credentials before anything else, on every path and method.",
    ),
    "auth.half-credentials": (
        "Half of a secret is no secret.",
        "Refuse where one of the two is missing or empty.",
    ),
    "auth.wrong-id": (
        "A token of one application opens another one.",
        "Check the token together with the id it was made for.",
    ),
    "auth.wrong-token": (
        "Anybody who knows the id, which is no secret, can read and write.",
        "Compare the whole token, in constant time.",
    ),
    "auth.token-case": (
        "A token that is compared without letter case is far easier to guess.",
        "Compare the token byte by byte.",
    ),
    "auth.wrong-bearer": (
        "Anybody can make up a token that is taken.",
        "Verify signature, issuer and audience; refuse the algorithm none.",
    ),
    "auth.writes-nothing": (
        "A stranger's request is refused and carried out all the same.",
        "Check credentials before the handler runs.",
    ),
    "errors.json": (
        "A client that parses the error fails on the parsing, and the reason is lost.",
        "Answer errors as JSON too, those of proxies and frameworks included.",
    ),
    "errors.code": (
        "Clients log and branch on the code of the body.",
        "Let the code of the body equal the status, beside a message.",
    ),
    "errors.no-internals": (
        "Paths and stack traces tell an attacker what runs here.",
        "Log the trace, and answer with a message and an id to find it by.",
    ),
    "secrets.not-in-answers": (
        "Answers are logged and cached, and so is the credential.",
        "Do not echo request headers, and mask credentials in errors.",
    ),
}
"""By the clause's id: why, and what to do."""
