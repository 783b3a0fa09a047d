"""Measurements of loads that compete: reads while a file is imported and visitors sign up, or while exports run."""
import concurrent.futures, random, threading, time
from environment import COLUMNS
from timing import CONNECTIONS, Client, count_lines, load, median, upload


class MixedLoads:
    """Part of Bench in measure.py."""

    def reads_during(self, web, busy, **pause):
        """Read while busy() is true, at least once. Return the median p99 (ms) of loads of two seconds, and a dict of notes."""
        windows = []
        while busy() or not windows:
            windows.append(load(web.url, min(2, self.args.seconds), WHAT="read", IDS=self.ids, TOKEN=self.site.token, **pause))
        late = [w["p99"] for w in windows]
        return median(late), {"worst p99 ms": max(late), "reads/s": median([w["rate"] for w in windows])}

    def reads_alone(self, web, **pause):
        """Read while nothing else happens."""
        end = time.monotonic() + 2 * self.args.seconds
        return self.reads_during(web, lambda: time.monotonic() < end, **pause)

    def visit(self, web, stop):
        """Send fifty signups a second until stop is set. Return how many."""
        client, n, sent = Client(web.url), random.randrange(10 ** 9), 0
        begin = time.monotonic()
        while not stop.wait(max(0, begin + sent / 50 - time.monotonic())):
            client.post("/signups", {"campaign_id": self.campaign, "first_name": "Guest", "last_name": f"No{(n + sent) % 30000}",
                                     "email_address": f"mixed.{n + sent}@example.net"})
            sent += 1
        return sent

    def import_file(self, web, path, rows):
        seconds, answer = upload(web.url, self.site.token, path)
        self.demand(answer["created"] == rows, f"not {rows} voters: {answer}")
        return seconds

    def mixed(self):
        """Reads while a large file is imported and visitors sign up. Readers that never pause take all the time of the processors;
        others leave about half of it."""
        path, rows = self.site.work / "people.csv", min(self.args.upload, self.rows)
        self.db.file(path, rows, 70_000_000, list(COLUMNS))
        path.chmod(0o644)
        web = self.web("fastcgi")
        rate = self.reads_alone(web)[1]["reads/s"]
        # Without pauses each connection sends a request every CONNECTIONS / rate seconds. When the processors are not busy, the
        # response takes a small part of that, so a pause of twice that length halves the rate.
        self.compete(web, path, rows, "readers at half of their rate", PAUSE=2 * 1000 * CONNECTIONS / rate)
        self.begin()
        self.compete(self.web("fastcgi"), path, rows, "readers that never pause")

    def compete(self, web, path, rows, readers, **pause):
        """Compare reads during an import and fifty signups a second with reads alone, and that import with one alone."""
        alone, took = self.reads_alone(web, **pause), {}

        def importing():
            stop, pool = threading.Event(), concurrent.futures.ThreadPoolExecutor(2)
            begin = time.monotonic()
            visits, file = pool.submit(self.visit, web, stop), pool.submit(self.import_file, web, path, rows)
            try:
                usual, notes = self.reads_during(web, lambda: not file.done(), **pause)
            finally:
                stop.set()
            sent = visits.result() / (time.monotonic() - begin)
            took["busy"] = file.result()
            return usual, notes | {"signups/s": sent}

        def undisturbed():
            self.begin()
            again = self.web("fastcgi")
            seconds = self.import_file(again, path, rows)
            again.stop()
            return seconds, {}
        self.compare(f"p99 of reads during an import of {rows:,} rows and 50 signups/s, {readers}", "ms",
                     [("Cerberus", importing), ("reads alone", lambda: alone)], 2, rounds=1, better="less")
        web.stop()
        self.compare(f"import of {rows:,} rows during signups, {readers}", "s",
                     [("Cerberus", lambda: (took["busy"], {})), ("import alone", undisturbed)], 1.5, rounds=1, better="less")

    def exports(self):
        """Reads while ten exports run."""
        self.begin()
        web, lines = self.web("fastcgi"), self.db.voters() + 1
        alone = self.reads_alone(web)
        head = f'header = "Authorization: Bearer {self.site.token}"\n'

        def exporting():
            pool = concurrent.futures.ThreadPoolExecutor(10)
            files = [pool.submit(count_lines, "curl", "-fsS", "-K", "-", f"{web.url}/api/v1/voters/export", stdin=head)
                     for _ in range(10)]
            usual, notes = self.reads_during(web, lambda: not all(f.done() for f in files))
            for f in files:
                self.demand(f.result()[1] == lines, f"{f.result()[1]} lines, not {lines}")
            return usual, notes | {"peak MiB": max(p["VmHWM"] for p in web.processes("voters.cgi"))}
        self.compare("p99 of reads during ten exports", "ms", [("Cerberus", exporting), ("reads alone", lambda: alone)],
                     3, rounds=1, better="less")
        web.stop()
