/**
 * A rule for `deno lint`: a chain that is neither awaited, run, returned nor kept does nothing, silently.
 *
 * In `deno.json`: `"lint": { "plugins": ["https://…/lib/lint/no_floating_chain.ts"] }`.
 *
 * @module
 */

/** Calls that begin a chain. */
const HANDLES = new Set(["dc", "dbaas", "all"]);
/** Calls that do something with a chain; after them nothing floats. */
const ENDS = new Set(["run", "plan", "then", "catch", "finally", "count", "request", "toString"]);

// deno-lint-ignore no-explicit-any
type Node = any;

/** The methods called along an expression such as `dc("x").machines().stop()`, and the name it begins with. */
function links(node: Node): { root: string; called: boolean; methods: string[] } | undefined {
  const methods: string[] = [];
  for (let at = node;;) {
    if (at.type === "CallExpression") {
      const { callee } = at;
      if (callee.type === "Identifier") return { root: callee.name, called: true, methods };
      if (callee.type !== "MemberExpression") return undefined;
      if (callee.property.type === "Identifier") methods.unshift(callee.property.name);
      at = callee.object;
    } else if (at.type === "MemberExpression") at = at.object;
    else if (at.type === "TSNonNullExpression") at = at.expression;
    else if (at.type === "Identifier") return { root: at.name, called: false, methods };
    else return undefined;
  }
}

/** Whether an expression makes a chain. `known` are variables that hold a handle, a selection or a chain. */
function isChain(node: Node, known: ReadonlySet<string>): boolean {
  const found = links(node);
  if (!found) return false;
  const begins = found.called && HANDLES.has(found.root) || !found.called && known.has(found.root);
  return begins && !found.methods.some((method) => ENDS.has(method));
}

/** The plugin, for `lint.plugins` in `deno.json`. */
const plugin: Deno.lint.Plugin = {
  name: "muster",
  rules: {
    "no-floating-chain": {
      create(context) {
        const known = new Set<string>();
        const imported = new Set<string>();
        return {
          ImportDeclaration(node: Node) {
            for (const specifier of node.specifiers) imported.add(specifier.local.name);
          },
          VariableDeclarator(node: Node) {
            if (node.id.type === "Identifier" && node.init && isChain(node.init, known)) {
              known.add(node.id.name);
            }
          },
          ExpressionStatement(node: Node) {
            const found = links(node.expression);
            if (!found || found.methods.length === 0 && found.root !== "all") return;
            // A function of the file's own that happens to have the name is not ours.
            if (found.called && !imported.has(found.root)) return;
            if (!isChain(node.expression, known)) return;
            context.report({
              node,
              message: "This chain is built and never run: nothing is sent.",
              hint: "Put await before it, call .run(), or keep it in a variable.",
            });
          },
        };
      },
    },
  },
};

export default plugin;
