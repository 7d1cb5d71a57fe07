/**
 * Writes a first description of one kind of thing, as the text of a TypeScript file.
 *
 * @module
 */
import { actionText, type Writing } from "./action_text.ts";
import { apiLines, decide, indented } from "./api_text.ts";
import { creationText } from "./creation_text.ts";
import { findActions } from "./find_actions.ts";
import { type Kind, otherKinds } from "./find_kind.ts";
import { findPages, type Pages } from "./find_pages.ts";
import { guessStates, type States } from "./guess_states.ts";
import { answerOf, type SpecifiedApi } from "./operations.ts";
import { partsOfRecord, type RecordParts, wrapperOf } from "./record_parts.ts";
import type { SchemaShape } from "./schema.ts";
import { interfaceLines } from "./type_text.ts";
import {
  camelOf,
  literal,
  Names,
  pascalOf,
  pluralOf,
  property,
  reached,
  sentence,
  wordParts,
} from "./words.ts";

/** What a person has to decide about each action. */
const ASKED = [
  "Of each action:",
  "- from: the states it is taken in. Here, where its name says nothing, all that a member stays in.",
  "- how it shows that it happened: enters (the state it leads to), done (the fields it sets), or leavesMark. With none",
  "  of them it counts as done when it is accepted.",
  "- always: it is sent also where the member already is where it leads, as a reboot is.",
  "- destructive: it cannot be undone, so that more than a few members are asked about. Said of all that is not known.",
];

/** The text of a description. */
export interface WrittenDescription {
  readonly text: string;
  /** The name of its members in the file's exports: `machines`. */
  readonly members: string;
  readonly actions: number;
  /** How many places a person has to decide. */
  readonly decisions: number;
}

/**
 * Writes the description.
 *
 * @param source The name of the file that it is made from.
 * @param from The import specifier of muster.
 */
