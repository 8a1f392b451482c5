"""The example worker and frontend, as the stack starts them: over HTTP on this machine."""

import contextlib
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
MODEL = "Qwen/Qwen3-0.6B"


@contextlib.contextmanager
def started(name, *options):
    command = [sys.executable, str(EXAMPLES / name), "--port", "0", "--first-token", "0.001", "--between-tokens", "0"]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    try:
        page, requests = process.stdout.readline().strip(), process.stdout.readline().strip()
        yield page, requests
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()


def got(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(url, data, timeout=60) as answer:
        return answer.read().decode()


def value(page, series):
    found = re.search(rf"^{series}(?:\{{.*\}})? (\S+)$", page, re.MULTILINE)
    return float(found[1]) if found else None


def test_a_frontend_asks_a_worker_and_both_pages_say_so():
    with (
        started("worker.py", "--engine", "sglang") as (worker_page, worker),
        started("frontend.py", "--worker", worker) as (frontend_page, frontend),
    ):
        for _ in range(3):
            answer = got(f"{frontend}/v1/chat/completions", {"model": MODEL, "max_tokens": 4, "prompt_tokens": 64})
        assert answer.count("data: ") == 5
        got(f"{frontend}/v1/embeddings", {})
        assert json.loads(got(f"{frontend}/stats"))["succeeded"] == 4
        page = got(frontend_page)
        assert value(page, "dynamo_frontend_output_tokens_total") == 12
        assert value(page, "dynamo_frontend_time_to_first_token_seconds_count") == 3
        assert value(page, "dynamo_frontend_model_context_length") == 32768
        assert value(page, "dynamo_frontend_active_requests") == 0
        page = got(worker_page)
        assert value(page, "dynamo_component_requests_total") == 3
        assert value(page, "sglang:generation_tokens_total") == 12
        assert value(page, "kvbm_host_cache_hit_rate") == 0.5
        assert value(page, "dynamo_component_model_load_time_seconds") >= 0


def test_failures_are_drawn_from_the_seed_and_what_is_not_served_is_no_label():
    with started("frontend.py", "--errors", "1") as (page, frontend):
        with contextlib.suppress(urllib.error.HTTPError):
            got(f"{frontend}/v1/completions", {"max_tokens": 2})
        try:
            got(f"{frontend}/v1/completions", {"model": "somebody's"})
            raise AssertionError("an unknown model was served")
        except urllib.error.HTTPError as error:
            assert error.code == 404
        text = got(page)
        assert 'endpoint="completions",error_type="internal"' in text
        assert "somebody" not in text


def test_requests_of_its_own_come_at_their_rate():
    with started("frontend.py", "--rate", "200", "--tokens", "1") as (page, frontend):
        while json.loads(got(f"{frontend}/stats"))["succeeded"] < 20:
            pass
        assert value(got(page), "dynamo_frontend_output_tokens_total") >= 20
