/**
 * Writes how members are created.
 *
 * @module
 */
import { unwrapped, type Writing } from "./action_text.ts";
import { decide, indented } from "./api_text.ts";
import { answerOf, type Operation, type SpecifiedApi } from "./operations.ts";
import { wrapperOf } from "./record_parts.ts";
import { interfaceLines } from "./type_text.ts";
import { literal, property, reached, sentence } from "./words.ts";

const SECRET = /(pass(word|phrase|wd)?|secret|private[-_]?key|token)$/i;

/** Writes it. @param made The property with the time of creation. */
export function creationText(
  api: SpecifiedApi,
  operation: Operation,
  writing: Writing,
  { id, made }: { id: string | undefined; made: string | undefined },
): { lines: string[]; types: string[]; enters: string; keepsSecret: boolean } {
  const { schemas, states, kind, record, one, type } = writing;
  const given = operation.body === undefined ? undefined : schemas.shape(operation.body);
  const { shape, under } = given ? unwrapped(schemas, given, kind) : { shape: undefined, under: undefined };
  const moving = [...states.drift.keys()];
  const enters =
    moving.find((one) =>
      /^(creat|provision|build|initiali|pend|queue|request|start|launch|alloc|new)/i.test(one)
    ) ??
      states.resting[0] ?? moving[0] ?? states.all[0]!;
  const typed = writing.typeName(`New${type}`);
  const properties = new Map(
    [...shape?.properties ?? []].filter(([name]) => name !== "name" && name !== "count"),
  );
  const types = [
    `/** What a new ${kind} is to be like, besides its name. */`,
    ...shape && properties.size > 0
      ? interfaceLines(schemas, typed, { ...shape, properties })
      : [`export type ${typed} = Record<string, unknown>;`],
    "",
  ];
  const body = "{ ...spec, name }";
  const answer = answerOf(api, operation);
  const wrapper = wrapperOf(schemas, answer, kind, record);
  const whole = wrapper === undefined ? answer : schemas.shape(answer.properties.get(wrapper)!.schema);
  const isRecord = [...record.properties].filter(([, { required }]) => required)
    .every(([name]) => whole.properties.has(name)) && whole.properties.size > 2;
  const outer = wrapper === undefined ? [] : [wrapper];
  const secrets = [
    ...[...answer.properties.keys()].filter((name) => SECRET.test(name)).map((name) => [name]),
    ...outer.flatMap((key) =>
      [...whole.properties.keys()].filter((name) => SECRET.test(name)).map((name) => [key, name])
    ),
  ];
  const needsId = !isRecord || secrets.length > 0;
  const nameless = shape !== undefined && shape.properties.size > 0 && !shape.properties.has("name");
  const lines = [
    `// ${operation.method} ${sentence(operation.path, 200, true)}: ${
      sentence(operation.summary) || "make one"
    }`,
    ...decide(
      `Whether a new one is in ${enters} at first.` +
        (nameless ? " The body has no property name, and name is sent: say what stands for it." : "") +
        (needsId ? " Whether the answer has the id there." : "") +
        (made === undefined ? " Without madeAt one whose answer was lost is left in doubt." : "") +
        " Then take out prepare.",
    ),
    "create: {",
    ...indented([
      `enters: ${literal(enters)},`,
      `prepare(): Promise<${typed}> {`,
      `  throw new Error(${
        literal(`Cannot create a ${kind}: it is not decided yet how. See DECIDE in its description.`)
      });`,
      "},",
      `request: ({ count: _, ...spec }: ${typed} & { count?: number }, name) => ({`,
      `  method: "POST",`,
      "  path,",
      `  body: ${under === undefined ? body : `{ ${property(under)}: ${body} }`},`,
      "}),",
      ...needsId ? idLines([...outer, id ?? "id"], secrets) : [],
      ...made === undefined ? [] : [`madeAt: (${one}) => Date.parse(String(${one}${reached(made)})),`],
    ]),
    "},",
  ];
  return { lines, types, enters, keepsSecret: needsId && secrets.length > 0 };
}

/** Reads the id from an answer, and keeps its secrets out of the output. */
function idLines(at: readonly string[], secrets: readonly (readonly string[])[]): string[] {
  const safe = (way: readonly string[]) =>
    "answer" + way.map((name) => `?.${reached(name).replace(/^\./, "")}`).join("");
  return [
    "// deno-lint-ignore no-explicit-any",
    "idIn(answer: any) {",
    ...secrets.map((way) => `  if (${safe(way)}) keepSecret(String(${safe(way)}));`),
    `  const id = ${safe(at)};`,
    "  return id === undefined || id === null ? undefined : String(id);",
    "},",
  ];
}
