import { dc, task } from "../mod.ts";

export default task({
  description: "Stop and delete every machine with a tag",
  args: { dc: { type: "string", default: "sim" }, type: { type: "string", required: true } },
  run: ({ dc: where, type }) => dc(where).machines({ type }).stop().waitUntil("stopped").delete(),
});
