/**
 * Puts many mutants into one text, each switched off: `__mutant(7)` returns whether the seventh is on, and records that
 * it was reached. So the sources are read and compiled only once, whichever mutant is tried. A run with all of them off
 * shows which tests reach which mutant.
 *
 * @module
 */
import ts from "npm:typescript@5.9.3";
import type { Mutant } from "./mutants.ts";

/** A mutant, and the number that it is woken by. */
export interface Numbered extends Mutant {
  readonly number: number;
}

/**
 * The text with the mutants in it. A constant of the file counts as reached where it is used, because it is computed
 * only once.
 */
export function woven(text: string, mutants: readonly Numbered[]): string {
  const source = ts.createSourceFile("x.ts", text, ts.ScriptTarget.ESNext, true);
  const spans = new Map<string, Numbered[]>();
  for (const one of mutants) {
    const key = `${one.start} ${one.end}`;
    spans.set(key, [...spans.get(key) ?? [], one]);
  }
  const takenBySpan = (start: number, end: number) => spans.get(`${start} ${end}`) ?? [];
  const uses = usesOfConstants(source, mutants);

  const print = (node: ts.Node): string => {
    let out = "";
    let at = node.getStart();
    ts.forEachChild(node, (child) => {
      const start = child.getStart();
      if (start < at) return;
      out += text.slice(at, start) + weave(child);
      at = child.end;
    });
    return out + text.slice(at, node.end);
  };
  const weave = (node: ts.Node): string => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
      return text.slice(node.getStart(), node.end);
    }
    if (ts.isIdentifier(node) && uses.has(node)) {
      const asked = uses.get(node)!.map((number) => `__mutant(${number})`).join(", ");
      return ts.isShorthandPropertyAssignment(node.parent)
        ? `${node.text}: (${asked}, ${node.text})`
        : `(${asked}, ${node.text})`;
    }
    let out = print(node);
    if (ts.isBinaryExpression(node)) {
      const own = takenBySpan(node.operatorToken.getStart(), node.operatorToken.end);
      for (const { number, after } of own) {
        const [left, right] = [weave(node.left), weave(node.right)];
        // An arrow function on the right may not follow && or || without parentheses.
        out = `(__mutant(${number}) ? ((${left}) ${after} (${right})) : (${out}))`;
      }
    }
    for (const { number, kind, after } of takenBySpan(node.getStart(), node.end)) {
      const isKey = "name" in node.parent && node.parent.name === node;
      if (ts.isToken(node) && !isValue(node)) continue;
      if (kind === "call") out = `(__mutant(${number}) ? undefined : ${out})`;
      else if (after.startsWith("!(")) out = `(__mutant(${number}) ? !(${out}) : (${out}))`;
      else out = `${isKey ? "[" : "("}__mutant(${number}) ? ${after} : ${out}${isKey ? "]" : ")"}`;
    }
    return out;
  };
  return text.slice(0, source.getStart()) + print(source) + text.slice(source.end);
}

function isValue(node: ts.Node): boolean {
  return ts.isIdentifier(node) || ts.isNumericLiteral(node) || node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword || node.kind === ts.SyntaxKind.ThisKeyword;
}

/** Where the constants of the file are used that mutants are in: the numbers of those mutants, by the identifier. */
function usesOfConstants(source: ts.SourceFile, mutants: readonly Numbered[]): Map<ts.Node, number[]> {
  const inConstant = new Map<string, number[]>();
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || !initializer || hasFunction(initializer)) continue;
      const own = mutants.filter(({ start, end }) =>
        start >= initializer.getStart() && end <= initializer.end
      );
      if (own.length > 0) inConstant.set(name.text, own.map(({ number }) => number));
    }
  }
  const uses = new Map<ts.Node, number[]>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isIdentifier(node) && inConstant.has(node.text) && isUse(node)) {
      uses.set(node, inConstant.get(node.text)!);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return uses;
}

function hasFunction(node: ts.Node): boolean {
  return ts.isFunctionLike(node) || (ts.forEachChild(node, hasFunction) ?? false);
}

function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isBinaryExpression(parent)) return true;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
    return parent.initializer === node;
  }
  return ts.isExpression(parent) || ts.isReturnStatement(parent) || ts.isIfStatement(parent);
}
