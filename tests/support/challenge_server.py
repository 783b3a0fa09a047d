#!/usr/bin/env python3
"""A local service of challenges, by the protocol of hCaptcha and Turnstile.

usage: challenge_server.py PORT-FILE

Listen on a free port of the loopback address and write the URL to PORT-FILE.
A response that begins with "solved-" is good once.  "down" closes the
connection, and "slow" never answers.  GET /calls returns the forms received.
"""
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

lock = threading.Lock()
used = set()
calls = []


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, body):
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        with lock:
            out = list(calls)
            calls.clear()
        self.answer(out)

    def do_POST(self):
        n = int(self.headers.get('Content-Length') or 0)
        form = dict(parse_qsl(self.rfile.read(n).decode()))
        response = form.get('response', '')
        with lock:
            calls.append({**form, 'authorization':
                          self.headers.get('Authorization')})
            good = (form.get('secret') == '0x1' and response not in used
                    and response.startswith('solved-'))
            used.add(response)
        if response == 'down':
            self.close_connection = True
            return
        if response == 'slow':
            time.sleep(30)
        self.answer({'success': good} if good else {
            'success': False, 'error-codes': ['invalid-input-response']})


def main():
    server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    with open(sys.argv[1], 'w', encoding='ascii') as f:
        f.write(f'http://127.0.0.1:{server.server_address[1]}\n')
    server.serve_forever()


if __name__ == '__main__':
    main()
