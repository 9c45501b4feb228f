/**
 * What all far sides of tests have in common: a port of their own, known before they run, and a log of requests.
 *
 * @module
 */

/** A far side that runs. */
export interface FarSide extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Method and path of each request, in order. */
  readonly requests: readonly string[];
}

/** What a far side does with a request. */
export type FarSideHandler = (request: Request) => Response | Promise<Response>;

/** The clock of a test, which handlers and far sides share. */
export interface TestClock {
  nowSeconds: number;
}

/** A port that nobody has: tests say which one they need before they run. */
export function takePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Starts a far side that speaks HTTP. */
export function openFarSide(port: number, handle: FarSideHandler): FarSide {
  const requests: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      const response = await handle(request);
      // A request that is answered early still wants its body read, or the connection stays open.
      if (!request.bodyUsed) await request.body?.cancel();
      return response;
    },
  );
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };
}
