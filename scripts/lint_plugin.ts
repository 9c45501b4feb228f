/**
 * Lint rules of this project: what one file shows of the house's habits. What needs the whole graph is in check_imports.ts.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { posix } from "node:path";
import { judgeImport, PURE_STAGES, zoneOf } from "./layers.ts";

/** Longest function in lines; past it a reader loses the thread. */
export const MAX_FUNCTION_LINES = 80;

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Where printing is the purpose, or the reader is a developer. */
const CONSOLE_FOLDERS = ["src/cli/", "src/observe/", "scripts/", "test/"];

const FILE_NAME = /^_?[a-z0-9]+(_[a-z0-9]+)*\.ts$/;

const plugin: Deno.lint.Plugin = {
  // Letters only, says the linter.
  name: "house",
  rules: {
    "layers": { create: createLayers },
    "pure-stages": { create: createPureStages },
    "no-default-export": { create: createNoDefaultExport },
    "no-exported-arrow": { create: createNoExportedArrow },
    "file-name": { create: createFileName },
    "no-stray-console": { create: createNoStrayConsole },
    "function-length": { create: createFunctionLength },
    "ignore-reason": { create: createIgnoreReason },
  },
};

export default plugin;

type Context = Deno.lint.RuleContext;
type Visitor = Deno.lint.LintVisitor;

function createLayers(context: Context): Visitor {
  const from = pathOf(context);
  return {
    ImportDeclaration(node) {
      judge(node, node.source.value, node.importKind === "type");
    },
    ExportAllDeclaration(node) {
      judge(node, node.source.value, node.exportKind === "type");
    },
    ExportNamedDeclaration(node) {
      if (node.source === null) return;
      judge(node, node.source.value, node.exportKind === "type");
    },
    ImportExpression(node) {
      if (node.source.type !== "Literal") return;
      judge(node, String(node.source.value), false);
    },
    TSImportType(node) {
      const { argument } = node as { argument: unknown };
      judge(node, textOf(argument), true);
    },
  };

  function judge(
    node: Deno.lint.Node,
    specifier: string | undefined,
    isTypeOnly: boolean,
  ): void {
    if (specifier === undefined) return;
    const to = resolve(from, specifier);
    const message = judgeImport({ from, to, isTypeOnly });
    if (message !== undefined) context.report({ node, message });
  }
}

function createPureStages(context: Context): Visitor {
  const zone = zoneOf(pathOf(context));
  if (!PURE_STAGES.includes(zone)) return {};
  return {
    Identifier(node) {
      if (node.name !== "Deno") return;
      const message =
        `Cannot use Deno in src/${zone}: that stage computes only`;
      context.report({ node, message });
    },
  };
}

function createNoDefaultExport(context: Context): Visitor {
  const path = pathOf(context);
  // The linter, too, takes a plugin by its default export.
  if (zoneOf(path) === "actions" || path === "scripts/lint_plugin.ts") {
    return {};
  }
  const message =
    "Cannot export a default: a name would differ from place to place, expected a named export";
  return {
    ExportDefaultDeclaration(node) {
      context.report({ node, message });
    },
    ExportSpecifier(node) {
      const { exported } = node;
      const name = exported.type === "Identifier"
        ? exported.name
        : exported.value;
      if (name === "default") context.report({ node, message });
    },
  };
}

function createNoExportedArrow(context: Context): Visitor {
  return {
    ExportNamedDeclaration(node) {
      if (node.declaration?.type !== "VariableDeclaration") return;
      for (const declarator of node.declaration.declarations) {
        if (declarator.init?.type !== "ArrowFunctionExpression") continue;
        context.report({
          node: declarator,
          message:
            "Cannot export an arrow function: its name is no part of it, expected function at top level",
        });
      }
    },
  };
}

function createFileName(context: Context): Visitor {
  const path = pathOf(context);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return {
    Program(node) {
      if (FILE_NAME.test(name) && name !== "index.ts") return;
      context.report({
        node,
        message:
          `Cannot name a file "${name}": expected snake_case.ts, and mod.ts for a folder's door`,
      });
    },
  };
}

function createNoStrayConsole(context: Context): Visitor {
  const path = pathOf(context);
  if (CONSOLE_FOLDERS.some((folder) => path.startsWith(folder))) return {};
  return {
    MemberExpression(node) {
      const { object } = node;
      if (object.type !== "Identifier" || object.name !== "console") return;
      context.report({
        node,
        message: `Cannot print from "${path}": expected the logger`,
      });
    },
  };
}

function createFunctionLength(context: Context): Visitor {
  return {
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  };

  function measure(node: Deno.lint.Node): void {
    const lines = context.sourceCode.getText(node).split("\n").length;
    if (lines <= MAX_FUNCTION_LINES) return;
    context.report({
      node,
      message:
        `Cannot take a function of ${lines} lines: expected at most ${MAX_FUNCTION_LINES}`,
    });
  }
}

function createIgnoreReason(context: Context): Visitor {
  return {
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (!/^\s*deno-lint-ignore/.test(comment.value)) continue;
        if (/\s--\s+\S/.test(comment.value)) continue;
        context.report({
          range: comment.range,
          message:
            "Cannot ignore a rule without a reason: expected deno-lint-ignore RULE -- REASON",
        });
      }
    },
  };
}

/** @returns the file's path from the project's root */
function pathOf(context: Context): string {
  const { filename } = context;
  return filename.startsWith(ROOT) ? filename.slice(ROOT.length) : filename;
}

/** @returns a path from the root for a relative specifier, else `npm:…` or `node:…` */
function resolve(from: string, specifier: string): string {
  if (/^\.{1,2}\//.test(specifier)) {
    return posix.join(posix.dirname(from), specifier);
  }
  return /^[a-z]+:/.test(specifier) ? specifier : `npm:${specifier}`;
}

/** @returns the text of `import("…")` in a type; the published types know only one of the two shapes it comes in */
function textOf(argument: unknown): string | undefined {
  if (typeof argument === "string") return argument;
  if (typeof argument !== "object" || argument === null) return undefined;
  if ("value" in argument && typeof argument.value === "string") {
    return argument.value;
  }
  return "literal" in argument ? textOf(argument.literal) : undefined;
}
