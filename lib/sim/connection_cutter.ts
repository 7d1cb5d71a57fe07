/**
 * A small TCP proxy that can cut a client's connection. With it a fault is a real broken connection and not an error
 * answer.
 *
 * @module
 */

/** A listening proxy. */
export interface ConnectionCutter {
  port: number;
  /**
   * Cuts the client whose bytes reach the server from this port of the proxy. Returns false if there is none.
   */
  kill(serverSidePort: number): boolean;
  close(): Promise<void>;
}

/** Listens on a port of 127.0.0.1 (0: any) and forwards everything to `upstream`. */
export function startConnectionCutter(upstream: number, port = 0): ConnectionCutter {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const pairs = new Map<number, { client: Deno.TcpConn; server: Deno.TcpConn }>();
  const under = new Set<Promise<void>>();

  const pass = async (client: Deno.TcpConn): Promise<void> => {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: upstream });
    } catch {
      return client.close();
    }
    client.setNoDelay();
    server.setNoDelay();
    const key = (server.localAddr as Deno.NetAddr).port;
    pairs.set(key, { client, server });
    await Promise.allSettled([pump(client, server), pump(server, client)]);
    pairs.delete(key);
    close(client);
    close(server);
  };

  const accepting = (async () => {
    for await (const client of listener) {
      const passing = pass(client).finally(() => under.delete(passing));
      under.add(passing);
    }
  })();

  const kill = (key: number): boolean => {
    const pair = pairs.get(key);
    if (pair === undefined) return false;
    close(pair.client);
    close(pair.server);
    return true;
  };

  return {
    port: listener.addr.port,
    kill,
    async close() {
      listener.close();
      for (const key of [...pairs.keys()]) kill(key);
      await accepting;
      await Promise.all(under);
    },
  };
}

async function pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(32 * 1024);
  try {
    for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
      for (let sent = 0; sent < read;) sent += await to.write(buffer.subarray(sent, read));
    }
    await to.closeWrite();
  } catch {
    close(from);
    close(to);
  }
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch { /* closed already */ }
}
