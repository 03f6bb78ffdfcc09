// What TypeORM's command line asks for: a module that exports a data source. scripts/migration.mjs gives the address.
const { createApiDataSource } = require('../dist/apps/api/src/database/data-source.js');

module.exports = createApiDataSource({ url: process.env.MIGRATION_DATABASE_URL });
