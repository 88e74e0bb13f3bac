/** Numbers of which the first by some order is always at hand. Pure. */
export interface Heap {
  readonly size: number;
  push(value: number): void;
  /** Take the first one out; undefined when there is none. */
  pop(): number | undefined;
}

/** `isBefore`: whether the first of two comes before the other. */
export function heap(isBefore: (a: number, b: number) => boolean): Heap {
  const values: number[] = [];
  const swap = (a: number, b: number) => {
    [values[a], values[b]] = [values[b]!, values[a]!];
  };
  const comesFirst = (a: number, b: number) => b >= values.length || isBefore(values[a]!, values[b]!);
  return {
    get size() {
      return values.length;
    },
    push(value) {
      values.push(value);
      for (let at = values.length - 1; at > 0;) {
        const above = (at - 1) >> 1;
        if (comesFirst(above, at)) return;
        swap(above, at);
        at = above;
      }
    },
    pop() {
      const [first] = values;
      const last = values.pop();
      if (values.length === 0 || last === undefined) return first;
      values[0] = last;
      for (let at = 0;;) {
        const left = 2 * at + 1;
        if (left >= values.length) return first;
        const next = comesFirst(left, left + 1) ? left : left + 1;
        if (comesFirst(at, next)) return first;
        swap(at, next);
        at = next;
      }
    },
  };
}
