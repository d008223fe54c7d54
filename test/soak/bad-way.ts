import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Draw } from './draw.ts';

/** What becomes of bytes on a bad way, each with its chance. */
const REQUEST_LOST = 0.01;
const ANSWER_LOST = 0.01;
const SWALLOWED = 0.003;
const LATE = 0.03;
const MAX_LATE_MS = 1_500;

/** The way from runners to endpoints: connections break, answers come late or never, until it is mended. */
export async function startBadWay(targets: readonly string[], draw: Draw) {
  const sockets = new Set<Socket>();
  const counts = { connections: 0, lost: 0, late: 0, swallowed: 0 };
  let bad = true;

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }

  const server = createServer((socket) => {
    counts.connections += 1;
    keep(socket);
    const { hostname, port } = new URL(draw.one(targets));
    const onward = keep(connect(Number(port), hostname));
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => pass(chunk, onward, socket, REQUEST_LOST));
    onward.on('data', (chunk: Buffer) => pass(chunk, socket, onward, ANSWER_LOST));
  });

  function pass(chunk: Buffer, to: Socket, from: Socket, lostWith: number): void {
    if (bad && draw.chance(lostWith)) {
      counts.lost += 1;
      to.destroy();
      from.destroy();
    } else if (bad && draw.chance(SWALLOWED)) {
      counts.swallowed += 1;
    } else if (bad && draw.chance(LATE)) {
      counts.late += 1;
      from.pause();
      const timer = setTimeout(() => {
        to.write(chunk);
        from.resume();
      }, draw.below(MAX_LATE_MS));
      from.once('close', () => clearTimeout(timer));
    } else {
      to.write(chunk);
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    mend(): void {
      bad = false;
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
