/**
 * Makes a Debian package with dpkg-deb: `deno task deb [--executable <file>] [--output <folder>]`. With an executable, which
 * `deno task compile` makes, it is one for this processor; else it holds the modules, and runs them by the Deno that is there.
 * The same sources make the same bytes.
 */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { flagsOf } from "./grants.ts";
import { sourceTime, stage, type Staged } from "./stage.ts";

const HERE = fileURLToPath(new URL("./debian/", import.meta.url));
const ROOT = fileURLToPath(new URL("../", import.meta.url));
/** Where the modules are. */
const SHARE = "usr/share/lockstep";
const DOC = "usr/share/doc/lockstep";

export interface Packing {
  /** The executable to pack; null for the modules. */
  readonly executable: string | null;
  /** The folder in which the package is written. */
  readonly output: string;
}

/** Make the package; returns its path. Throws when a tool is missing or fails. */
export async function pack({ executable, output }: Packing): Promise<string> {
  if (!isFolder(output)) throw new Error(`Cannot write the package: there is no folder "${output}"`);
  const at = Deno.makeTempDirSync({ prefix: "lockstep-deb-" });
  try {
    const [staged, built] = [`${at}/stage`, `${at}/package`];
    Deno.mkdirSync(staged);
    const what = await stage(staged);
    const put = putter(built);
    if (executable === null) {
      putFolder(put, staged, SHARE);
      put("usr/bin/lockstep", text("lockstep").replace("@GRANTS@", flagsOf().join(" ")), 0o755);
    } else {
      put("usr/bin/lockstep", Deno.readFileSync(executable), 0o755);
      put("usr/share/lintian/overrides/lockstep", text("overrides"));
    }
    await putDocuments(put, staged, what);
    put("usr/lib/systemd/system/lockstep@.service", text("lockstep@.service"));
    const architecture = executable === null ? "all" : architectureOf(executable);
    put("DEBIAN/control", control(what.version, architecture, sizeOf(built)));
    put("DEBIAN/md5sums", sums(built));
    for (const script of ["postinst", "prerm", "postrm"]) put(`DEBIAN/${script}`, text(script), 0o755);
    const path = `${resolve(output)}/lockstep_${what.version}_${architecture}.deb`;
    await run("dpkg-deb", ["--root-owner-group", "-Zxz", "--build", built, path]);
    return path;
  } finally {
    Deno.removeSync(at, { recursive: true });
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

type Put = (path: string, content: string | Uint8Array, mode?: number) => void;

/** Writes a file with its folders, whatever the umask. */
function putter(root: string): Put {
  return (path, content, mode = 0o644) => {
    const names = path.split("/");
    for (let depth = 0; depth < names.length; depth++) {
      const folder = [root, ...names.slice(0, depth)].join("/");
      Deno.mkdirSync(folder, { recursive: true });
      Deno.chmodSync(folder, 0o755);
    }
    Deno.writeFileSync(
      `${root}/${path}`,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
    Deno.chmodSync(`${root}/${path}`, mode);
  };
}

function putFolder(put: Put, from: string, to: string): void {
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) putFolder(put, `${from}/${name}`, `${to}/${name}`);
    // the licences stand in "copyright", where Debian has them
    else if (name !== "LICENSE") put(`${to}/${name}`, Deno.readFileSync(`${from}/${name}`));
  }
}

/** The manual page, what completes words, the changelog, the licences. */
async function putDocuments(put: Put, staged: string, what: Staged): Promise<void> {
  const print = (...args: string[]) =>
    run(Deno.execPath(), ["run", "-q", "--no-prompt", `${staged}/main.ts`, ...args]);
  put("usr/share/man/man1/lockstep.1.gz", zipped(await print("man")));
  put("usr/share/bash-completion/completions/lockstep", await print("completions", "bash"));
  put("usr/share/zsh/vendor-completions/_lockstep", await print("completions", "zsh"));
  put("usr/share/fish/vendor_completions.d/lockstep.fish", await print("completions", "fish"));
  put(`${DOC}/examples/jobs.jsonc`, text("jobs.jsonc"));
  put(`${DOC}/CHANGELOG.md.gz`, zipped(Deno.readTextFileSync(`${ROOT}CHANGELOG.md`)));
  put(`${DOC}/changelog.gz`, zipped(changelog(what.version, await sourceTime())));
  put(`${DOC}/copyright`, copyright(what));
}

function control(version: string, architecture: string, bytes: number): string {
  const needs = architecture === "all" ? "Recommends: deno (>= 2.9)" : "Depends: libc6 (>= 2.27), libgcc-s1";
  return `Package: lockstep
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer()}
Installed-Size: ${Math.ceil(bytes / 1024)}
${needs}
Section: utils
Priority: optional
Description: exact one-way copy of a folder, kept in sync
 Lockstep keeps a folder, the replica, an exact copy of another, the source:
 once, at an interval, or on every change. It refuses what looks like an
 accident before it writes anything, and with --trash nothing is gone that it
 removes or replaces.
`;
}

/** Who made the package, as Debian's tools are told. */
function maintainer(): string {
  const [name, mail] = [Deno.env.get("DEBFULLNAME"), Deno.env.get("DEBEMAIL")];
  return `${name ?? "The Lockstep authors"} <${mail ?? "lockstep@users.noreply.github.com"}>`;
}

function changelog(version: string, seconds: number): string {
  const date = new Date(seconds * 1000).toUTCString().replace("GMT", "+0000");
  return `lockstep (${version}) unstable; urgency=medium

  * What changed: see CHANGELOG.md.gz.

 -- ${maintainer()}  ${date}
`;
}

/** In Debian's format: which files are under which licence. */
function copyright({ packages }: Staged): string {
  const licence = (text: string) =>
    text.trim().split("\n").map((line) => line.trim() === "" ? " ." : ` ${line.trimEnd()}`).join("\n");
  const holders = (text: string) =>
    [...text.matchAll(/^.*?copyright (\(c\) )?(\d.*|.*\d{4}.*)$/gim)].map(([, , who]) => who!.trim()).join(
      "\n ",
    );
  const own = Deno.readTextFileSync(`${ROOT}LICENSE`);
  return [
    "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: lockstep\n",
    `Files: *\nCopyright: ${holders(own)}\nLicense: MIT\n${licence(own)}\n`,
    ...packages.map(({ name, licence: text }) => {
      const paths = `Files: ${SHARE}/node_modules/${name}/*`;
      return `${paths}\nCopyright: ${holders(text) || `the authors of ${name}`}\nLicense: MIT-${
        name.replace(/\W+/g, "-").replace(/^-/, "")
      }\n${licence(text)}\n`;
    }),
  ].join("\n");
}

/** Debian's name for the processor that an executable is for. */
function architectureOf(executable: string): "amd64" | "arm64" {
  using file = Deno.openSync(executable);
  const head = new Uint8Array(20);
  file.readSync(head);
  const machine = new DataView(head.buffer).getUint16(18, true);
  if (new TextDecoder().decode(head.subarray(1, 4)) !== "ELF" || ![62, 183].includes(machine)) {
    throw new Error(`${executable} is no executable of Linux for x86-64 or arm64`);
  }
  return machine === 62 ? "amd64" : "arm64";
}

/** All files below a folder but Debian's own, by their paths in it, sorted. */
function filesIn(root: string, folder = ""): string[] {
  return [...Deno.readDirSync(`${root}/${folder}`)].sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) => {
      if (folder === "" && name === "DEBIAN") return [];
      return isDirectory ? filesIn(root, `${folder}${name}/`) : [`${folder}${name}`];
    });
}

