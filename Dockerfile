# syntax=docker/dockerfile:1

# The lock file decides what gets in. No install script runs, and the Node packages for developers' machines
# (the only optional ones) stay out: the image has its own Node.
FROM node:26-trixie-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# No shell, no package manager, and not root. Node runs the TypeScript as it is: there is nothing to build.
FROM gcr.io/distroless/nodejs26-debian13:nonroot
WORKDIR /app
# Inside a container the loopback address could be reached by nobody, not even by the probes.
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE store.ts ./
COPY src ./src
EXPOSE 3000
# The base image's entry point is node itself. As process 1 it gets the SIGTERM that main.ts drains on. As in `npm start`,
# it collects garbage early: what it keeps of a cluster is small, and node would let several times as much gather first.
CMD ["--max-semi-space-size=8", "--heap-growing-percent=40", "src/main.ts"]
