/**
 * Marks functions for early compilation. V8 compiles a function when it is first called, but Deno caches a file's
 * compiled code before anything was called. So without a mark, each start compiles every function again, which takes 30
 * to 50 microseconds each. V8 compiles a function in parentheses together with its file, so that it is cached. This
 * works for function expressions, and for arrow functions that are not async. So async arrows and an object's methods
 * are first rewritten as function expressions. A class's methods cannot be marked.
 *
 * @module
 */
import type { AstNode, PluginContext } from "npm:@rollup/wasm-node@4.68.4";
import type { Piece } from "./source_map.ts";

/** Any node of a syntax tree. */
type Node = AstNode & Record<string, unknown> & { start: number; end: number };

interface Edit {
  at: number;
  text: string;
  /** The end of the text that it replaces. */
  until?: number;
  /** If the edit closes a parenthesis: where that was opened. Inner parentheses are closed first. */
  began?: number;
}

/** The module's code with all its functions in parentheses, except a class's methods, which cannot be. */
export function withHints(code: string, parse: PluginContext["parse"]): string {
  return hinted(code, parse).map(({ text }) => text).join("");
}

/** The same as pieces that know their original positions. */
export function hinted(code: string, parse: PluginContext["parse"]): Piece[] {
  const program = parse(code) as unknown as { body: Node[] };
  const edits: Edit[] = [];
  mark(program, undefined, code, edits);
  edits.sort((a, b) => a.at - b.at || (b.began ?? 0) - (a.began ?? 0));
  // A declaration can be used before its line is reached; an expression cannot, so they come first.
  const first: Piece[] = [], rest: Piece[] = [], exported: string[] = [];
  let at = 0;
  for (const node of program.body) {
    const inside = node.type === "ExportNamedDeclaration" && node.declaration as Node | null;
    const declared = inside || node;
    if (declared.type !== "FunctionDeclaration") continue;
    const { name } = declared.id as { name: string };
    first.push({ text: `const ${name} = (` }, ...edited(code, edits, declared.start, declared.end));
    first.push({ text: ");\n" });
    if (inside) exported.push(name);
    rest.push(...edited(code, edits, at, node.start));
    at = node.end;
  }
  rest.push(...edited(code, edits, at, code.length));
  const last = exported.length > 0 ? `\nexport { ${exported.join(", ")} };` : "\n";
  return [...first, ...rest, { text: last }];
}

/** Finds function expressions without parentheses, and what can be rewritten as one. */
function mark(node: object, parent: Node | undefined, code: string, edits: Edit[]): void {
  const { type, start, end } = node as Node;
  const property = parent?.type === "Property" && parent.value === node && parent.kind === "init" &&
    parent.method;
  const method = parent?.type === "MethodDefinition" ||
    (parent?.type === "Property" && parent.value === node && parent.kind !== "init");
  if (property && !uses(node, "Super", true)) writeMethod(node as Node, parent as Node, code, edits);
  else if (type === "ArrowFunctionExpression" && (node as Node).async && !usesOuter(node)) {
    writeArrow(node as Node, code, edits);
  } else if (
    /^(ArrowFunction|Function)Expression$/.test(type) && !method && !property && code[start - 1] !== "("
  ) {
    edits.push({ at: start, text: "(" }, { at: end - 0.5, text: ")", began: start });
  }
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === "object" && "type" in child) {
        mark(child, node as Node, code, edits);
      }
    }
  }
}

/** `async *name(…) {…}` in an object becomes `name: (async function*(…) {…})`. */
function writeMethod(node: Node, property: Node, code: string, edits: Edit[]): void {
  const key = property.key as Node;
  const name = code.slice(
    property.computed ? property.start : key.start,
    property.computed ? node.start : key.end,
  );
  // What comes before the name, and the name, are rewritten: the parameters begin where the function does.
  edits.push({
    at: property.start,
    until: node.start,
    text: `${property.computed ? name.slice(name.indexOf("[")) : name}:(${
      node.async ? "async " : ""
    }function${node.generator ? "*" : ""}`,
  }, { at: node.end - 0.5, text: ")", began: node.start });
}

/** `async (…) => …` becomes `(async function(…) {…})`. */
function writeArrow(node: Node, code: string, edits: Edit[]): void {
  const body = node.body as Node, params = node.params as Node[];
  const bare = params.length === 1 && code[node.start + "async".length] !== "(" &&
    !/^async\s*\(/.test(code.slice(node.start, params[0]!.end));
  const open = code[node.start - 1] === "(" && code[node.end] === ")" ? "" : "(";
  edits.push({ at: node.start, until: node.start + "async".length, text: `${open}async function` });
  if (bare) edits.push({ at: params[0]!.start, text: "(" }, { at: params[0]!.end - 0.5, text: ")" });
  // The arrow is the last one before the body, which may itself be in parentheses.
  const arrow = code.lastIndexOf("=>", body.start);
  const expression = body.type !== "BlockStatement";
  edits.push({ at: arrow, until: arrow + 2, text: expression ? "{return " : "" });
  edits.push({ at: node.end - 0.5, text: `${expression ? "}" : ""}${open && ")"}`, began: node.start });
}

/** Whether a function uses what only an arrow function takes from outside. */
function usesOuter(node: object): boolean {
  return uses(node, "ThisExpression") || uses(node, "Super") || uses(node, "arguments") ||
    uses(node, "MetaProperty");
}

/** Whether something occurs in a function, not counting inner functions that have their own. */
function uses(node: object, what: string, own = false): boolean {
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child === null || typeof child !== "object" || !("type" in child)) continue;
      const { type, name } = child as Node;
      if (type === what || (type === "Identifier" && name === what)) return true;
      if (!own && /^Function(Expression|Declaration)$/.test(type)) continue;
      if (uses(child, what, own)) return true;
    }
  }
  return false;
}

function edited(code: string, edits: readonly Edit[], from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  let at = from;
  for (const edit of edits) {
    if (edit.at < from || edit.at >= to) continue;
    const place = Math.ceil(edit.at);
    pieces.push({ text: code.slice(at, place), from: at }, { text: edit.text });
    at = edit.until ?? place;
  }
  return [...pieces, { text: code.slice(at, to), from: at }];
}
