"""Executes a notebook's cells, read as JSON from stdin, with Deno's kernel; prints what each displayed as JSON."""
import json
import sys

import nbformat
from nbclient import NotebookClient

order = json.load(sys.stdin)
book = nbformat.v4.new_notebook()
book.cells = [nbformat.v4.new_code_cell(source) for source in order["cells"]]
updates = []


class Watched(NotebookClient):
    def process_message(self, msg, cell, cell_index):
        # A display that is drawn again leaves only its last state in the notebook.
        if msg["msg_type"] in ("display_data", "update_display_data"):
            updates.append([cell_index, msg["msg_type"], msg["content"]["data"].get("text/plain", "")])
        return super().process_message(msg, cell, cell_index)


client = Watched(book, timeout=60, kernel_name="deno", allow_errors=True)
client.execute()
if order.get("save"):
    nbformat.write(book, order["save"])
print(json.dumps({"cells": [[dict(output) for output in cell.outputs] for cell in book.cells], "updates": updates}))
