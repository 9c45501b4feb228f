/**
 * What every stage needs to say something; src/observe writes it.
 *
 * @module
 */

/** error: protection is lost or a person must act. warn: unexpected, handled. info: life cycle and bans. debug: a decision. */
export type LogLevel = "error" | "warn" | "info" | "debug";

/** Values beside a message; text in them may come from an attacker and is escaped by the writer. */
export type LogFields = Readonly<
  Record<string, string | number | boolean | undefined>
>;

/** Constant message, data in fields: `log.info("Ban host", { host, jail, seconds })`. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

/** A logger that says nothing. */
export const SILENT: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
};
