"""Requests at a steady rate: signups with keys, reads, and Stripe's events, as
clients send them that repeat what was not acknowledged.  An open loop: a slow
answer does not delay the next request."""
import asyncio
import hashlib
import hmac
import json
import threading
import time
import uuid

AMOUNT = 2500
GIVE_UP = 90            # seconds that a client repeats a request
TIMEOUT = 15            # of one try


class Load(threading.Thread):
    """address: "HOST:PORT"; rate: requests per second, of which two fifths are
    signups, two fifths reads, and a fifth events."""

    KINDS = ("signup", "read", "signup", "read", "event")

    def __init__(self, address, rate, name, events):
        super().__init__()
        self.host, self.port = address.split(":")
        self.rate, self.name_, self.events = rate, name, events
        self.ending = False
        self.begun = time.monotonic()
        self.acked = {"signup": [], "event": [], "read": []}
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
            task = asyncio.create_task(self.one(i))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            i += 1
        if tasks:
            await asyncio.wait(tasks)
        self.ended = time.monotonic()

    async def one(self, i):
        kind = self.KINDS[i % len(self.KINDS)]
        what, method, path, body, headers = getattr(self, kind)(i)
        end = time.monotonic() + GIVE_UP
        while time.monotonic() < end:
            sent = time.monotonic()
            status = await self.request(method, path, body, headers)
            now = time.monotonic()
            self.tries[status] = self.tries.get(status, 0) + 1
            if status in (200, 201):
                self.acked[kind].append(what)
                self.times["read" if kind == "read" else "write"].append(
                    (sent, now))
                return
            if status not in (0, 409, 502, 503, 504):
                self.lost.append((kind, what, status))
                return
            if kind == "event":     # Stripe sends a new timestamp
                headers = self.event_headers(body)
            await asyncio.sleep(0.25)
        self.lost.append((kind, what, "given up"))

    def signup(self, i):
        mail = f"{self.name_}{i}@example.org"
        return mail, "POST", "/signups", json.dumps({
            "first_name": "Load", "last_name": self.name_, "campaign_id": 1,
            "email_address": mail}), {
                "Content-Type": "application/json",
                "Idempotency-Key": str(uuid.uuid4())}

    def read(self, i):
        return i, "GET", f"/voters/{1 + i % 50}", None, {
            "Authorization": "Bearer test-token-of-the-editor"}

    def event(self, i):
        # The same event twice, as Stripe sends it now and then.
        n = self.events(i // 5)
        intent = f"pi_{n}"
        body = json.dumps({
            "id": f"evt_{n}", "type": "payment_intent.succeeded",
            "created": 1700000001, "data": {"object": {
                "object": "payment_intent", "id": intent, "amount": AMOUNT,
                "amount_received": AMOUNT, "currency": "usd"}}})
        return intent, "POST", "/donate/webhook", body, self.event_headers(
            body)

    @staticmethod
    def event_headers(body):
        now = int(time.time())
        mac = hmac.new(b"whsec_cluster", f"{now}.{body}".encode(),
                       hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json",
                "Stripe-Signature": f"t={now},v1={mac}"}

    async def request(self, method, path, body, headers):
        """One try.  Return its status; 0 if none arrived."""
        try:
            return await asyncio.wait_for(
                self.exchange(method, path, body, headers), TIMEOUT)
        except (OSError, asyncio.TimeoutError, ValueError, IndexError):
            return 0

    async def exchange(self, method, path, body, headers):
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            data = (body or "").encode()
            head = [f"{method} /api/v1{path} HTTP/1.1", f"Host: {self.host}",
                    "Connection: close", f"Content-Length: {len(data)}",
                    *(f"{k}: {v}" for k, v in headers.items())]
            writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + data)
            await writer.drain()
            answer = await reader.read()
            return int(answer.split(b" ", 2)[1])
        finally:
            writer.close()

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
