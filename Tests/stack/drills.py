#!/usr/bin/env python3
"""Three live drills: a worker is killed, an engine's callback hangs, a KV cache fills.

A real Prometheus and Alertmanager with the shipped rules and routes. Minutes of the rules are seconds here, and so are
the routes' waits; nothing else is changed but addresses. Each time the pager and the chat hear of it and of its end, as
the routes say, and the hooks act: the frontend's limit goes down and up again, the worker's /health too.
"""

from __future__ import annotations

import contextlib
import json
import os
import quopri
import re
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import urllib.error
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from scrapers import Prometheus
from servers import ROOT, Alertmanager, folder_of, free_addresses
from story import fetch, finish, test, wait_until

TITLE = "live drills"
DEPLOY = ROOT / "deploy"
SCRAPE = """
global: {{scrape_interval: 500ms, scrape_timeout: 400ms, evaluation_interval: 1s}}
rule_files: ["{rules}/*.yml"]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]}}
scrape_configs:
  - job_name: dynamo-backend
    static_configs: [{{targets: ["{worker}"]}}]
"""


class Recorder:
    """An HTTP server that keeps what is posted to it, by path."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, Any]] = []
        posts = self.posts

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posts.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def heard(self, path: str, name: str, severity: str) -> list[str]:
        """The states of an alert in the order in which they were told there."""
        return [
            alert["status"]
            for at, message in list(self.posts)
            if at == path
            for alert in message["alerts"]
            if alert["labels"]["alertname"] == name and alert["labels"]["severity"] == severity
        ]

    def chatted(self, name: str) -> bool:
        return any(path == "/chat" and name in json.dumps(message) for path, message in list(self.posts))

    def limits(self) -> list[float]:
        return [post["active_decode_blocks_threshold"] for path, post in list(self.posts) if path == "/busy_threshold"]


class Mailbox:
    """As much of a mail server as Alertmanager needs: it keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        mails = self.mails

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 here\r\n")
                for line in self.rfile:
                    if line.upper().startswith(b"DATA"):
                        self.wfile.write(b"354 go on\r\n")
                        mail = b"".join(iter(self.rfile.readline, b".\r\n"))
                        mails.append(quopri.decodestring(mail).decode(errors="replace"))
                    self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 ok\r\n")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def has(self, word: str, to: str) -> bool:
        return any(re.search(rf"^To: .*{to}", mail, re.M) and word in mail for mail in list(self.mails))


class Worker:
    def __init__(self) -> None:
        self.address, self.hook = free_addresses(2)
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                Path(__file__).with_name("drill_worker.py"),
                *(a.rpartition(":")[2] for a in self._both()),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n", "the worker did not start"

    def _both(self) -> tuple[str, str]:
        return self.address, self.hook

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.communicate()

    def is_ready(self) -> bool:
        try:
            fetch(f"http://{self.address}/health")
        except urllib.error.HTTPError as error:
            assert error.code == 503, error
            return False
        return True


def rules(folder: Path) -> Path:
    """The shipped rules with seconds for minutes."""
    folder.mkdir()
    for path in (DEPLOY / "prometheus" / "rules").glob("*.yml"):
        text = re.sub(r"(?<=for: )(\d+)m", r"\1s", path.read_text())
        text = re.sub(r"(?<=\[)(\d+)m(?=\])", r"\1s", text)
        (folder / path.name).write_text(re.sub(r"(?<=interval: )\d+s", "1s", text))
    return folder


def routes(folder: Path, recorder: Recorder, mailbox: Mailbox, hook: str, worker: Worker) -> str:
    """The shipped routes with quick waits; pager and chat are the recorder; mail without TLS and a password."""
    (folder / "chat").write_text(f"{recorder.url}/chat")
    text = (DEPLOY / "alertmanager" / "alertmanager.yml").read_text()
    text = re.sub(r"(group_wait|group_interval): \w+", r"\1: 1s", text)
    text = re.sub(r"repeat_interval: \w+", "repeat_interval: 5s", text)
    text = text.replace("/etc/alertmanager/secrets/chat", str(folder / "chat"))
    text = re.sub(r"^  smtp_auth_.*\n", "", text, flags=re.M)
    text = text.replace(
        "smtp_smarthost: mail.internal:587", f"smtp_smarthost: {mailbox.address}\n  smtp_require_tls: false"
    )
    text = text.replace("http://pager:9096", recorder.url)
    also = f'\n      - {{url: "http://{worker.hook}/alerts", send_resolved: true}}'
    return re.sub(r'(- \{url: ")http://hook:9095(/alerts".*\})', rf"\g<1>{hook}\g<2>{also}", text)


