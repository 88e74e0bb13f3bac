/**
 * What is handed out, laid out in a folder: the program, its npm packages as files that run, and the commit. An executable, a
 * Debian package and a container image are made of the same folder, so they hold the same; and the clone stays as it is.
 */
import { fileURLToPath } from "node:url";
import { build } from "../sync/build.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Files of npm packages that a run may load. */
const LOADED = /(\.[cm]?js|package\.json)$/;

export interface Staged {
  readonly version: string;
  readonly commit: string | null;
  /** Of each npm package: its name, its version, and the text of its licence. */
  readonly packages: readonly { readonly name: string; readonly version: string; readonly licence: string }[];
}

/** The part of `deno.json` that is read here. */
interface DenoJson {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: string;
  readonly imports: Readonly<Record<string, string>>;
}

/** Fill an empty folder. Throws when Deno can fetch no packages; they come from its cache where it has them. */
export async function stage(at: string): Promise<Staged> {
  const all: DenoJson = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  const { name, version, license, exports } = all;
  // what is for the tests alone stays behind
  const used = new Set(bareImports(`${ROOT}main.ts`).concat(bareImports(`${ROOT}sync`)));
  const imports = Object.fromEntries(Object.entries(all.imports).filter(([name]) => used.has(name)));
  const programs = [
    ...new Set(Object.values(imports).map((to) => /^npm:(.[^/@]*(?:\/[^/@]+)?@[^/]+)/.exec(to)![1]!)),
  ];
  const config = { name, version, license, exports, imports, lock: false };
  const fetched = await fetchPackages(config, programs, at);
  for (const one of programs) keepNeeded(Object.values(imports), one, `${at}/node_modules`);
  for (const path of ["main.ts", "LICENSE"]) Deno.copyFileSync(`${ROOT}${path}`, `${at}/${path}`);
  copy(`${ROOT}sync`, `${at}/sync`, (path) => path.endsWith(".ts"));
  // "manual": Deno takes the packages as they lie there, and writes nothing beside them
  write(`${at}/deno.json`, { ...config, nodeModulesDir: "manual" });
  const commit = await commitNow();
  if (commit !== null) Deno.writeTextFileSync(`${at}/sync/commit`, `${commit}\n`);
  return { version, commit, packages: fetched };
}

/** The names without a path that modules import: of a file, or of all below a folder. */
function bareImports(path: string): string[] {
  if (Deno.statSync(path).isDirectory) {
    return [...Deno.readDirSync(path)].flatMap(({ name }) => bareImports(`${path}/${name}`));
  }
  return [...Deno.readTextFileSync(path).matchAll(/(?:from|import)\s*\(?"([@\w][^":]*)"/g)].map(([, name]) =>
    name!
  );
}

