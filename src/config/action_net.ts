/**
 * Which hosts an action may reach, once its options are known.
 *
 * @module
 */

import type { ActionManifest } from "./action_manifest.ts";
import { splitHost } from "./option_fields.ts";
import type { ActionConfig } from "./types.ts";

/** Of hosts without a URL and without a port: mail, submission over TLS, submission. */
const MAIL_PORTS = ["25", "465", "587"];

const WEB_PORTS: Readonly<Record<string, string>> = {
  "http:": "80",
  "https:": "443",
};

/**
 * Fills the placeholders in a module's hosts; one whose option is not given goes without a word.
 *
 *     "{url}", url = "https://chat.example/hook"      →  chat.example:443
 *     "{server}:{port}", server = "mail.example"      →  mail.example:587
 *     "{server}" without a port                       →  mail.example:25, mail.example:465, mail.example:587
 *
 * @returns each host once
 */
export function fillNet(
  { permissions, options: rules = {} }: ActionManifest,
  options: ActionConfig["options"],
): string[] {
  const hosts = (permissions.net ?? []).flatMap((entry) => {
    const match = /^\{(\w+)\}(?::(?:(\d+)|\{(\w+)\}))?$/.exec(entry);
    if (match === null) return [entry];
    const [, name = "", digits, portName] = match;
    const value = options[name];
    if (typeof value !== "string") return [];
    const found = rules[name]?.type === "url" ? ofUrl(value) : splitHost(value);
    if (found === undefined) return [];
    const named = portName === undefined ? undefined : options[portName];
    const port = digits ?? found.port ??
      (typeof named === "number" ? String(named) : undefined);
    const ports = port === undefined ? MAIL_PORTS : [port];
    return ports.map((each) => `${found.host}:${each}`);
  });
  return [...new Set(hosts)];
}

function ofUrl(
  text: string,
): { readonly host: string; readonly port: string } | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  const { hostname: host, port, protocol } = url;
  return { host, port: port === "" ? WEB_PORTS[protocol] ?? "443" : port };
}
