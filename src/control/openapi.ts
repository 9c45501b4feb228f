/**
 * The description of the control API in OpenAPI 3.1, made from the routes and the shapes that tests hold the server to.
 *
 * @module
 */

import * as z from "zod/mini";
import { ANSWERS } from "./answers.ts";
import { EVENTS_QUERY } from "./requests.ts";
import { EVENTS_PATH, type Route, ROUTES } from "./routes.ts";

/** Or any other object of JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** @returns docs/openapi.json, as an object */
export function describeApi(): JsonSchema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) {
    const path = paths[route.path] ??= {};
    path[route.method.toLowerCase()] = describeRoute(route);
  }
  paths[EVENTS_PATH] = { get: EVENTS };
  return {
    openapi: "3.1.0",
    info: {
      title: "fail2deno control API",
      version: "1",
      description:
        "HTTP on a unix socket, /run/fail2deno/control.sock by default. See docs/control_api.md.",
    },
    servers: [{ url: "http://localhost" }],
    paths,
    components: {
      schemas: describeAnswers(),
    },
  };
}

const EVENTS = {
  summary: "Failures, bans, unbans and warnings as they happen",
  parameters: queryParameters(EVENTS_QUERY),
  responses: {
    200: {
      description: "Server-sent events; each one's data is a ControlEvent",
      content: { "text/event-stream": { schema: reference("ControlEvent") } },
    },
    ...refusals(),
  },
};

function describeRoute(route: Route): JsonSchema {
  const parameter = /\{(\w+)\}/.exec(route.path)?.[1];
  const body = toSchema(route.body);
  const isBodied = route.method === "POST";
  return {
    summary: route.summary,
    parameters: [
      ...parameter === undefined ? [] : [{
        name: parameter,
        in: "path",
        required: true,
        schema: { type: "string" },
      }],
      ...queryParameters(route.query),
    ],
    ...isBodied
      ? { requestBody: { content: { "application/json": { schema: body } } } }
      : {},
    responses: {
      200: {
        description: route.answer,
        content: { "application/json": { schema: reference(route.answer) } },
      },
      ...refusals(),
    },
  };
}

function queryParameters(query: z.ZodMiniType): readonly unknown[] {
  const { properties } = toSchema(query);
  return Object.entries(properties ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema,
  }));
}

function refusals(): JsonSchema {
  return {
    default: {
      description:
        "Refused: 400 malformed, 403 only reads, 404 unknown, 405 wrong method, 409 not now, 413 too long, " +
        "422 wrong configuration, 429 too often, 500 an error of the daemon's, 503 too many listeners",
      content: { "application/json": { schema: reference("Refusal") } },
    },
  };
}

/** Where one answer has another one in it, it refers to that. */
function describeAnswers(): JsonSchema {
  const shapes = z.registry<{ id: string }>();
  for (const [id, shape] of Object.entries(ANSWERS)) shapes.add(shape, { id });
  const { schemas } = z.toJSONSchema(shapes, { io: "input", uri: pathOf });
  return Object.fromEntries(
    Object.entries(schemas).map((
      [name, { $schema: _, $id: __, ...schema }],
    ) => [name, schema]),
  );
}

function reference(name: string): JsonSchema {
  return { $ref: pathOf(name) };
}

function pathOf(name: string): string {
  return `#/components/schemas/${name}`;
}

function toSchema(shape: z.ZodMiniType) {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: "input" });
  return schema;
}