export function writeDescription(
  api: SpecifiedApi,
  kinds: readonly Kind[],
  kind: Kind,
  source: string,
  from: string,
): WrittenDescription {
  const names = new Names();
  const name = wordParts(kind.name).join("-");
  const one = names.take(camelOf(name), "member");
  const members = names.take(camelOf(pluralOf(name)), "members");
  for (
    const taken of ["path", "at", "undecided", "id", "name", "spec", "options", "changes", "body", "key"]
  ) {
    names.take(taken, taken);
  }
  const handle = names.take(camelOf(api.title).slice(0, 30), "service");
  const type = names.take(pascalOf(name), "Member");
  const { schemas } = api;
  const member = kind.memberPath === undefined ? undefined : api.paths.get(kind.memberPath)!.get("GET");
  const [record, wrapper] = recordOf(api, kind, name, member !== undefined);
  const parts = partsOfRecord(schemas, record, name, /\{([^}]*)\}$/.exec(kind.memberPath ?? "")?.[1]);
  const listed = parts.state === undefined
    ? []
    : schemas.shape(record.properties.get(parts.state)!.schema).values;
  const states = guessStates(
    parts.state === undefined ? ["present"] : listed.length > 0 ? listed : ["unknown"],
  );
  const writing: Writing = {
    schemas,
    record,
    type,
    one,
    kind: name.replaceAll("-", " "),
    states,
    hasState: parts.state !== undefined && listed.length > 0,
    typeName: (wanted) => names.take(wanted, "Options"),
  };
  const actions = findActions(api, kind).map((action) => actionText(action, writing));
  const creating = api.paths.get(kind.path)?.get("POST");
  const creation = creating && creationText(api, creating, writing, { id: parts.id, made: parts.made });
  const pages = findPages(api, kind.list, kind.items, record);
  const prefix = prefixOf(kind.path, names);
  const drift = driftLines(
    states,
    new Set([...actions.flatMap(({ named }) => named), creation?.enters]),
    actions.length > 0,
  );
  const imports = ["api", "describe", pages.maker, ...creation?.keepsSecret ? ["keepSecret"] : []].sort();
  const lines = [
    ...headLines(api, otherKinds(kinds, kind), name, source, members, actions.length),
    `import { ${imports.join(", ")} } from ${literal(from)};`,
    "",
    `/** ${sentence(api.title, 80, true) || "The API"}. */`,
    ...apiLines(api, handle),
    "",
    ...prefix.lines,
    ...api.slashed
      ? decide(
        "Does the API take its paths without the slash at their ends? muster sends none, because a path without an id " +
          "would then be the one of all.",
      )
      : [],
    `/** Where ${pluralOf(name)} are. */`,
    `const path = ${prefix.path};`,
    ...actions.length > 0
      ? [
        "/** Where one of them is, and what is below it. */",
        'const at = (id: string, rest = "") => `${path}/${encodeURIComponent(id)}${rest}`;',
      ]
      : [],
    ...actions.length > 0
      ? [
        "/** An action with this obstacle is refused by every plan, and never sent. Take it out of what you have decided. */",
        `const undecided = () => "it is not decided yet what it does. See DECIDE in its description";`,
      ]
      : [],
    "",
    `/** ${sentence(record.description) || `One ${name}, as the API shows it.`} */`,
    ...interfaceLines(schemas, type, record, new Set([parts.id ?? "", parts.state ?? ""])),
    "",
    ...actions.flatMap(({ types }) => types),
    ...creation?.types ?? [],
    `/** The ${pluralOf(name)}. */`,
    `export const ${members} = ${handle}.of(describe({`,
    ...indented([
      `kind: ${literal(name)},`,
      ...pluralOf(name) === `${name}s` ? [] : [`plural: ${literal(pluralOf(name))},`],
      "path,",
      ...listLines(kind, pages, type),
      ...memberLines(kind, member?.path, wrapper, type),
      ...recordLines(writing, parts),
      ...stateLines(writing, parts),
      `states: [${states.all.map(literal).join(", ")}],`,
      ...drift,
      ...states.opaque.length === 0 ? [] : [
        ...decide("Do these hide where it is, so that a wait sits them out?"),
        `opaque: [${states.opaque.map(literal).join(", ")}],`,
      ],
      ...states.failures.length === 0 ? [] : [`failures: [${states.failures.map(literal).join(", ")}],`],
      ...goneLines(states),
      ...creation?.lines ?? [],
      ...actions.length === 0 ? ["actions: {},"] : [
        ...ASKED.map((line) => `// ${line}`),
        "actions: {",
        ...indented(actions.flatMap(({ lines }) => lines)),
        "},",
      ],
    ]),
    "}));",
    "",
  ];
  const text = lines.join("\n");
  return {
    text,
    members,
    actions: actions.length,
    decisions: text.split("\n").filter((line) => /^\s*\/\/ DECIDE:/.test(line)).length,
  };
}

/** The record as a GET returns it, if that is described, else as the list does; and the key that contains it. */
function recordOf(
  api: SpecifiedApi,
  kind: Kind,
  name: string,
  hasMember: boolean,
): [record: SchemaShape, wrapper: string | undefined] {
  if (!hasMember) return [kind.record, undefined];
  const answer = answerOf(api, api.paths.get(kind.memberPath!)!.get("GET"));
  const wrapper = wrapperOf(api.schemas, answer, name, kind.record);
  const whole = wrapper === undefined ? answer : api.schemas.shape(answer.properties.get(wrapper)!.schema);
  if (whole.properties.size === 0) return [kind.record, wrapper];
  // Properties that only one of the two has may be missing.
  const properties = new Map(
    [...whole.properties, ...kind.record.properties].map(([field]) => {
      const [one, other] = [whole.properties.get(field), kind.record.properties.get(field)];
      const { schema } = (one ?? other)!;
      return [field, { schema, required: one?.required === true && other?.required === true }] as const;
    }),
  );
  return [{ ...whole, properties }, wrapper];
}

