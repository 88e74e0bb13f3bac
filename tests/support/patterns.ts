/** Random patterns, and git's own answer to what they exclude. */
import type { Dice } from "./random.ts";

/** Names with all that means something in patterns. */
export const PARTS = [
  "a",
  "b",
  "build",
  "node_modules",
  "x.log",
  "keep.log",
  "Makefile",
  "src",
  "[x]",
  "tmp~",
  "#1",
  "!n",
  " s",
  "é",
  "n\nl",
];

/** Patterns of all sorts, each a word of the grammar; some mean nothing. */
export function patternOf(dice: Dice): string {
  const one = () => PARTS[dice.below(PARTS.length)]!;
  const piece = () => {
    const part = one();
    const shapes = [
      part,
      `${part.slice(0, 1)}*${part.slice(-1)}`,
      `*${part.slice(1)}*`,
      "",
      `${part} `,
      `${part}\\ `,
      `[${part}`,
      `[${part}/x]${part}`,
      "[[:alpha:]]*",
      "[]-a]",
      part.replace(/^[#!\[ ]/, "\\$&"),
      "*",
      `${part.slice(0, 1)}*`,
      `*${part.slice(-1)}`,
      "?",
      `${part.slice(0, -1)}?`,
      "*.log",
      "[ab]",
      "[!a]",
      "[a-m]*",
      "**",
      `\\${part}`,
    ];
    return shapes[dice.below(shapes.length)]!;
  };
  const length = [1, 1, 1, 2, 2, 3][dice.below(6)]!;
  const pattern = Array.from({ length }, piece).join("/");
  const before = ["", "", "", "", "/", "!", "!", "!/", "**/", "//", "\\"][dice.below(11)]!;
  const after = ["", "", "", "/", "/**", "/*", " ", "/ ", "//", "/**/", "\\"][dice.below(11)]!;
  return before + pattern + after;
}

/** Which of some paths in a folder git ignores by the `.gitignore` files in it. */
export async function ignoredByGit(at: string, paths: readonly string[]): Promise<string[]> {
  await new Deno.Command("git", { args: ["init", "-q", at], env: { HOME: at } }).output();
  const child = new Deno.Command("git", {
    args: ["-C", at, "-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", "-z", "--stdin"],
    env: { HOME: at },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(paths.join("\0") + "\0"));
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout).split("\0").filter((path) => path !== "");
}
