"""Three books compared: what clients were told, what the hub holds, what the lender and the relay received.
And faults planted in that world, which the comparison must find."""
import collections
import json
import pathlib
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import clients  # noqa: E402
import hub  # noqa: E402

SETTLED = {"draft", "approved", "declined", "documents_sent", "funded", "cancelled", "failed"}
ASKED_ABOUT = {"unknown", "pending"}
DOCUMENTS_ON_THEIR_WAY = {"requested", "sending"} | ASKED_ABOUT
FINAL = {"declined", "funded", "cancelled", "expired"}  # nobody asks about its documents any more
MAILS_ON_THEIR_WAY = {"queued", "sending"}
SETTLE_SECONDS_MAX = 150
STAFF = "staff_notice"  # the letter to an org's own people
TOLD = {"approved", "documents_sent", "funded"}  # the applicant has a mail of it


class Findings:
    """What is wrong, each with its reason; the first few are shown."""

    def __init__(self):
        self.lost, self.duplicated, self.stuck, self.wrong = [], [], [], []

    def any(self):
        return bool(self.lost or self.duplicated or self.stuck or self.wrong)

    def show(self):
        for kind, found in vars(self).items():
            for line in found[:10]:
                print(f"{kind}: {line}", flush=True)


def unsettled(site, world, book):
    """Each application or mail that is still on its way, with a word why. Asked through HTTP."""
    why = {}
    for one in site.pages(world, "applications"):
        documents = (one["documents"] or {}).get("state")
        if waits_for_a_person(site, world, book, one):
            continue
        if one["state"] not in SETTLED:
            why[one["id"]] = f"{one['state']} {one['attention_code'] or ''}".rstrip()
        elif documents in DOCUMENTS_ON_THEIR_WAY and not (documents in ASKED_ABOUT and one["state"] in FINAL):
            why[one["id"]] = f"documents {documents}"
        elif one["id"] in book.funded and one["state"] != "funded":
            why[one["id"]] = f"{one['state']}, and the lender paid"
        elif one["state"] == "draft" and one["id"] in book.confirmed:
            why[one["id"]] = "draft, though confirmed"
    for mail in site.pages(world, "mails"):
        if mail["state"] in MAILS_ON_THEIR_WAY:
            why[mail["id"]] = f"mail {mail['state']}"
    # No list shows those to the org's own people.
    on_their_way = ", ".join(f"'{state}'" for state in sorted(MAILS_ON_THEIR_WAY))
    for one, state in world.rows(f"SELECT id, state FROM mails WHERE letter = '{STAFF}' AND state IN ({on_their_way})"):
        why[one] = f"mail {state}"
    return why


def waits_for_a_person(site, world, book, one):
    """Its writer, who ended before it sent a document; or the lender's desk, that has the document; or somebody who
    asks the lender what it knows of one that was sent again and again and met a kill each time."""
    if one["state"] == "unknown" and one["attention_code"] == "lost_too_often":
        return True
    if one["id"] not in book.uploads:
        return one["state"] == "needs_info"
    if one["state"] != "in_review" or one["id"] in book.accepted:
        return False
    path = f"{site.org_path}/applications/{one['id']}/stipulations"
    return clients.all_sent(world.call(site.admin, "GET", path, expect=200).json["data"])


def settle(site, world, book, seconds):
    """Waits until all is settled; what is not when nothing has moved for `seconds`, or in SETTLE_SECONDS_MAX."""
    before, deadline = None, 0
    last = time.monotonic() + SETTLE_SECONDS_MAX
    while True:
        why, now = unsettled(site, world, book), time.monotonic()
        if why != before:
            before, deadline = why, min(now + seconds, last)
        if not why or now > deadline:
            return with_jobs(world, why)
        time.sleep(0.5)


def with_jobs(world, why):
    """What each waits for, with the jobs that work on it."""
    jobs = world.rows("SELECT payload, kind, state, due_at_ms FROM jobs") if why else []
    return {one: "; ".join([reason, *(f"{kind} {state} until {due}" for payload, kind, state, due in jobs if one in payload)])
            for one, reason in why.items()}


