#!/usr/bin/env python3
"""Deskwire's files in a bucket of an S3 server.

    s3.py BINARY XTASK DATABASE DATABASE BUCKET FOLDER WEED...     WEED... is the command that starts the S3 server

The keys are in the environment, and both databases are empty. Two servers have their files in the bucket, and each is
killed once (`xtask servers`). Files are uploaded to a directory, moved to the bucket, served from there, and moved to
another directory; each is compared by its SHA-256. Then an object is removed (404), and the S3 server hangs (503), ends
(503) and starts again.
"""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

# Bytes of the files: an empty one is refused; the last one is uploaded in parts.
SIZES = [1, 1000, 100_000, 3 << 20, 9 << 20]
READY_WITHIN = 120


class Failed(Exception):
    pass


def check(is_right, what):
    if not is_right:
        raise Failed(what)


class S3:
    """The S3 server, and requests to it beside Deskwire."""

    def __init__(self, command, bucket, folder):
        place, _, query = bucket.removeprefix("s3://").partition("?")
        self.name, _, self.prefix = place.partition("/")
        self.endpoint = dict(pair.split("=", 1) for pair in query.split("&"))["endpoint"]
        self.command, self.log, self.process = command, folder / "weed.log", None

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        end = time.monotonic() + READY_WITHIN
        while self.request("PUT", "") not in ("200", "409"):
            check(self.process.poll() is None and time.monotonic() < end, "the S3 server did not start")
            time.sleep(0.3)

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def request(self, method, name):
        """The status of a signed request."""
        keys = f"user = {os.environ['AWS_ACCESS_KEY_ID']}:{os.environ['AWS_SECRET_ACCESS_KEY']}\n"
        command = ["curl", "-s", "-m", "10", "-o", os.devnull, "-w", "%{http_code}", "-X", method]
        command += ["--aws-sigv4", "aws:amz:eu-1:s3", "-K", "-", f"{self.endpoint}/{self.name}/{name}"]
        return subprocess.run(command, input=keys, capture_output=True, text=True, check=False).stdout


class Server:
    """A running Deskwire."""

    def __init__(self, binary, database, files, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.log = folder / "deskwire.log"
        arguments = ["serve", "--database", database, "--files", files, "--listen", self.address]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [binary, *arguments, "--body-limit", str(2 << 20), "--rate-limit", "off"], stdout=log, stderr=log
            )
        end = time.monotonic() + READY_WITHIN
        while self.get("/readyz")[0] != 200:
            check(self.process.poll() is None and time.monotonic() < end, "the server did not start")
            time.sleep(0.1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def call(self, method, path, token=None, body=None, headers=()):
        """Status, headers and body of an answer; status 0 without one, or if it is cut off."""
        request = urllib.request.Request(f"http://{self.address}{path}", method=method, headers=dict(headers))
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=100) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()
        except (OSError, http.client.HTTPException):
            return 0, {}, b""

    def get(self, path, **headers):
        return self.call("GET", path, headers=headers.items())


class Desk:
    """A workspace with a conversation that files are sent to."""

    def __init__(self, token, server):
        self.token = token
        self.contact = self.create(server, "/contacts", {"role": "lead", "name": "Files"})["id"]
        message = {"from": {"type": "contact", "id": self.contact}, "body": "Files"}
        self.conversation = self.create(server, "/conversations", message)["conversation_id"]

    def create(self, server, path, body):
        status, _, answer = server.call("POST", path, self.token, body)
        check(status == 200, f"POST {path} is answered with {status}: {answer[:300]}")
        return json.loads(answer)

    def reply(self, server, content):
        """The answer to a reply with this file."""
        file = {"content_type": "text/plain", "name": "a.txt", "data": base64.b64encode(content).decode()}
        body = {
            "type": "user",
            "message_type": "comment",
            "body": "A file",
            "intercom_user_id": self.contact,
            "attachment_files": [file],
        }
        return server.call("POST", f"/conversations/{self.conversation}/reply", self.token, body)

    def upload(self, server, content):
        """The path that the file is served at."""
        status, _, answer = self.reply(server, content)
        check(status == 200, f"a file of {len(content)} bytes is answered with {status}: {answer[:300]}")
        parts = json.loads(answer)["conversation_parts"]["conversation_parts"]
        url = parts[-1]["attachments"][0]["url"]
        return url[url.index("/attachments/") :]


