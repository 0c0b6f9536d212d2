#!/usr/bin/env python3
"""Clients that create contacts through a load balancer while the database behind the servers fails over.

"failover_clients.py HOST:PORT TOKEN SECONDS LIMIT" prints what they were answered. It fails if an acknowledged contact is
not there in the end, an answer is neither 200 nor 503 in the API's form, or none is acknowledged for longer than LIMIT seconds.
"""

import http.client
import json
import sys
import threading
import time

CLIENTS = 2
# Between two writes, and before a refused client tries again (`Retry-After` says a second), in seconds.
PACE = 0.02
AGAIN = 0.1


class Clients:
    def __init__(self, address, token, seconds):
        self.address, self.token = address, token
        self.end = time.monotonic() + seconds
        self.lock = threading.Lock()
        self.acknowledged, self.refused, self.wrong = [], [], []
        self.last, self.gap, self.slowest = time.monotonic(), 0.0, 0.0

    def call(self, connection, method, path, body=None):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request(method, path, body and json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def work(self, number):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        count = 0
        while time.monotonic() < self.end:
            count += 1
            external_id = f"front-{time.time_ns()}-{number}-{count}"
            began = time.monotonic()
            try:
                body = {"role": "user", "external_id": external_id}
                status, headers, text = self.call(connection, "POST", "/contacts", body)
            except (OSError, http.client.HTTPException) as error:
                status, headers, text = 0, {}, repr(error).encode()
                connection.close()
            self.note(status, headers, text, external_id, time.monotonic() - began)
            time.sleep(PACE if status == 200 else AGAIN)

    def note(self, status, headers, text, external_id, took):
        with self.lock:
            self.slowest = max(self.slowest, took)
            answer = parsed(text)
            if status == 200 and "id" in answer:
                self.gap = max(self.gap, time.monotonic() - self.last)
                self.last = time.monotonic()
                self.acknowledged.append((answer["id"], external_id))
            elif status == 503 and headers.get("Retry-After") and answer.get("type") == "error.list":
                self.refused.append(external_id)
            else:
                self.wrong.append(f"{status}: {text[:200].decode(errors='replace')}")

    def run(self):
        threads = [threading.Thread(target=self.work, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.gap = max(self.gap, time.monotonic() - self.last)

    def lost(self):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        return [
            external_id
            for contact, external_id in self.acknowledged
            if external_id.encode() not in self.call(connection, "GET", f"/contacts/{contact}")[2]
        ]


def parsed(text):
    """The object that an answer has; empty if it has none."""
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def main():
    address, token, seconds, limit = sys.argv[1:]
    clients = Clients(address, token, float(seconds))
    clients.run()
    lost = clients.lost()
    print(
        f"at most {clients.gap:.1f} s without an acknowledged write; {len(clients.acknowledged)} acknowledged, "
        f"{len(lost)} lost, {len(clients.refused)} refused with 503; the slowest answer took {clients.slowest:.1f} s"
    )
    for wrong in clients.wrong[:5]:
        print(f"an answer that must not be: {wrong}")
    if lost or clients.wrong or not clients.acknowledged or clients.gap > float(limit):
        sys.exit(1)


if __name__ == "__main__":
    main()
