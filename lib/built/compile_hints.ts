/**
 * Marks functions as needed at once. V8 compiles a function when it is first called, and what Deno keeps of a file's
 * compiled code is made before anything was called: without a mark, each start compiles them all anew, at 30 to 50
 * microseconds each. A function in parentheses is compiled, and kept, with its file.
 *
 * @module
 */
import type { AstNode, PluginContext } from "npm:@rollup/wasm-node@4.68.4";

/** A node of a syntax tree, whatever it is. */
type Node = AstNode & Record<string, unknown> & { start: number; end: number };

interface Edit {
  at: number;
  text: string;
}

/** The module's code with every function of its own in parentheses, methods excepted: they cannot be. */
export function withHints(code: string, parse: PluginContext["parse"]): string {
  const program = parse(code) as unknown as { body: Node[] };
  const edits: Edit[] = [];
  mark(program, undefined, code, edits);
  edits.sort((a, b) => a.at - b.at);
  // A declaration is there before its line is reached; an expression is not, so they come first.
  const first: string[] = [], exported: string[] = [];
  let rest = "", at = 0;
  for (const node of program.body) {
    const inside = node.type === "ExportNamedDeclaration" && node.declaration as Node | null;
    const declared = inside || node;
    if (declared.type !== "FunctionDeclaration") continue;
    const { name } = declared.id as { name: string };
    first.push(`const ${name} = (${edited(code, edits, declared.start, declared.end)});`);
    if (inside) exported.push(name);
    rest += edited(code, edits, at, node.start);
    at = node.end;
  }
  rest += edited(code, edits, at, code.length);
  return [...first, rest, exported.length > 0 ? `export { ${exported.join(", ")} };` : ""].join("\n");
}

/** Finds the function expressions that are not in parentheses yet. */
function mark(node: object, parent: Node | undefined, code: string, edits: Edit[]): void {
  const { type, start, end } = node as Node;
  const method = parent?.type === "MethodDefinition" ||
    (parent?.type === "Property" && (parent.method || parent.kind !== "init"));
  if (/^(ArrowFunction|Function)Expression$/.test(type) && !method && code[start - 1] !== "(") {
    edits.push({ at: start, text: "(" }, { at: end - 0.5, text: ")" });
  }
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === "object" && "type" in child) {
        mark(child, node as Node, code, edits);
      }
    }
  }
}

function edited(code: string, edits: readonly Edit[], from: number, to: number): string {
  let text = "", at = from;
  for (const edit of edits) {
    if (edit.at < from || edit.at >= to) continue;
    const place = Math.ceil(edit.at);
    text += code.slice(at, place) + edit.text;
    at = place;
  }
  return text + code.slice(at, to);
}
