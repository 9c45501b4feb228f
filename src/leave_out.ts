/**
 * Rows of some jails are stored, those of others are not.
 *
 * @module
 */

import type { RowSink } from "./track/types.ts";

/** @returns a sink that takes the rows of all jails but those, and hands them on */
export function leaveOut<Row extends { readonly jail: string }>(
  isLeftOut: (jail: string) => boolean,
  sink: RowSink<Row>,
): RowSink<Row> {
  return {
    ...sink,
    put: (row) => {
      if (!isLeftOut(row.jail)) sink.put(row);
    },
  };
}
