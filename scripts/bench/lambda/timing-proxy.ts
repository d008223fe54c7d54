import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A request on its way: of the first byte that came from the function, and the last that went back to it. */
type Exchange = { sentAt: number; answeredAt: number | null };

/**
 * Passes bytes on to DynamoDB and back, and tells how long it was waited for since it was last asked. It reads nothing of
 * what it passes on, so that its own work, which counts as the function's, is next to none.
 */
export async function startTimingProxy(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const exchanges = new Map<Socket, Exchange>();
  let spentMs = 0;

  function end(socket: Socket): void {
    const { sentAt, answeredAt } = exchanges.get(socket) ?? { sentAt: 0, answeredAt: null };
    if (answeredAt === null) return;
    spentMs += answeredAt - sentAt;
    exchanges.delete(socket);
  }

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }

  const server = createServer((socket) => {
    const onward = keep(connect(Number(port), hostname));
    keep(socket);
    socket.on('data', (chunk: Buffer) => {
      // One request at a time on a connection: the next one tells that the answer to the last is whole.
      end(socket);
      if (!exchanges.has(socket)) exchanges.set(socket, { sentAt: performance.now(), answeredAt: null });
      onward.write(chunk);
    });
    onward.on('data', (chunk: Buffer) => {
      const exchange = exchanges.get(socket);
      if (exchange !== undefined) exchange.answeredAt = performance.now();
      socket.write(chunk);
    });
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take(): { spentMs: number } {
      for (const socket of [...exchanges.keys()]) end(socket);
      const taken = { spentMs };
      spentMs = 0;
      return taken;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
