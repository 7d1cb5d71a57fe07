"""Executes cells, read as JSON from stdin, with Deno's kernel; prints the messages that each had shown as JSON."""
import json
import queue
import sys
import time

from jupyter_client.manager import start_new_kernel

SHOWN = {"display_data", "update_display_data", "execute_result", "error", "stream"}
# The kernel sometimes sends a cell's value after it has said that it is idle.
LATE = 1.0

manager, client = start_new_kernel(kernel_name="deno")
seen = {}


def take(timeout):
    message = client.get_iopub_msg(timeout=timeout)
    kind, content = message["msg_type"], message["content"]
    cell = message["parent_header"].get("msg_id")
    if kind in SHOWN:
        seen.setdefault(cell, []).append({"type": kind, **content})
    return kind == "status" and content["execution_state"] == "idle" and cell


cells = []
for source in json.load(sys.stdin)["cells"]:
    cells.append(client.execute(source))
    while take(60) != cells[-1]:
        pass
quiet = time.time() + LATE
while time.time() < quiet:
    try:
        take(0.1)
    except queue.Empty:
        pass
client.stop_channels()
manager.shutdown_kernel(now=True)
print(json.dumps([seen.get(cell, []) for cell in cells]))
