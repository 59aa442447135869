import { once } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** The listening side: one port for good, and every connection at hand. */
export function createNetwork(server: Server) {
  const sockets = new Set<Socket>();
  let port = 0;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });

  function reset(): void {
    for (const socket of sockets) socket.resetAndDestroy();
  }

  return {
    reset,
    url: () => `http://127.0.0.1:${port}`,
    async up() {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      if (typeof address === "object" && address !== null) port = address.port;
    },
    async down() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      reset();
      await closed;
    },
  };
}
