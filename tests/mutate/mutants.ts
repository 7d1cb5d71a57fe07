/**
 * Small changes to a source file, each of which a test should notice.
 *
 * One condition, boundary, constant or call is changed at a time. Types, imports, texts and comments stay, because
 * changing them does not change what the program does.
 *
 * @module
 */
import ts from "npm:typescript@5.9.3";

/** One change. */
export interface Mutant {
  /** The file, from the root of the checkout. */
  readonly file: string;
  readonly line: number;
  /** The kind of change: `condition`, `boundary`, `constant`, `call`. */
  readonly kind: string;
  readonly before: string;
  readonly after: string;
  /** Where in the file it is. */
  readonly start: number;
  readonly end: number;
}

/** What an operator is turned into. */
const OPERATORS: Readonly<Record<string, readonly [kind: string, to: string]>> = {
  "<": ["boundary", "<="],
  "<=": ["boundary", "<"],
  ">": ["boundary", ">="],
  ">=": ["boundary", ">"],
  "===": ["condition", "!=="],
  "!==": ["condition", "==="],
  "&&": ["condition", "||"],
  "||": ["condition", "&&"],
  "+": ["constant", "-"],
  "-": ["constant", "+"],
  "*": ["constant", "/"],
  "/": ["constant", "*"],
};

/** Calls whose result is not used are left out one at a time. These only print or clean up. */
const TALK = /^(console|debug|notice)\b/;

/** All mutants of a file's text, in the order of the text. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const found: Mutant[] = [];
  const add = (kind: string, start: number, end: number, after: string) => {
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, line, kind, before: text.slice(start, end), after, start, end });
  };
  const negate = (condition: ts.Expression) =>
    add("condition", condition.getStart(), condition.end, `!(${condition.getText()})`);
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    // A sentence is not behaviour: what an error says is tested by other means.
    if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText())) return;
    if (ts.isTemplateExpression(node)) return;
    if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
      const condition = ts.isIfStatement(node) ? node.expression : node.condition;
      if (!ts.isBinaryExpression(condition)) negate(condition);
    }
    if (ts.isWhileStatement(node) && !ts.isBinaryExpression(node.expression)) {
      add("condition", node.expression.getStart(), node.expression.end, "false");
    }
    if (ts.isBinaryExpression(node)) {
      const operator = OPERATORS[node.operatorToken.getText()];
      const isText = ts.isStringLiteralLike(node.left) || ts.isStringLiteralLike(node.right) ||
        ts.isTemplateExpression(node.left) || ts.isTemplateExpression(node.right);
      if (operator && !(isText && operator[0] === "constant")) {
        add(operator[0], node.operatorToken.getStart(), node.operatorToken.end, operator[1]);
      }
    }
    if (ts.isNumericLiteral(node)) {
      const value = Number(node.getText().replaceAll("_", ""));
      add("constant", node.getStart(), node.end, value === 0 ? "1" : value === 1 ? "0" : `${value * 2}`);
    }
    if (node.kind === ts.SyntaxKind.TrueKeyword) add("constant", node.getStart(), node.end, "false");
    if (node.kind === ts.SyntaxKind.FalseKeyword) add("constant", node.getStart(), node.end, "true");
    if (ts.isExpressionStatement(node)) {
      const call = ts.isAwaitExpression(node.expression) ? node.expression.expression : node.expression;
      if (ts.isCallExpression(call) && !TALK.test(call.getText()) && call.expression.getText() !== "super") {
        add("call", node.expression.getStart(), node.expression.end, "undefined");
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Picks this many of them, spread evenly by a seed. The same seed picks the same ones. */
export function picked(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  let state = seed >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
  const rest = [...mutants];
  const taken: Mutant[] = [];
  while (taken.length < count && rest.length > 0) {
    taken.push(...rest.splice(Math.floor(next() * rest.length), 1));
  }
  return taken.sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.start - b.start);
}