@contextlib.contextmanager
def limiting(recorder: Recorder) -> Iterator[str]:
    """The hook that sets the frontend's limit; the recorder is the frontend."""
    program = DEPLOY / "hooks" / "frontend_limit.py"
    process = subprocess.Popen(
        [sys.executable, program, "--frontend", recorder.url, "--model", "m", "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


def comes_and_goes(recorder: Recorder, path: str, name: str, severity: str, ends: Any) -> list[str]:
    """Waits for an alert at a receiver, ends its cause, waits for its end."""
    wait_until(lambda: "firing" in recorder.heard(path, name, severity), f"{name} reaches {path}", 90)
    ends()
    wait_until(lambda: "resolved" in recorder.heard(path, name, severity), f"the end of {name} reaches {path}", 90)
    heard = recorder.heard(path, name, severity)
    return [] if heard[0] == "firing" else [f"{path} heard {heard}"]


def killed(recorder: Recorder, mailbox: Mailbox, worker: Worker) -> None:
    worker.kill()
    wrong = comes_and_goes(recorder, "/alerts", "TargetDown", "critical", worker.start)
    test("a worker is killed: the pager hears TargetDown, and of its end when it is back", wrong)
    wait_until(lambda: mailbox.has("RESOLVED", "oncall@") and mailbox.has("FIRING", "oncall@"), "mail of both", 60)
    test(
        "whoever is on call has mail of both, with what to do", not mailbox.has("docs/runbook.md#targetdown", "oncall@")
    )


def hung(recorder: Recorder, worker: Worker) -> None:
    recorder.posts.clear()
    worker.tell("hang")
    wrong = comes_and_goes(recorder, "/alerts", "SourcesDown", "critical", lambda: worker.tell("go on"))
    test("an engine's callback hangs: the pager hears SourcesDown, and of its end", wrong)
    test("the worker's target was up all the while", recorder.heard("/alerts", "TargetDown", "critical"))


def held_back(alertmanager: Alertmanager, name: str) -> set[str]:
    """The severities of an alert that Alertmanager holds back because of another."""
    alerts = json.loads(fetch(f"{alertmanager.url}/api/v2/alerts?filter=alertname%3D{name}"))
    return {alert["labels"]["severity"] for alert in alerts if alert["status"]["inhibitedBy"]}


def filled(recorder: Recorder, worker: Worker, alertmanager: Alertmanager) -> None:
    recorder.posts.clear()
    worker.tell("fill 0.93")
    wait_until(lambda: 0.7 in recorder.limits(), "the hook lowers the limit", 60)
    test("a KV cache fills: the hook lowers the frontend's limit", not worker.is_ready())
    wait_until(lambda: recorder.chatted("KVCacheFull"), "the chat hears of the warning", 60)
    test("a warning reaches the chat and pages nobody", recorder.heard("/alerts", "KVCacheFull", "warning"))
    worker.tell("fill 0.99")
    wait_until(lambda: not worker.is_ready(), "the worker says notready", 60)
    wait_until(lambda: 0.4 in recorder.limits(), "the hook lowers the limit again", 60)
    inhibited = wait_until(lambda: held_back(alertmanager, "KVCacheFull"), "the critical alert holds others back", 60)
    test("the critical alert holds back the others of its name, not itself", inhibited - {"warning", "info"})
    wrong = comes_and_goes(recorder, "/alerts", "KVCacheFull", "critical", lambda: worker.tell("fill 0.3"))
    test("it fills more: the pager hears of it and of its end", wrong)
    wait_until(lambda: recorder.limits()[-1] == 0.95 and worker.is_ready(), "the hooks give back what they took", 60)
    limits = recorder.limits()
    test("the limit went down in two steps and came back", [limits] if limits[:2] != [0.7, 0.4] else [])


def drills(prometheus: Path, alertmanager: Path) -> None:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        recorder = Recorder()
        stack.callback(recorder.server.shutdown)
        hook = stack.enter_context(limiting(recorder))
        worker = Worker()
        stack.callback(lambda: worker.process.poll() is None and worker.kill())
        mailbox = Mailbox()
        stack.callback(mailbox.server.shutdown)
        told = routes(folder, recorder, mailbox, hook, worker)
        routed = stack.enter_context(Alertmanager(alertmanager, folder / "am", told))
        configuration = SCRAPE.format(rules=rules(folder / "rules"), alertmanager=routed.address, worker=worker.address)
        watched = Prometheus(prometheus, folder / "prometheus", configuration)
        stack.callback(watched.close)
        wait_until(lambda: watched.number("up") == 1, "the worker is scraped")
        killed(recorder, mailbox, worker)
        hung(recorder, worker)
        filled(recorder, worker, routed)
        wait_until(lambda: not watched.query('ALERTS{action=~"degrade|break"}'), "nothing fires at the end")
        failures = watched.logged("Evaluating rule failed")
        test("every shipped rule could be evaluated all the while", failures)


if (first := folder_of("prometheus", TITLE)) and (second := folder_of("prometheus-alertmanager", TITLE)):
    drills(first, second)
finish()