def compare(site, world, book, relay_book):
    """Of a hub that was stopped."""
    found = Findings()
    found.wrong += book.surprises
    compare_things(site, world, book, found)
    held = {row[0]: row for row in world.rows("SELECT id, lender_key, state, lender_application_id FROM applications")}
    compare_lender(world, book, held, found)
    compare_documents(world, book, held, found)
    compare_uploads(world, book, held, found)
    compare_webhooks(world, book, found)
    compare_mails(site, world, book, held, relay_book, found)
    return found


def told_and_there(site, world, book):
    """Of each table the ids that were acknowledged and those that are there."""
    told = {"cases": book.cases | {site.first_case["id"]}, "quotes": book.quotes | {site.first_quote["id"]},
            "applications": set(book.applications), "case_files": book.files}
    return [(table, ids, {row[0] for row in world.rows(f"SELECT id FROM {table}")}) for table, ids in told.items()]


def compare_things(site, world, book, found):
    """What was acknowledged is there, and a repeated request made nothing twice."""
    for table, told, there in told_and_there(site, world, book):
        found.lost += [f"{one} of {table} was acknowledged" for one in sorted(told - there)]
        found.duplicated += [f"{one} of {table} is a repetition" for one in sorted(there - told)]


def compare_lender(world, book, held, found):
    lines = collections.defaultdict(list)
    for line in world.book():
        lines[line["externalReference"]].append(line)
        if line["repeated"]:
            found.duplicated.append(f"the lender got {line['externalReference']} again")
    by_key = {row[1]: row for row in held.values()}
    found.lost += [f"the lender has {key}, the hub does not know it" for key in sorted(set(lines) - set(by_key))]
    for one in book.confirmed & set(held):
        _, key, state, at_lender = held[one]
        if state in ("draft", "cancelled"):
            found.lost.append(f"{one} was confirmed and is {state}")
        elif state in ("failed", "unknown") and key in lines:
            found.lost.append(f"{one} is {state}, and the lender has it")
        elif state not in ("failed", "confirmed", "submitting", "unknown"):
            if [line["id"] for line in lines[key]][:1] != [at_lender]:
                found.lost.append(f"{one} is {at_lender or 'nothing'} at the lender, which has {lines[key]}")
    for one in book.withdrawn & set(held):
        if held[one][2] != "cancelled" or held[one][1] in lines:
            found.lost.append(f"{one} was withdrawn and is {held[one][2]}; at the lender: {lines[held[one][1]]}")


def compare_documents(world, book, held, found):
    lines = hub.send(world.lender.address, "GET", "/documents").json["documents"]
    sent = {line["application"] for line in lines}
    found.duplicated += [f"documents of {line['application']} again" for line in lines if line["repeated"]]
    asked = {held[one][3] for one in book.documents & set(held)}
    found.lost += [f"documents of {one} were never sent" for one in sorted(asked - sent)]
    found.wrong += [f"documents of {one} were sent, and nobody asked" for one in sorted(sent - asked)]


def compare_uploads(world, book, held, found):
    """What went to the lender for its stipulations: once, and whole."""
    lines = [line for line in hub.send(world.lender.address, "GET", "/uploads").json["uploads"] if "files" in line]
    arrived = collections.defaultdict(list)
    for line in lines:
        arrived[line["application"]].append([file["sha256"] for file in line["files"]])
    found.duplicated += [f"an upload of {line['application']} again" for line in lines if line["repeated"]]
    asked = {held[one][3]: digest for one, digest in book.uploads.items() if one in held}
    for one, digest in sorted(asked.items()):
        came = arrived.pop(one, [])
        if not came:
            found.lost.append(f"the document of {one} never came")
        elif len(came) > 1:
            found.duplicated.append(f"the document of {one} came {len(came)} times")
        elif came != [[digest]]:
            found.wrong.append(f"the document of {one} is another one")
    found.wrong += [f"documents of {one} came, and nobody sent any" for one in sorted(arrived)]


