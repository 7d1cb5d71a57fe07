// What must not compile, with the sentences people read. Checked by tests/types/mistakes.test.ts: every line with an
// expectation must fail with it, every other line must compile.
import { dc } from "../../mod.ts";

const machines = dc("sim").machines({ type: "test" });

// expect: Cannot wait until stoped as a machine has no such state: it has provisioning, ready, running, stopping, stopped, offline, deleted, failed, unknown
machines.stop().waitUntil("stoped");

// expect: Cannot wait until running as this machine does not become running by itself after the steps before: it is stopping
machines.stop().waitUntil("running");

// expect: Cannot delete a machine that is stopping: wait until it is stopped first
machines.stop().delete();

// expect: Cannot wait until stopped as this machine does not become stopped by itself after the steps before: it is ready
machines.reboot().waitUntil("stopped");

// expect: Cannot stop a machine that is ready: wait until it is running first
machines.start().stop();

// expect: Cannot wait while stoped as a machine has no such state
machines.waitWhile("stoped");

// expect: Cannot wait until running as this machine does not become running by itself after the steps before: it is deleted
machines.delete().waitUntil(["running"]);

// expect: Object literal may only specify known properties, and 'nmae' does not exist
machines.where({ nmae: "web" });

// expect: Property 'explode' does not exist
machines.explode();

// expect: Cannot startFromSnapshot a machine that is stopping: wait until it is stopped first
machines.stop().startFromSnapshot("before");

// expect: Property 'snapshots' does not exist
machines.snapshots();

// expect: Expected 1 arguments, but got 0
machines.metadata();

machines.stop().waitUntil("stopped").delete().waitUntil("deleted");
machines.tag({ owner: "ops" }).snapshot("before").stop().waitUntil("stopped").startFromSnapshot("before").waitUntil("running");
machines.where({ image: { id: "x", name: "y" }, networks: ["backend", { id: "x" }] }).script({ file: "boot.sh" });
dc("sim").machine("web").snapshots().then((all) => all.map((one) => one.created));
dc("sim").machine("web").metadata().then((all) => all["user-script"]);
dc("sim").machine("web").metadata({ colour: "blue" }).waitUntil("running");
// expect: Type 'Chain<Machines, "stopping">' is not assignable to type 'number'
export const hovered: number = machines.stop();

machines.stop().waitUntil(["stopped"]).barrier().start().waitUntil("running").reboot().waitUntil("running");
machines.waitWhile("provisioning").rename("web-1").resize("g4-highcpu-1G").stop().waitWhile("stopping")
  .delete();
machines.stop().waitUntil("offline");
machines.where({ name: /^web/, memory: (mib: number) => mib > 1024, state: ["running", "stopped"] });
