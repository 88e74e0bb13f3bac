/**
 * A bill of materials: what an executable is made of, as SPDX 2.3 in JSON. Printed by
 *   deno run --allow-read .github/scripts/bill.ts <commit> <time of the commit>
 * The packages are those of `deno.lock`, which is the program's alone; the tests have a lock of their own. The same commit gives
 * the same text.
 */

/** As much of `deno.lock` as is needed. */
export interface Lock {
  readonly npm: Readonly<
    Record<string, { readonly integrity: string; readonly dependencies?: readonly string[] }>
  >;
}

export interface Product {
  readonly version: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** When the commit was made, in UTC: "2026-11-22T06:00:00Z". */
  readonly created: string;
  /** The version of Deno whose runtime is in the executables. */
  readonly deno: string;
}

interface Package {
  readonly SPDXID: string;
  readonly name: string;
  readonly versionInfo: string;
  readonly [field: string]: unknown;
}

export function bill({ npm }: Lock, { version, commit, created, deno }: Product) {
  const own: Package = {
    ...packageOf("Lockstep", "lockstep", version, `pkg:generic/lockstep@${version}`),
    licenseConcluded: "MIT",
    licenseDeclared: "MIT",
    sourceInfo: `commit ${commit}`,
    primaryPackagePurpose: "APPLICATION",
  };
  const runtime: Package = {
    ...packageOf("Deno", "deno", deno, `pkg:github/denoland/deno@v${deno}`),
    licenseDeclared: "MIT",
    sourceInfo: "its runtime for executables, denort",
  };
  const packages = Object.entries(npm).map(([key, { integrity, dependencies = [] }]) => {
    const [name, number] = nameAndNumber(key);
    const [algorithm, value = ""] = integrity.split("-");
    if (algorithm !== "sha512" || value === "") throw new RangeError(`deno.lock has no SHA-512 of ${key}`);
    const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${number}`;
    return {
      ...packageOf(idOf(key), name, number, purl),
      checksums: [{ algorithm: "SHA512", checksumValue: hexOf(value) }],
      needs: dependencies,
    };
  });
  const listed: Package[] = [own, runtime, ...packages.map(({ needs: _, ...one }) => one)];
  const needed = new Set(packages.flatMap(({ needs }) => needs));
  const related = (one: string, how: string, other: string) => ({
    spdxElementId: one,
    relationshipType: how,
    relatedSpdxElement: other,
  });
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `lockstep-${version}`,
    documentNamespace: `https://spdx.org/spdxdocs/lockstep-${version}-${commit}`,
    creationInfo: { created, creators: ["Tool: lockstep-bill"] },
    packages: listed,
    relationships: [
      related("SPDXRef-DOCUMENT", "DESCRIBES", own.SPDXID),
      related(own.SPDXID, "CONTAINS", runtime.SPDXID),
      ...packages.flatMap(({ SPDXID, name, versionInfo, needs }) => [
        ...[name, `${name}@${versionInfo}`].some((one) => needed.has(one))
          ? []
          : [related(own.SPDXID, "DEPENDS_ON", SPDXID)],
        ...needs.map((other) => related(SPDXID, "DEPENDS_ON", idFor(other, npm))),
      ]),
    ],
  };
}

function packageOf(id: string, name: string, version: string, purl: string): Package {
  return {
    SPDXID: id.startsWith("SPDXRef-") ? id : `SPDXRef-${id}`,
    name,
    versionInfo: version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: "NOASSERTION",
    copyrightText: "NOASSERTION",
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }],
  };
}

/** What SPDX calls a package: letters, digits, dots and hyphens alone. */
function idOf(key: string): string {
  return `SPDXRef-npm-${key.replace(/^@/, "").replaceAll(/[^A-Za-z0-9.]+/g, "-")}`;
}

/** Behind the number of a package stand those that it was resolved with: "ajv-formats@3.0.1_ajv@8.20.0". */
function nameAndNumber(key: string): readonly [name: string, number: string] {
  const at = key.indexOf("@", 1);
  return [key.slice(0, at), key.slice(at + 1).replace(/_.*$/, "")];
}

/** A dependency stands in the lock with its version only where there are several. Throws when it is not there. */
function idFor(dependency: string, npm: Lock["npm"]): string {
  const key = Object.keys(npm).find((key) => key === dependency || nameAndNumber(key)[0] === dependency);
  if (key === undefined) throw new RangeError(`deno.lock does not have ${dependency}`);
  return idOf(key);
}

function hexOf(base64: string): string {
  return Array.from(atob(base64), (one) => one.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

if (import.meta.main) {
  const root = new URL("../../", import.meta.url);
  const read = (name: string) => JSON.parse(Deno.readTextFileSync(new URL(name, root)));
  const [commit = "", time = ""] = Deno.args;
  const created = new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
  const product = { version: read("deno.json").version, commit, created, deno: Deno.version.deno };
  // deno-lint-ignore no-console
  console.log(JSON.stringify(bill(read("deno.lock"), product), null, 2));
}