def command(binary, *arguments):
    """What a command prints; fails if the command does."""
    done = subprocess.run([binary, *arguments], capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    check(done.returncode == 0, f"{pathlib.Path(binary).name} {arguments[0]} ends with {done.returncode}: {said}")
    return said


def served(server, files, place):
    """Each file, whole and in part."""
    for path, content in files:
        status, _, body = server.get(path)
        check((status, body) == (200, content), f"{place}: a file of {len(content)} bytes is served with {status}")
        middle = len(content) // 2
        status, headers, body = server.get(path, Range=f"bytes={middle}-{middle + 99}")
        expected = content[middle : middle + 100]
        check((status, body) == (206, expected), f"{place}: a range of {len(content)} bytes is served with {status}")
        last = middle + len(expected) - 1
        check(headers["Content-Range"] == f"bytes {middle}-{last}/{len(content)}", f"{place}: {headers['Content-Range']}")


def hashes(folder):
    """The files of a directory by name, each with its own hash as its name."""
    found = {}
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file() and len(path.name) == 64:
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def moves(binary, database, bucket, folder, desk_token):
    """There and back. The workspace, and the files in the bucket with their paths."""
    content = random.Random(1)
    first, second = str(folder / "first"), str(folder / "second")
    with Server(binary, database, first, folder) as server:
        desk = Desk(desk_token, server)
        files = []
        for size in SIZES:
            data = content.randbytes(size)
            files.append((desk.upload(server, data), data))
        served(server, files, "a directory")
    print(command(binary, "files", "move", "--from", first, "--to", bucket, "--database", database))
    verified = command(binary, "doctor", "--verify-files", "--files", bucket, "--database", database)
    print("".join(line + "\n" for line in verified.splitlines() if " files" in line), end="")
    with Server(binary, database, bucket, folder) as server:
        served(server, files, "the bucket")
        for size in SIZES:
            data = content.randbytes(size)
            files.append((desk.upload(server, data), data))
        served(server, files, "the bucket, with new files")
    again = command(binary, "files", "move", "--from", first, "--to", bucket, "--database", database)
    check(f"0 copied (0 MiB), {len(files)} already there" in again, f"the move to the bucket, again: {again}")
    print(command(binary, "files", "move", "--from", bucket, "--to", second, "--database", database))
    found, sent = hashes(second), {hashlib.sha256(data).hexdigest() for _, data in files}
    check(all(name == own for name, own in found.items()), "a file in the directory has another hash")
    check(sent <= set(found), f"{len(sent - set(found))} files did not come back")
    with Server(binary, database, second, folder) as server:
        served(server, files, "the second directory")
    return desk, files


def hangs(server, desk, path, s3):
    """An S3 server that hangs keeps a download waiting, and nothing else."""
    answers = []
    download = threading.Thread(target=lambda: answers.append(server.get(path)))
    s3.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    download.start()
    time.sleep(2)
    asked = time.monotonic()
    status, _, _ = server.call("GET", f"/contacts/{desk.contact}", desk.token)
    check(status == 200 and time.monotonic() - asked < 5, f"a contact is answered with {status} while the S3 server hangs")
    check(server.get("/readyz")[0] == 200, "a server whose bucket hangs is not ready")
    download.join()
    took = time.monotonic() - began
    s3.process.send_signal(signal.SIGCONT)
    status, headers, body = answers[0]
    check(status == 503 and headers["Retry-After"], f"a download from an S3 server that hangs: {status} {body}")
    print(f"from an S3 server that hangs, a download is answered with 503 after {took:.1f} s")
    check(server.get(path)[0] == 200, "the S3 server went on, but not downloads")


def failures(binary, database, bucket, folder, desk, files, s3):
    """A missing object is 404, a bucket that does not answer is 503, and nothing else stops."""
    with Server(binary, database, bucket, folder) as server:
        path, data = files[1]
        own = hashlib.sha256(data).hexdigest()
        workspace = path.split("/")[2]
        status = s3.request("DELETE", "/".join(filter(None, [s3.prefix, own[:2], workspace, own])))
        check(status == "204", f"removing an object is answered with {status}")
        status, _, body = server.get(path)
        check(status == 404, f"a missing file is answered with {status}: {body}")
        hangs(server, desk, files[2][0], s3)
        s3.stop()
        began = time.monotonic()
        status, headers, body = server.get(files[2][0])
        took = time.monotonic() - began
        check(status == 503 and headers["Retry-After"], f"a download without the S3 server: {status} {body}")
        print(f"without the S3 server, a download is answered with 503 after {took:.1f} s")
        status, headers, body = desk.reply(server, b"A file that cannot be stored")
        check(status == 503 and headers["Retry-After"], f"an upload without the S3 server: {status} {body}")
        check(server.get("/readyz")[0] == 200, "a server without its bucket is not ready")
        s3.start()
        # It answers with 500 until all of its parts have started.
        end = time.monotonic() + READY_WITHIN
        while (status := server.get(files[2][0])[0]) != 200:
            check(status == 503 and time.monotonic() < end, f"a download while the S3 server starts: {status}")
            time.sleep(0.2)
        served(server, [files[2], files[4]], "the bucket, after its server started again")
        desk.upload(server, b"A file that can be stored again")


def main():
    # So that what this has started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    binary, xtask, servers, database, bucket, folder, *weed = sys.argv[1:]
    folder = pathlib.Path(folder)
    s3 = S3(weed, bucket, folder)
    try:
        s3.start()
        print(command(xtask, "servers", "--rounds", "2", "--binary", binary, "--database", servers, "--bucket", bucket))
        created = json.loads(command(binary, "workspace", "create", "--name", "files", "--database", database))
        desk, files = moves(binary, database, bucket, folder, created["access_token"])
        failures(binary, database, bucket, folder, desk, files, s3)
    finally:
        s3.stop()


if __name__ == "__main__":
    try:
        main()
    except Failed as why:
        sys.exit(f"error: {why}")
