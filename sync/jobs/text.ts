/**
 * JSON with comments as a tree in which everything knows where it stands, so that a fault can name its line. The one
 * place that knows the parser. Pure.
 */
import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

/** A value, and the index in the text at which it begins. */
export type Json =
  | { readonly kind: "object"; readonly at: number; readonly members: readonly Member[] }
  | { readonly kind: "array"; readonly at: number; readonly items: readonly Json[] }
  | { readonly kind: "string"; readonly at: number; readonly text: string }
  | { readonly kind: "number"; readonly at: number; readonly value: number }
  | { readonly kind: "boolean"; readonly at: number; readonly value: boolean }
  | { readonly kind: "null"; readonly at: number };

/** In the order in which they are written; the same name may come twice. */
export interface Member {
  readonly name: string;
  readonly at: number;
  readonly value: Json;
}

/** What is wrong at an index of the text. */
export interface Fault {
  readonly at: number;
  readonly text: string;
}

/** Deeper than any file of jobs: the parser calls itself. */
const DEEPEST = 16;

/** Read a text; or the first thing in it that is no JSON. Null for a text without a value. */
export function readJson(text: string): Json | null | Fault {
  const deep = tooDeep(text);
  if (deep !== null) {
    return { at: deep, text: `nothing in a file of jobs is nested more than ${DEEPEST} deep` };
  }
  const errors: ParseError[] = [];
  const node = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  if (first !== undefined) {
    const { error, offset, length } = first;
    return { at: offset, text: syntaxText(printParseErrorCode(error), text.slice(offset, offset + length)) };
  }
  return node === undefined ? null : json(node);
}

/** Whether a value of readJson() is a fault. */
export function isFault(read: Json | null | Fault): read is Fault {
  return read !== null && !("kind" in read);
}

function json(node: Node): Json {
  const { offset: at, children = [] } = node;
  switch (node.type) {
    case "object":
      return { kind: "object", at, members: children.map(member) };
    case "array":
      return { kind: "array", at, items: children.map(json) };
    case "string":
      return { kind: "string", at, text: node.value };
    case "number":
      return { kind: "number", at, value: node.value };
    case "boolean":
      return { kind: "boolean", at, value: node.value };
    default:
      return { kind: "null", at };
  }
}

function member({ offset, children = [] }: Node): Member {
  const [name, value] = children;
  // a member without a value is an error of syntax, and nothing is made of those
  return { name: name!.value, at: offset, value: json(value!) };
}

/** The index of the first bracket that is nested too deep; null when none is. */
function tooDeep(text: string): number | null {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '"':
        for (i++; i < text.length && text[i] !== '"' && text[i] !== "\n"; i++) if (text[i] === "\\") i++;
        break;
      case "/": {
        const end = text[i + 1] === "/" ? "\n" : text[i + 1] === "*" ? "*/" : null;
        const found = end === null ? i : text.indexOf(end, i + 2);
        if (found < 0) return null;
        i = found;
        break;
      }
      case "{":
      case "[":
        if (++depth > DEEPEST) return i;
        break;
      case "}":
      case "]":
        depth--;
    }
  }
  return null;
}

/** What to say of a fault of syntax; `code` is the parser's. */
function syntaxText(code: string, found: string): string {
  const what = found === "" ? "" : `, not ${JSON.stringify(found.slice(0, 40))}`;
  switch (code) {
    case "InvalidSymbol":
      return `${JSON.stringify(found.slice(0, 40))} is no JSON: texts stand in double quotes`;
    case "PropertyNameExpected":
      return `a name in double quotes is expected here${what}`;
    case "ValueExpected":
      return `a value is expected here${what}`;
    case "ColonExpected":
      return `":" is missing before this`;
    case "CommaExpected":
      return found === "}" || found === "]"
        ? `"${found === "}" ? "]" : "}"}" is missing before this`
        : `"," is missing before this`;
    case "CloseBraceExpected":
      return `"}" is missing`;
    case "CloseBracketExpected":
      return `"]" is missing`;
    case "EndOfFileExpected":
      return `nothing may stand behind the last "}"`;
    case "UnexpectedEndOfComment":
      return `the comment has no end: "*/" is missing`;
    case "UnexpectedEndOfString":
      return "the text has no closing quote";
    case "InvalidEscapeCharacter":
    case "InvalidUnicode":
      return String.raw`"\" begins an escape in JSON: write "\\" for the character itself, or "/" in a path`;
    case "InvalidCharacter":
      return String.raw`there is a control character in the text: write it as "\t", "\n" or "\u001f"`;
    default:
      return "this is no JSON";
  }
}

/** The line of an index, from 1 on, for many indices of one text. */
export function linesIn(text: string): (at: number) => number {
  const ends: number[] = [];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) ends.push(end);
  return (at) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
