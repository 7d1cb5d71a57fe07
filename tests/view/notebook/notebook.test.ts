import assert from "node:assert/strict";
import { notebook } from "../../../lib/engine/run/notebook_kernel.ts";
import { notebookView } from "../../../lib/view/notebook/notebook.ts";
import { Farm } from "../../engine/farm.ts";
import { jobs } from "../../engine/job.ts";
import { HandWall } from "../fake_terminal.ts";

interface Sent {
  type: string;
  content: {
    data?: Record<string, string>;
    transient?: { display_id: string };
    name?: string;
    text?: string;
  };
}

Deno.test("a run in a notebook is one display that is drawn again, and ends as one line", async () => {
  const wall = new HandWall();
  const sent: Sent[] = [];
  const view = notebookView((type, content) => Promise.resolve(void sent.push({ type, content })), wall);
  await jobs(new Farm(3).handle).all().pause().waitUntil("paused").run({
    view: false,
    on(event) {
      view(event);
      if (event.type === "waiting" || event.type === "state") wall.pass(1000);
    },
  });
  for (let turns = 0; turns < 50; turns++) await Promise.resolve();
  assert.equal(sent[0]!.type, "display_data");
  assert.ok(sent.length > 2);
  assert.ok(sent.slice(1).every(({ type }) => type === "update_display_data"));
  assert.equal(new Set(sent.map(({ content }) => content.transient!.display_id)).size, 1);
  assert.match(sent[0]!.content.data!["text/plain"]!, /pause\(\)[\s\S]*requests?/);
  assert.match(sent.at(-1)!.content.data!["text/plain"]!, /^muster: 3 succeeded in [^\n]*$/);
  assert.equal(wall.waiting, 0);
});

Deno.test("a short run shows nothing in a notebook, and one that nobody sees does no harm", async () => {
  const wall = new HandWall();
  const sent: string[] = [];
  const view = notebookView((type) => {
    sent.push(type);
    throw new Error("nobody looks");
  }, wall);
  await jobs(new Farm(2).handle).all().pause().run({ view: false, on: view });
  assert.deepEqual(sent, []);
  assert.equal(wall.waiting, 0);
  assert.equal(notebook(), undefined);
});