/** Have Deno fetch and check the packages, and lay out what of them is loaded. None has a dependency of its own. */
async function fetchPackages(
  config: object,
  names: readonly string[],
  at: string,
): Promise<Staged["packages"]> {
  const folder = Deno.makeTempDirSync({ prefix: "lockstep-stage-" });
  try {
    write(`${folder}/deno.json`, { ...config, lock: undefined, nodeModulesDir: "auto" });
    Deno.copyFileSync(`${ROOT}deno.lock`, `${folder}/deno.lock`);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["install", "--quiet"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) {
      throw new Error(`Deno cannot fetch the packages: ${new TextDecoder().decode(stderr).trim()}`);
    }
    return names.map((one) => {
      const [, name = "", version = ""] = /^(.+)@(.+)$/.exec(one) ?? [];
      const from = `${folder}/node_modules/.deno/${one.replaceAll("/", "+")}/node_modules/${name}`;
      copy(from, `${at}/node_modules/${name}`, (path) => LOADED.test(path));
      const { dependencies = {} } = JSON.parse(Deno.readTextFileSync(`${from}/package.json`));
      if (Object.keys(dependencies).length > 0) {
        throw new Error(`${one} has dependencies, which would be missing`);
      }
      return { name, version, licence: licenceIn(from) };
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Of a package of which only single modules are imported, keep those and what they import in turn. */
function keepNeeded(imports: readonly string[], named: string, at: string): void {
  const folder = `${at}/${named.replace(/@[^@]+$/, "")}`;
  const own = imports.filter((to) => `${to}/`.startsWith(`npm:${named}/`)).map((to) =>
    to.slice(`npm:${named}/`.length)
  );
  if (own.includes("")) return;
  const needed = new Set<string>();
  for (const left = own.map((path) => `/${path}`); left.length > 0;) {
    const path = left.pop()!;
    if (needed.has(path)) continue;
    needed.add(path);
    const text = Deno.readTextFileSync(`${folder}${path}`);
    for (const [, to] of text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g)) {
      left.push(new URL(to!, `file://${path}`).pathname);
    }
  }
  remove(folder, "", (path) => needed.has(path) || path === "/package.json");
}

/** Remove what is not wanted of a folder, and folders that are empty then. Returns whether anything stays. */
function remove(root: string, folder: string, isWanted: (path: string) => boolean): boolean {
  let stays = false;
  for (const { name, isDirectory } of [...Deno.readDirSync(`${root}${folder}`)]) {
    const path = `${folder}/${name}`;
    if (isDirectory ? remove(root, path, isWanted) : isWanted(path)) stays = true;
    else Deno.removeSync(`${root}${path}`);
  }
  return stays;
}

function licenceIn(folder: string): string {
  const name = [...Deno.readDirSync(folder)].map(({ name }) => name).find((name) =>
    /^licen[cs]e/i.test(name)
  );
  if (name !== undefined) return Deno.readTextFileSync(`${folder}/${name}`);
  const { license, author } = JSON.parse(Deno.readTextFileSync(`${folder}/package.json`));
  return `${license}, ${typeof author === "string" ? author : author?.name ?? "its authors"}`;
}

/** Copy the files of a folder that are wanted, with their folders. */
function copy(from: string, to: string, isWanted: (path: string) => boolean): void {
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    const [path, target] = [`${from}/${name}`, `${to}/${name}`];
    if (isDirectory) copy(path, target, isWanted);
    else if (isWanted(path)) {
      Deno.mkdirSync(to, { recursive: true });
      Deno.copyFileSync(path, target);
    }
  }
}

function write(path: string, value: unknown): void {
  Deno.writeTextFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** The commit of the clone, with "-dirty" when what is handed out was edited since; null when there is no clone. */
async function commitNow(): Promise<string | null> {
  const { commit } = build();
  if (commit === null || commit.endsWith("-dirty")) return commit;
  return await isEdited(ROOT) ? `${commit}-dirty` : commit;
}

/** Whether what is handed out of a clone differs from its commit; no where that cannot be told. */
export async function isEdited(root: string): Promise<boolean> {
  // Deno itself writes deno.lock anew: what of it is used is checked when the packages are fetched
  return (await git(root, "status", "--porcelain", "--", "main.ts", "sync", "deno.json") ?? "") !== "";
}

/** The time of the commit, or the one that SOURCE_DATE_EPOCH gives: the same sources make the same bytes. Seconds since 1970. */
export async function sourceTime(): Promise<number> {
  const given = Deno.env.get("SOURCE_DATE_EPOCH");
  if (given !== undefined && /^\d+$/.test(given)) return Number(given);
  return Number(await git(ROOT, "log", "-1", "--format=%ct") ?? Math.floor(Date.now() / 1000));
}

/** What git prints; null where it is not there, or this is no clone. */
async function git(root: string, ...args: string[]): Promise<string | null> {
  try {
    // a clone of another user is a clone, too
    const { success, stdout } = await new Deno.Command("git", {
      args: ["-c", `safe.directory=${root.replace(/[/\\]$/, "")}`, ...args],
      cwd: root,
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
