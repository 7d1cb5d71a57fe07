/**
 * Serves the project's own files on a loopback port, as a web server serves them to scripts that import by URL.
 *
 * @module
 */
const root = new URL("../../", import.meta.url);

export interface FileServer {
  /** Of a file of the project. */
  url(path: string): string;
  /** Host and port, for a permission. */
  readonly host: string;
  /** The paths that were asked for, in their order. */
  readonly asked: string[];
  shutdown(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".ts": "application/typescript",
  ".js": "text/javascript",
  ".json": "application/json",
};

/** Begins to serve. */
export function serveFiles(): FileServer {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    try {
      const text = await Deno.readTextFile(new URL(`.${pathname}`, root));
      const ending = pathname.slice(pathname.lastIndexOf("."));
      return new Response(text, { headers: { "content-type": TYPES[ending] ?? "text/plain" } });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return { url: (path) => `http://${host}/${path}`, host, asked, shutdown: () => server.shutdown() };
}
