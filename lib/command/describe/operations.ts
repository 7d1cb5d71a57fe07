/**
 * Reads the operations of an OpenAPI file (OpenAPI 3 or Swagger 2).
 *
 * @module
 */
import { isJson, type JsonValue } from "./read_document.ts";
import { Schemas, type SchemaShape } from "./schema.ts";

/** A parameter of a query or a path. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: unknown;
  readonly description: string;
  readonly required: boolean;
}

/** One request that an API accepts. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  /** The schema of its body; undefined if it has none. */
  readonly body: unknown;
  /** The schema of a successful answer; undefined if it is not described. */
  readonly answer: unknown;
  /** The statuses of successful answers. */
  readonly statuses: readonly string[];
  /** The headers of a successful answer, in lower case. */
  readonly headers: readonly string[];
}

/** Everything that is read from an OpenAPI file. */
export interface SpecifiedApi {
  readonly title: string;
  readonly version: string;
  /** Its URLs, as they are written. */
  readonly servers: readonly string[];
  /** How requests are authorized: the schemes, by name. */
  readonly security: readonly (readonly [name: string, scheme: JsonValue])[];
  readonly schemas: Schemas;
  /** Whether its paths end with a slash: they are kept without. */
  readonly slashed: boolean;
  /** By path, then by method in upper case. */
  readonly paths: ReadonlyMap<string, ReadonlyMap<string, Operation>>;
}

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Reads all operations. */
export function readApi(document: JsonValue): SpecifiedApi {
  const schemas = new Schemas(document);
  const paths = new Map<string, Map<string, Operation>>();
  let slashed = false;
  for (const [written, given] of Object.entries(document.paths as JsonValue)) {
    const item = schemas.follow(given);
    if (!written.startsWith("/") || !isJson(item)) continue;
    const path = written.replace(/(.)\/$/, "$1");
    slashed ||= path !== written;
    const shared = parametersIn(schemas, item.parameters);
    const operations = new Map<string, Operation>();
    for (const method of METHODS) {
      const operation = schemas.follow(item[method]);
      if (!isJson(operation)) continue;
      operations.set(method.toUpperCase(), readOperation(schemas, path, method, operation, shared));
    }
    if (operations.size > 0) paths.set(path, operations);
  }
  const info = isJson(document.info) ? document.info : {};
  return {
    title: textOf(info.title),
    version: textOf(info.version),
    servers: serversOf(document),
    security: securityOf(document, schemas),
    schemas,
    slashed,
    paths,
  };
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

function parametersIn(schemas: Schemas, list: unknown): Map<string, Parameter> {
  const found = new Map<string, Parameter>();
  for (const given of Array.isArray(list) ? list : []) {
    const one = schemas.follow(given);
    if (!isJson(one) || typeof one.name !== "string" || typeof one.in !== "string") continue;
    found.set(`${one.in} ${one.name}`, {
      name: one.name,
      in: one.in,
      // Swagger 2 has the type in the parameter itself.
      schema: one.schema ?? one,
      description: textOf(one.description),
      required: one.required === true,
    });
  }
  return found;
}

function readOperation(
  schemas: Schemas,
  path: string,
  method: string,
  operation: JsonValue,
  shared: ReadonlyMap<string, Parameter>,
): Operation {
  const parameters = [...new Map([...shared, ...parametersIn(schemas, operation.parameters)]).values()];
  const body = schemas.follow(operation.requestBody);
  const responses = isJson(operation.responses) ? operation.responses : {};
  const good = Object.keys(responses).filter((status) => /^2/.test(status)).sort();
  const answers = good.map((status) => schemas.follow(responses[status])).filter(isJson);
  return {
    method: method.toUpperCase(),
    path,
    summary: textOf(operation.summary) || textOf(operation.operationId),
    parameters,
    body: isJson(body) ? jsonIn(body) : parameters.find((one) => one.in === "body")?.schema,
    answer: answers.map(jsonIn).find((schema) => schema !== undefined),
    statuses: good,
    headers: answers.flatMap(({ headers }) => isJson(headers) ? Object.keys(headers) : [])
      .map((name) => name.toLowerCase()),
  };
}

/** The schema of JSON in a body or an answer. */
function jsonIn({ content, schema }: JsonValue): unknown {
  if (schema !== undefined) return schema; // Swagger 2
  if (!isJson(content)) return undefined;
  const type = Object.keys(content).find((one) => /json/i.test(one)) ??
    Object.keys(content).find((one) => one.includes("*"));
  const media = type === undefined ? undefined : content[type];
  return isJson(media) ? media.schema : undefined;
}

function serversOf(document: JsonValue): string[] {
  if (typeof document.host === "string") { // Swagger 2
    const [scheme = "https"] = Array.isArray(document.schemes) ? document.schemes : [];
    return [`${scheme}://${document.host}${textOf(document.basePath)}`];
  }
  const list = Array.isArray(document.servers) ? document.servers.filter(isJson) : [];
  const written = list.map(({ url, variables }) =>
    textOf(url).replace(/\{([^}]*)\}/g, (whole, name) => {
      const variable = isJson(variables) ? variables[name] : undefined;
      return isJson(variable) ? textOf(variable.default) || whole : whole;
    })
  );
  if (written.length === 0 && typeof document.basePath === "string") return [document.basePath];
  return written.filter((url) => url !== "" && url !== "/");
}

function securityOf(document: JsonValue, schemas: Schemas): [string, JsonValue][] {
  const components = isJson(document.components) ? document.components : {};
  const all = components.securitySchemes ?? document.securityDefinitions;
  if (!isJson(all)) return [];
  // Those that the whole API requires come first.
  const asked = (Array.isArray(document.security) ? document.security : []).filter(isJson)
    .flatMap((one) => Object.keys(one));
  const names = [...new Set([...asked, ...Object.keys(all)])];
  return names.flatMap((name) => {
    const scheme = schemas.follow(all[name]);
    return isJson(scheme) ? [[name, scheme] as [string, JsonValue]] : [];
  });
}

/** The shape of an operation's answer. */
export function answerOf({ schemas }: SpecifiedApi, operation: Operation | undefined): SchemaShape {
  return schemas.shape(operation?.answer);
}
