/**
 * A rule for `deno lint`: a chain that is not awaited, run, returned or stored silently does nothing.
 *
 * In `deno.json`: `"lint": { "plugins": ["https://…/lib/lint/no_floating_chain.ts"] }`.
 *
 * @module
 */

/** Functions that begin a chain. */
const HANDLES = new Set(["dc", "dbaas", "all"]);
/** Methods that use a chain; after them nothing is floating. */
const ENDS = new Set(["run", "plan", "then", "catch", "finally", "count", "request", "toString"]);

// deno-lint-ignore no-explicit-any
type Node = any;

/** The methods in an expression such as `dc("x").machines().stop()`, and its first name. */
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

/** Whether an expression makes a chain. `known` are the variables with a handle, a selection or a chain. */
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
            // A function of the file itself with the same name is not ours.
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
