import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** Stands between a store and its Redis. It can lose an answer, and change the words of answers to others as long. */
export async function createWire(port: number, reword: (answer: string) => string = (it) => it) {
  const open = new Set<Socket>();
  let losing = false;
  let lost = 0;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on("data", (chunk) => far.write(chunk));
    far.on("data", (chunk) => {
      if (!losing) return void near.write(reword(chunk.toString("latin1")), "latin1");
      losing = false;
      lost += 1;
      near.destroy();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");

  return {
    url: `redis://127.0.0.1:${address.port}`,
    /** The next answer of the server is lost, and the connection with it. */
    loseAnswer: () => {
      losing = true;
    },
    lost: () => lost,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