function sums(root: string): string {
  const sum = (path: string) => createHash("md5").update(Deno.readFileSync(`${root}/${path}`)).digest("hex");
  return filesIn(root).map((path) => `${sum(path)}  ${path}\n`).join("");
}

function sizeOf(root: string): number {
  return filesIn(root).reduce((bytes, path) => bytes + Deno.statSync(`${root}/${path}`).size, 0);
}

/** Without the time and a name, which would differ from day to day. */
function zipped(content: string): Uint8Array {
  return gzipSync(content, { level: 9 });
}

function text(name: string): string {
  return Deno.readTextFileSync(`${HERE}${name}`);
}

/** Run a program to its end; returns what it printed. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const env = { NO_COLOR: "1", SOURCE_DATE_EPOCH: `${await sourceTime()}` };
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], env }).output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`${program} failed: ${new TextDecoder().decode(stderr).trim()}`);
}

/** The words of the command line; what is wrong with them as text. */
export function read(words: readonly string[]): Packing | string {
  const from = Deno.env.get("INIT_CWD") ?? Deno.cwd();
  let [executable, output]: [string | null, string] = [null, from];
  for (let index = 0; index < words.length; index++) {
    const [name = "", value] = words[index]!.split(/=(.*)/s);
    if (name !== "--executable" && name !== "--output") {
      return `Not known: ${words[index]}; deno task deb [--executable <file>] [--output <folder>]`;
    }
    const given = value ?? words[++index];
    if (given === undefined || given === "") return `${name} takes a value`;
    if (name === "--executable") executable = resolve(from, given);
    else output = resolve(from, given);
  }
  return { executable, output };
}

if (import.meta.main) {
  const packing = read(Deno.args);
  try {
    if (typeof packing === "string") throw new Error(packing);
    // deno-lint-ignore no-console
    console.log(await pack(packing));
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    // deno-lint-ignore no-console
    console.error(
      error instanceof Deno.errors.NotFound ? `${error.message}: is dpkg-deb installed?` : error.message,
    );
    Deno.exit(1);
  }
}