function headLines(
  api: SpecifiedApi,
  others: readonly string[],
  name: string,
  source: string,
  members: string,
  actions: number,
): string[] {
  const title = sentence(`${api.title} ${api.version}`.trim(), 80, true) || "the API";
  return [
    "/**",
    ` * ${pascalOf(members)} of ${title}: a first description for muster, made of ${
      sentence(source, 80, true)
    }.`,
    " *",
    " * It lists as it is. What the file does not say is marked with DECIDE, and guessed." +
    (actions > 0 ? " No action is sent before somebody has" : ""),
    ...actions > 0 ? [" * decided it: until then each has the obstacle `undecided`."] : [],
    " *",
    ` *     muster ls ${pluralOf(name)} --api=THIS_FILE`,
    " *",
    ...others.length === 0 ? [] : [
      ` * The file lists more of this name: ${
        others.slice(0, 5).map((one) => sentence(one, 80, true)).join(", ")
      }. Say which with --path.`,
      " *",
    ],
    " * @module",
    " */",
  ];
}

/** The path, and constants for its parameters. */
function prefixOf(path: string, names: Names): { lines: string[]; path: string } {
  const lines: string[] = [];
  let isTemplate = false;
  const written = path.replace(/\{([^}]*)\}|[^{}]+/g, (whole, parameter) => {
    if (parameter === undefined) {
      // Characters that a path cannot have are encoded; what is already encoded stays.
      return encodeURI(whole).replaceAll("%25", "%").replaceAll("`", "%60").replaceAll("$", "%24");
    }
    isTemplate = true;
    const name = names.take(camelOf(parameter), "part");
    lines.push(
      ...decide(`Which ${sentence(parameter, 60, true)}: it is part of every path.`),
      `const ${name} = ${literal(parameter.replace(/[^\w.-]/g, "") || "part")};`,
    );
    return `\${${name}}`;
  });
  return { lines, path: isTemplate ? `\`${written}\`` : literal(written) };
}

function listLines({ list, path }: Kind, pages: Pages, type: string): string[] {
  const options = [
    ...pages.options,
    ...pages.filters.length === 0 ? [] : [
      "// Each record is tested again. Leave out what the server takes for something else than equality.",
      `filters: [${pages.filters.map(literal).join(", ")}],`,
    ],
  ];
  const made = (generic: string) =>
    options.length === 0
      ? [`${pages.maker}${generic}()`]
      : [`${pages.maker}${generic}({`, ...indented(options), "})"];
  const rest = list.path.slice(path.length);
  if (rest === "") {
    const lines = made("");
    return [...pages.decide.flatMap(decide), `list: ${lines.join("\n")},`].flatMap((line) =>
      line.split("\n")
    );
  }
  const lines = made(`<${type}>`);
  lines[lines.length - 1] += `(\`\${below}${rest}\`, id),`;
  return [...pages.decide.flatMap(decide), "list: (below, id) =>", ...indented(lines)];
}

function memberLines(
  kind: Kind,
  path: string | undefined,
  wrapper: string | undefined,
  type: string,
): string[] {
  if (path === undefined) {
    return [
      ...decide(`How one is read: the file has no GET for it. This is the usual way.`),
      ...kind.memberPath === undefined
        ? ['get: (id) => ({ method: "GET", path: `${path}/${encodeURIComponent(id)}` }),']
        : [],
    ];
  }
  return [
    ...wrapper === undefined
      ? []
      : [`read: (body) => (body as { ${property(wrapper)}: ${type} })${reached(wrapper)},`],
  ];
}

