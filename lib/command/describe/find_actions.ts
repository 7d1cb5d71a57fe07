/**
 * Finds the actions of a kind: the requests that change one member.
 *
 * It knows four forms: a path for each action (`POST /servers/{id}/actions/poweron`), one path with the name in the
 * query or in the body (`POST /machines/{id}?action=stop`), one path with an object of that name (`POST
 * /servers/{id}/action {"os-stop": null}`), and DELETE or PUT of the member itself.
 *
 * @module
 */
import { TAKEN } from "../../api/check_description.ts";
import type { Kind } from "./find_kind.ts";
import type { Operation, SpecifiedApi } from "./operations.ts";
import type { SchemaShape } from "./schema.ts";
import { camelOf, pascalOf, wordParts } from "./words.ts";

/** One action. */
export interface FoundAction {
  /** Its name in the API: `os-stop`. */
  readonly name: string;
  readonly operation: Operation;
  /** What follows the member's path: `/actions/poweron`. */
  readonly rest: string;
  /** The query that names it. */
  readonly query?: Readonly<Record<string, string>>;
  /** Where its name is in the body: under a key, or as the key. */
  readonly named?: { readonly as: "value"; readonly key: string } | { readonly as: "key" };
  /** The schema of its body; undefined if it has none. */
  readonly takes: SchemaShape | undefined;
  /** Whether it sets fields of the member. */
  readonly sets: boolean;
}

/** An action, and the name of its method. */
export interface NamedAction extends FoundAction {
  readonly called: string;
}

const isParameter = (part: string) => /^\{[^}]*\}$/.test(part);
const WRITES = ["POST", "PUT", "PATCH", "DELETE"];
/** Paths under a member that only read, whatever their method. */
const READS =
  /^(metrics|console|consolelog|consoleoutput|getconsoleoutput|requestconsole|getvncconsole|getspiceconsole|getserialconsole|osgetrdpconsole|logs|log|diagnostics)$/;

/** Finds the actions, by name in the order of the file. */
export function findActions(api: SpecifiedApi, kind: Kind): NamedAction[] {
  const { memberPath } = kind;
  if (memberPath === undefined) return [];
  const found: FoundAction[] = [];
  const below = [...api.paths].filter(([path]) => path === memberPath || path.startsWith(`${memberPath}/`));
  const paths = below.map(([path]) => path);
  for (const [path, operations] of below) {
    const parts = path.slice(memberPath.length).split("/").slice(1);
    // Something below the member that has its own members is another kind, not an action.
    if (parts.some(isParameter) || parts.length > 2 || (parts.length > 0 && hasMembers(paths, path))) {
      continue;
    }
    if (parts.length === 2 && !/^(actions?|operations?|commands?|do)$/.test(parts[0]!)) continue;
    for (const method of WRITES) {
      const operation = operations.get(method);
      if (operation) {
        found.push(
          ...actionsOf(api, kind.name, operation, operation.path.slice(memberPath.length), parts.at(-1)),
        );
      }
    }
  }
  return withOwnNames(found.filter(({ name }) => !READS.test(camelOf(name).toLowerCase())));
}

function hasMembers(paths: readonly string[], path: string): boolean {
  if (/\/(actions?|operations?|commands?|do)$/.test(path)) return false;
  return paths.some((one) => one.startsWith(`${path}/`) && isParameter(one.slice(path.length + 1)));
}

function actionsOf(
  api: SpecifiedApi,
  kind: string,
  operation: Operation,
  rest: string,
  last: string | undefined,
): FoundAction[] {
  const { schemas } = api;
  const { method, parameters, body } = operation;
  const shape = body === undefined ? undefined : schemas.shape(body);
  const action = (one: Partial<FoundAction> & Pick<FoundAction, "name">): FoundAction => ({
    operation,
    rest,
    takes: undefined,
    sets: false,
    ...one,
  });
  const dispatched = last === undefined || /^actions?$/.test(last);
  if (method === "POST" && dispatched) {
    const inQuery = parameters.find((one) =>
      one.in === "query" && /^(action|operation|op|command)$/.test(one.name)
    );
    const names = (schema: unknown) => schemas.shape(schema).values.filter((one) => one !== "unknown");
    if (inQuery && names(inQuery.schema).length > 0) {
      return names(inQuery.schema).map((name) => {
        // If the body is not described, a schema may have the action's name: `RenameMachineRequest`.
        const own = schemas.named(`${pascalOf(name)}${pascalOf(kind)}Request`) ??
          schemas.named(`${pascalOf(name)}Request`);
        const takes = own === undefined ? shape : without(schemas.shape(own), inQuery.name);
        return action({ name, query: { [inQuery.name]: name }, takes });
      });
    }
    const inBody = [...shape?.properties ?? []].find(([key]) =>
      /^(action|operation|op|command|type)$/.test(key)
    );
    if (inBody && names(inBody[1].schema).length > 0) {
      const takes = without(shape!, inBody[0]);
      return names(inBody[1].schema).map((name) =>
        action({ name, named: { as: "value", key: inBody[0] }, takes })
      );
    }
    if (last !== undefined && shape && shape.properties.size > 0) {
      return [...shape.properties].filter(([name]) => !name.includes("$")).map(([name, { schema }]) => {
        const inner = schemas.shape(schema);
        return action({ name, named: { as: "key" }, takes: inner.properties.size > 0 ? inner : undefined });
      });
    }
  }
  const takes = shape && (shape.properties.size > 0 || shape.type === "object") ? shape : undefined;
  if (last === undefined) {
    if (method === "DELETE") return [action({ name: "delete" })];
    const sets = method === "PUT" || method === "PATCH" || method === "POST";
    return sets ? [action({ name: "update", takes, sets: true })] : [];
  }
  if (/^(actions?|operations?)$/.test(last)) return [];
  // If it has a GET as well, it is a part of the member to set, not an action.
  const part = api.paths.get(operation.path)?.has("GET") === true;
  const verb = method === "DELETE" ? "remove" : method === "POST" ? "" : part ? "set" : "";
  return [action({ name: verb === "" || wordParts(last)[0] === verb ? last : `${verb}-${last}`, takes })];
}

function without(shape: SchemaShape, key: string): SchemaShape | undefined {
  const properties = new Map([...shape.properties].filter(([name]) => name !== key));
  return properties.size === 0 ? undefined : { ...shape, properties };
}

/** `os-stop` becomes `stop`, if that name is free. Of two with the same name, the later gets its method appended. */
function withOwnNames(found: readonly FoundAction[]): NamedAction[] {
  const given = new Set<string>();
  return found.flatMap((one) => {
    const wanted = [one.name.replace(/^os-/, ""), one.name, `${one.name}-${one.operation.method}`].map(
      camelOf,
    );
    const free = wanted.find((name) => name !== "" && !given.has(name));
    if (free === undefined) return [];
    given.add(free);
    // Every chain has a method of that name.
    return [{ ...one, called: TAKEN.has(free) ? `${free}Action` : free }];
  });
}
