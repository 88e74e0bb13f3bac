/**
 * What a console of Windows tells the program: Ctrl-C, Ctrl-Break, a window that is closed, logging off, shutting down. It
 * does so by a thread in the program, which these tests start, since Wine's console cannot do more than Ctrl-C.
 */
import { assert, assertEquals } from "@std/assert";
import { until } from "../support/program.ts";
import { plant } from "../support/tree.ts";
import { windowsTest } from "../support/windows.ts";

const MAIN = new URL("../../main.ts", import.meta.url).href;

/** The events, with their numbers. */
const EVENTS = { "Ctrl-C": 0, "Ctrl-Break": 1, "a closed window": 2, "logging off": 5, "shutting down": 6 };

function kernel() {
  return Deno.dlopen("kernel32.dll", {
    OpenProcess: { parameters: ["u32", "i32", "u32"], result: "pointer" },
    GetModuleHandleA: { parameters: ["buffer"], result: "pointer" },
    GetProcAddress: { parameters: ["pointer", "buffer"], result: "pointer" },
    CreateRemoteThread: {
      parameters: ["pointer", "pointer", "usize", "pointer", "usize", "u32", "pointer"],
      result: "pointer",
    },
  }).symbols;
}

/** Do in another process what its console does for an event. */
function send(pid: number, event: number): void {
  const { OpenProcess, GetModuleHandleA, GetProcAddress, CreateRemoteThread } = kernel();
  const text = (word: string) => new TextEncoder().encode(`${word}\0`);
  const process = OpenProcess(0x1fffff, 0, pid);
  // the same address in every process
  const routine = GetProcAddress(GetModuleHandleA(text("kernelbase.dll")), text("CtrlRoutine"));
  assert(process !== null && routine !== null);
  assert(CreateRemoteThread(process, null, 0n, routine, BigInt(event), 0, null) !== null);
}

/** A program that runs until it is told to end, and has made its first pass. */
async function started(words: readonly string[], grants: readonly string[]): Promise<Deno.ChildProcess> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", ...grants, MAIN, ...words],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const log = words.at(-1)!;
  await until("a pass is made", () => textOf(log).includes("in sync"));
  return process;
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

for (const [name, event] of Object.entries(EVENTS)) {
  windowsTest(`a loop on Windows ends in good order on ${name}`, async (at) => {
    // the two are the same: nothing is to be written
    for (const side of ["s", "r"]) {
      plant(at, { [side]: { a: "1" } });
      Deno.utimeSync(`${at}/${side}/a`, 1000, 1000);
      Deno.utimeSync(`${at}/${side}`, 1000, 1000);
    }
    const process = await started([`${at}/s`, `${at}/r`, "10m", `${at}/l.log`], ["-A"]);
    const began = Date.now();
    send(process.pid, event);
    const { code, stderr } = await process.output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    // the next pass is in ten minutes
    assert(Date.now() - began < 60_000);
    // what others read there is text of Windows
    const bytes = Deno.readFileSync(`${at}/l.log`);
    assertEquals([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    assert(/^(.*[^\r]\r\n)+$/.test(textOf(`${at}/l.log`)));
  });
}