def compare_webhooks(world, book, found):
    kept = collections.Counter()
    for event, state, first in world.rows("SELECT event_id, state, is_first FROM inbound_webhooks"):
        if state == "received":
            found.stuck.append("a webhook that nobody looked at")
        elif state == "refused":
            found.wrong.append(f"webhook {event} was refused")
        kept[event] += int(first)
    found.lost += [f"webhook {event} was taken" for event in sorted(book.webhooks - set(kept))]
    found.duplicated += [f"webhook {event} counts {times} times" for event, times in kept.items() if times != 1]


def compare_mails(site, world, book, held, relay_book, found):
    arrived = collections.defaultdict(list)
    if relay_book.exists():
        for line in map(json.loads, relay_book.read_text().splitlines()):
            arrived[line["id"]].append(line)
    mails = world.rows("SELECT id, application_id, state, letter FROM mails")
    told = collections.Counter(application for _, application, _, letter in mails if letter != STAFF)
    for one, (_, _, state, _) in held.items():
        if state in TOLD and not told[one]:
            found.lost.append(f"{one} is {state}, and there is no mail of it")
    found.duplicated += [f"{times} mails about {one}" for one, times in told.items() if times > 1]
    for mail, application, state, letter in mails:
        lines = arrived.pop(f"<{mail}@hub.example>", [])
        if state == "sent" and not lines:
            found.lost.append(f"{mail} is sent, and the relay has no such mail")
        if len(lines) > 2 or len({line["sha256"] for line in lines}) > 1:
            found.duplicated.append(f"{mail} arrived {len(lines)} times")
        if {line["to"] for line in lines} - (site.staff if letter == STAFF else {book.applications.get(application)}):
            found.wrong.append(f"{mail} went to somebody else")
    found.lost += [f"the relay has {mail}, the hub does not" for mail in arrived]


# --- Planted ------------------------------------------------------------------------------------------------------


def plant_lost(site, world, book):
    """An application that was acknowledged is no more in the database. The hub is down."""
    done = {row[0] for row in world.rows("SELECT id FROM applications WHERE state IN ('approved', 'funded')")}
    ready = sorted(done & book.confirmed)
    if not ready:
        return None
    world.rows(f"DELETE FROM applications WHERE id = '{ready[0]}'")
    return ready[0]


def plant_stuck(site, world, book):
    """The job of a confirmed application is no more in the queue. The hub is down."""
    waiting = sorted({row[0] for row in world.rows("SELECT id FROM applications WHERE state IN "
                                                   "('confirmed', 'submitting')")} & book.confirmed)
    if not waiting:
        return None
    world.rows(f"DELETE FROM jobs WHERE payload LIKE '%{waiting[0]}%'")
    return waiting[0]


def plant_duplicated(site, world, book):
    """What the lender already has arrives there once more."""
    sent = world.book()
    if not sent:
        return None
    form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": "mosaic-demo",
                                   "client_secret": "mosaic-demo-secret"})
    token = hub.send(world.lender.address, "POST", "/oauth/token",
                     {"Content-Type": "application/x-www-form-urlencoded"}, form).json["access_token"]
    known = {name: sent[0][name] for name in ("externalReference", "product", "loanAmount", "repId")}
    borrower = {name: "x" for name in ("firstName", "lastName", "email", "phone", "birthDate")}
    body = {**known, "creditCheck": "soft", "borrower": {**borrower, "ssn": sent[0]["lastFour"]}}
    answer = hub.send(world.lender.address, "POST", f"/v2/partners/{sent[0]['partner']}/applications",
                      {"Authorization": f"Bearer {token}"}, body)
    if answer.status != 200:
        raise RuntimeError(f"the lender answered {answer}")
    return sent[0]["externalReference"]


PLANTS = {"lost": plant_lost, "stuck": plant_stuck, "duplicated": plant_duplicated}