function recordLines(
  { schemas, record, one, type }: Writing,
  { id, name, mark, fault, tags }: RecordParts,
): string[] {
  const shapeOf = (field: string) => schemas.shape(record.properties.get(field)!.schema);
  const lines: string[] = [];
  const identity = `${one}${reached(id ?? "id")}`;
  if (id === undefined) {
    lines.push(
      ...decide(`What its id is: none of its properties is called so.`),
      `id: (${one}) => String((${one} as { id?: unknown }).id),`,
    );
  } else if (id !== "id") lines.push(`id: (${one}) => String(${identity}),`);
  if (id !== undefined) {
    const { format, type: idType } = shapeOf(id);
    if (format === "uuid") {
      lines.push("isId: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),");
    } else if (idType === "number") lines.push("isId: (text) => /^[0-9]+$/.test(text),");
  }
  const fallback = id === undefined ? `String((${one} as { id?: unknown }).id)` : `String(${identity})`;
  if (name === undefined) lines.push(`name: (${one}) => ${fallback},`);
  else if (name !== "name" || shapeOf(name).nullable || !record.properties.get(name)!.required) {
    lines.push(`name: (${one}) => ${one}${reached(name)} ?? ${fallback},`);
  }
  if (mark !== undefined) {
    const shape = shapeOf(mark);
    const value = `${one}${reached(mark)}`;
    const plain = shape.type === "unknown" ? `String(${value})` : value;
    lines.push(`mark: (${one}: ${type}) => ${plain}${shape.nullable ? " ?? undefined" : ""},`);
    if (shape.format === "date-time") {
      lines.push(
        ...decide("How coarse that time is: here whole seconds."),
        `markTime: (${one}: ${type}) => ({ at: Date.parse(String(${value})), unit: 1000 }),`,
      );
    }
  }
  if (fault !== undefined) {
    const way = fault.map((field) => `?.${reached(field).replace(/^\./, "")}`).join("").replace(
      /^\?(?=\.[^[])/,
      "",
    )
      .replace(/^\?\.\[/, "[");
    lines.push(`fault: (${one}: ${type}) => ${one}${way} ?? undefined,`);
  }
  if (tags !== undefined) lines.push(`tags: (${one}: ${type}) => ${one}${reached(tags)} ?? {},`);
  return lines;
}

function stateLines(
  { one, type, states, hasState, record, schemas }: Writing,
  { state }: RecordParts,
): string[] {
  if (state === undefined) {
    return [
      ...decide("What its state is: none of its properties says it. Here each that is there is present."),
      `state: (_: ${type}) => "present",`,
    ];
  }
  const field = record.properties.get(state)!;
  const { nullable, description } = schemas.shape(field.schema);
  const value = `${one}${reached(state)}`;
  const text = nullable ? `String(${value})` : value;
  if (!hasState) {
    const said = sentence(description, 300, true);
    return [
      ...decide(
        `Which states there are: the file does not list them.${
          said === "" ? "" : ` It says: ${said}`
        } Until then all that are ` +
          `not listed count as unknown, which a wait sits out.`,
      ),
      `state: (${one}: ${type}) => {`,
      `  const state = String(${value});`,
      `  return [${literal(states.gone)}].includes(state) ? state : "unknown";`,
      "},",
    ];
  }
  return [`state: (${one}: ${type}) => ${text},`];
}

function driftLines(states: States, named: ReadonlySet<string | undefined>, acts: boolean): string[] {
  const { drift, all, opaque, gone } = states;
  const reachedStates = new Set([...drift.keys(), ...[...drift.values()].flat(), ...opaque, gone, ...named]);
  const lonely = acts || drift.size > 0 ? all.filter((one) => !reachedStates.has(one)) : [];
  if (drift.size === 0 && lonely.length === 0) return ["drift: {},"];
  return [
    ...decide(
      "Where a member goes from a state by itself. A wait for what can no longer be reached fails at once.",
    ),
    "drift: {",
    ...indented([
      ...[...drift].map(([from, to]) => `${property(from)}: [${to.map(literal).join(", ")}],`),
      ...lonely.map((one) => `${property(one)}: [],`),
    ]),
    "},",
  ];
}

function goneLines({ gone, ownGone }: States): string[] {
  return [
    ...ownGone ? [`// The API has no state for it: it is shown by the 404 alone.`] : [],
    `gone: { state: ${literal(gone)}, statuses: [404, 410] },`,
  ];
}
