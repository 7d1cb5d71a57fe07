/**
 * What `deno doc` shows of the public surface: everything has a summary and an example, every method documents its
 * parameters and its errors. `deno task test-docs` runs the examples.
 */
import assert from "node:assert/strict";
import { dbaas, dc } from "../mod.ts";

interface Tag {
  kind: string;
  name?: string;
  doc?: string;
  tsType?: { repr?: string };
}
interface Documented {
  name: string;
  jsDoc?: { doc?: string; tags?: Tag[] };
}
interface Callable extends Documented {
  params: { name?: string; left?: { name?: string }; arg?: { name?: string } }[];
  functionDef?: { params: Callable["params"] };
}
interface Declaration extends Documented {
  kind: string;
  def: {
    params?: Callable["params"];
    properties?: (Documented & { accessibility?: string; isOverride?: boolean })[];
    methods?: (Callable & { accessibility?: string })[];
    callSignatures?: Callable[];
    constructors?: Callable[];
  };
}
/** A declaration with the name it has in the module. */
type Named = Declaration & { name: string };

/** The interfaces that hold the methods of every chain and selection. */
const METHODS = ["ChainMethods", "SelectionMethods", "Waits", "Rails", "Inspect"];

/** Methods that the language calls, or that are not for users: runs merge reports. */
const UNCALLED = new Set(["toString", "merge"]);

async function documented(file: string, ...flags: string[]): Promise<Named[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...flags, file],
    cwd: new URL("../", import.meta.url),
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
    nodes: Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>;
  };
  return Object.values(nodes).flatMap(({ symbols }) =>
    symbols.flatMap(({ name, declarations }) => declarations.map((one) => ({ ...one, name })))
  );
}

const surface = await documented("mod.ts");
/** The parts that the types of chains and selections are put together of. */
const parts = (await documented("lib/engine/chain/methods.ts", "--private")).filter(({ kind, name }) =>
  kind === "interface" && (!surface.some((one) => one.name === name) || METHODS.includes(name))
);
const errors = new Set(
  surface.filter(({ kind, name }) => kind === "class" && name.endsWith("Error")).map((one) => one.name),
);

const summaryOf = ({ jsDoc }: Documented) => jsDoc?.doc?.trim() ?? "";
const tagsOf = ({ jsDoc }: Documented, kind: string) =>
  (jsDoc?.tags ?? []).filter((tag) => tag.kind === kind);
const examplesOf = (one: Documented) => tagsOf(one, "example").map((tag) => tag.doc ?? "");
/** A method with a symbol as its name, which printers call, cannot be looked up by name. */
const isNamed = ({ name }: Documented) => !name.startsWith("[");

/** The members that people see, as `Class.member`. */
function membersOf(one: Named): (Callable & { at: string; callable: boolean })[] {
  const { properties = [], methods = [], callSignatures = [] } = one.def;
  const open = (member: { accessibility?: string }) =>
    member.accessibility !== "private" && member.accessibility !== "protected";
  return [
    ...properties.filter((each) => open(each) && !each.isOverride).map((each) => ({
      ...each,
      params: [],
      callable: false,
    })),
    ...methods.filter(open).map((each) => ({ ...each, callable: true })),
    ...callSignatures.map((each) => ({ ...each, name: "()", callable: true })),
  ].filter(isNamed).map((each) => ({ ...each, at: `${one.name}.${each.name}` }));
}

/** The parameters without documentation, as `Class.method(parameter)`. */
function untold(at: string, one: Documented, params: Callable["params"]): string[] {
  const told = new Set(tagsOf(one, "param").map((tag) => tag.name));
  return params
    .map(({ name, left, arg }) => name ?? left?.name ?? arg?.name)
    // A destructured parameter has no name in the signature, so any one name is accepted.
    .filter((name) => name === undefined ? told.size === 0 : !told.has(name))
    .map((name) => `${at}(${name ?? "…"})`);
}

function untoldOf(one: Named): string[] {
  const own = one.kind === "function" ? untold(one.name, one, one.def.params ?? []) : [];
  const members = membersOf(one);
  const made = (one.def.constructors ?? []).filter((each) => !summaryOf(each).startsWith("Use {@linkcode"));
  return [
    ...own,
    ...members.flatMap((each) => untold(each.at, each, (each.functionDef ?? each).params)),
    ...made.flatMap((each) => untold(`new ${one.name}`, each, each.params)),
  ];
}

