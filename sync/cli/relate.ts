/** How two folders lie to one another, as the disk is asked. */

/** Throws what the system throws. */
export type Relate = (
  source: string,
  replica: string,
) => Promise<"apart" | "same" | "replica-in-source" | "source-in-replica">;
