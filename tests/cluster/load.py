"""Requests at a steady rate: signups with keys, reads, and gifts through Stripe
and its events, as clients send them that repeat what was not acknowledged.  An
open loop: a slow answer does not delay the next request."""
import asyncio
import hashlib
import hmac
import json
import threading
import time
import uuid

AMOUNT = 2500
GIVE_UP = 90            # seconds that a client repeats a request
PATIENCE = 10           # and that a donor does, before the page is loaded again
TIMEOUT = 15            # of one try
API = "/api/v1"
JSON = {"Content-Type": "application/json"}


class Load(threading.Thread):
    """service, stripe: "HOST:PORT"; rate: per second, of which two fifths are
    signups, two fifths reads, and a fifth gifts."""

    KINDS = ("signup", "read", "signup", "read", "gift")

    def __init__(self, service, stripe, rate, name):
        super().__init__()
        self.service, self.stripe = service, stripe
        self.rate, self.name_ = rate, name
        self.ending = False
        self.begun = time.monotonic()
        self.acked = {"signup": [], "intent": [], "event": [], "read": []}
        self.times = {"write": [], "read": []}  # (sent, answered)
        self.tries = {}         # status: how many
        self.lost = []          # what was given up

    def run(self):
        asyncio.run(self.drive())

    async def drive(self):
        tasks, i = set(), 0
        while not self.ending:
            due = self.begun + i / self.rate
            await asyncio.sleep(max(0, due - time.monotonic()))
            kind = self.KINDS[i % len(self.KINDS)]
            task = asyncio.create_task(getattr(self, kind)(i))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            i += 1
        if tasks:
            await asyncio.wait(tasks)

    async def signup(self, i):
        mail = f"{self.name_}{i}@example.org"
        await self.repeat("signup", mail, "POST", "/signups", json.dumps({
            "first_name": "Load", "last_name": self.name_, "campaign_id": 1,
            "email_address": mail}), keyed())

    async def read(self, i):
        await self.repeat("read", i, "GET", f"/voters/{1 + i % 50}", None, {
            "Authorization": "Bearer test-token-of-the-editor"})

    async def gift(self, i):
        """A donor's gift.  Stripe sends every fifth event twice, and every
        seventh never arrives: reconcile has to find it."""
        made = None
        while made is None:
            # An attempt that was cut off holds its key for two minutes.
            made = await self.repeat(
                "intent", i, "POST", "/donate/create-payment-intent",
                json.dumps({"amount": AMOUNT, "currency": "usd",
                            "campaign_id": 1, "billing_details": {
                                "name": f"Donor {self.name_}{i}"}}),
                keyed(), PATIENCE)
            if time.monotonic() > self.begun + 2 * GIVE_UP:
                self.lost.append(("intent", i, "given up"))
                return
        intent = json.loads(made)["paymentIntentId"]
        n = i // len(self.KINDS)
        for event in await self.pay(intent):
            for _ in range(0 if n % 7 == 6 else 2 if n % 5 == 4 else 1):
                await self.repeat("event", intent, "POST", "/donate/webhook",
                                  json.dumps(event), None)

    async def pay(self, intent):
        """The donor's browser pays at Stripe.  Return the events."""
        _, body = await exchange(
            self.stripe, "POST", "/_control/happen", json.dumps({
                "key": "sk_test_cluster", "intent": intent,
                "kind": "succeeded"}), JSON)
        return json.loads(body)

    async def repeat(self, kind, what, method, path, body, headers,
                     patience=None):
        """Send a request until it is acknowledged.  Return the body, or None.
        Without headers it is an event of Stripe, which is signed each time."""
        end = time.monotonic() + (patience or GIVE_UP)
        while time.monotonic() < end:
            sent = time.monotonic()
            status, answer = await self.request(
                method, API + path, body, headers or signed(body))
            now = time.monotonic()
            self.tries[status] = self.tries.get(status, 0) + 1
            if status in (200, 201):
                self.acked[kind].append(what)
                self.times["read" if kind == "read" else "write"].append(
                    (sent, now))
                return answer
            if status not in (0, 409, 502, 503, 504):
                self.lost.append((kind, what, status, answer))
                return None
            await asyncio.sleep(0.25)
        if patience is None:
            self.lost.append((kind, what, "given up"))
        return None

    async def request(self, *what):
        """One try.  Return its status, 0 if none arrived, and the body."""
        try:
            return await asyncio.wait_for(exchange(self.service, *what),
                                          TIMEOUT)
        except (OSError, asyncio.TimeoutError, ValueError, IndexError):
            return 0, b""

    def stop(self):
        self.ending = True
        self.join()

    def gap(self, kind, since):
        """The longest time without an answer since then, which the rate
        explains by a few tenths of a second at most."""
        at = sorted(t for _, t in self.times[kind] if t >= since)
        at = [since, *at]
        return max((b - a for a, b in zip(at, at[1:])), default=0.0)

    def since(self, kind, when):
        """How many were sent and answered after that moment?"""
        return sum(1 for sent, _ in self.times[kind] if sent >= when)


def keyed():
    return {**JSON, "Idempotency-Key": str(uuid.uuid4())}


def signed(body):
    now = int(time.time())
    mac = hmac.new(b"whsec_cluster", f"{now}.{body}".encode(),
                   hashlib.sha256).hexdigest()
    return {**JSON, "Stripe-Signature": f"t={now},v1={mac}"}


async def exchange(server, method, path, body, headers):
    """One request to "HOST:PORT".  Return the status and the body."""
    reader, writer = await asyncio.open_connection(*server.split(":"))
    try:
        data = (body or "").encode()
        head = [f"{method} {path} HTTP/1.1", f"Host: {server}",
                "Connection: close", f"Content-Length: {len(data)}",
                *(f"{k}: {v}" for k, v in headers.items())]
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + data)
        await writer.drain()
        answer, _, content = (await reader.read()).partition(b"\r\n\r\n")
        return int(answer.split(b" ", 2)[1]), content
    finally:
        writer.close()