/** Documented errors that are not exported error classes. */
function wronglyThrown(one: Named): string[] {
  return [{ ...one, at: one.name }, ...membersOf(one)].flatMap((each) =>
    tagsOf(each, "throws").map((tag) => tag.tsType?.repr ?? tag.doc ?? "").filter((name) => !errors.has(name))
      .map((name) => `${each.at}: ${name}`)
  );
}

Deno.test("everything public has a summary", () => {
  const missing = surface.filter((one) => summaryOf(one) === "").map(({ name }) => name);
  assert.deepEqual(missing, []);
  assert.ok(surface.length > 150, "the surface was read");
});

Deno.test("everything public has an example", () => {
  const missing = surface.filter((one) => examplesOf(one).length === 0).map(({ name }) => name);
  assert.deepEqual(missing, []);
});

Deno.test("every public method and property has a summary", () => {
  const missing = surface.flatMap(membersOf).filter((one) => summaryOf(one) === "").map(({ at }) => at);
  assert.deepEqual(missing, []);
});

Deno.test("every parameter of what is public is told of", () => {
  assert.deepEqual(surface.flatMap(untoldOf), []);
});

Deno.test("every method is called by an example of its class, or of what it links to", () => {
  const classes = surface.filter(({ kind, name }) => kind === "class" && !name.endsWith("Error"));
  const missing = classes.flatMap((one) => {
    const members = membersOf(one);
    const examples = [one, ...members].flatMap(examplesOf);
    return members.filter((member) => {
      const links = [...summaryOf(member).matchAll(/\{@linkcode (\w+)\}/g)].map(([, link]) => link);
      const linked = surface.filter(({ name }) => links.includes(name)).flatMap(examplesOf);
      const calls = new RegExp(`\\b${member.name}\\b`);
      return member.callable && !UNCALLED.has(member.name) &&
        ![...examples, ...linked].some((text) => calls.test(text));
    }).map(({ at }) => at);
  });
  assert.deepEqual(missing, []);
});

Deno.test("what is said to be thrown is a class of errors that is exported", () => {
  assert.deepEqual([...surface, ...parts].flatMap(wronglyThrown), []);
});

Deno.test("the methods of chains and selections, which types put together, are told of as well", () => {
  assert.ok(parts.length > 4, "the parts were read");
  const methods = parts.flatMap(membersOf);
  assert.deepEqual(methods.filter((one) => summaryOf(one) === "").map(({ at }) => at), []);
  assert.deepEqual(parts.flatMap(untoldOf), []);
  const examples = surface.filter(({ name }) => ["Chain", "Selection", "One"].includes(name)).flatMap(
    examplesOf,
  );
  const calls = (name: string) => examples.some((example) => example.includes(`.${name}(`));
  assert.deepEqual(methods.filter(({ name }) => !UNCALLED.has(name) && !calls(name)).map(({ at }) => at), []);
});

/** Of the engine, for itself. */
const OWN = new Set(["constructor", "with", "step", "ask", "isOne", "toString", "then"]);

/** The methods that a chain or a selection has when the program runs. */
function methodsOf(selection: object): string[] {
  const names = new Set<string>();
  for (let at = selection; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  return [...names].filter((name) => !OWN.has(name)).sort();
}

for (
  const [what, selection, interfaces] of [
    ["machines", dc("sim").machine("x"), ["MachineActions", "MachineSteps", "MachineReads"]],
    ["images", dc("sim").image("x"), ["ImageActions"]],
    ["instances", dbaas("sim").instance("x"), ["InstanceActions", "InstanceSteps", "InstanceReads"]],
    ["clusters", dbaas("sim").cluster("x"), ["ClusterActions", "ClusterSteps", "ClusterReads"]],
    ["backups", dbaas("sim").backup("x"), ["BackupActions"]],
  ] as const
) {
  Deno.test(`every method of a chain of ${what} has an entry of its own, and every entry is a method`, () => {
    const entries = surface.filter(({ name }) => [...METHODS, ...interfaces].includes(name)).flatMap(
      membersOf,
    )
      .filter(({ name }) => !OWN.has(name));
    const names = [...new Set(entries.map(({ name }) => name))].sort();
    assert.deepEqual(names, methodsOf(selection));
    assert.deepEqual(entries.filter((one) => summaryOf(one) === "" || !one.callable), []);
  });
}

Deno.test("deno doc --lint has nothing to say of any entry point", async () => {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("../deno.json", import.meta.url)));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...Object.values(exports as Record<string, string>)],
    cwd: new URL("../", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
});
