import { Column, getMetadataArgsStorage } from 'typeorm';

type Strategy = NonNullable<ReturnType<typeof getMetadataArgsStorage>['generations'][number]['strategy']>;

// TypeORM's own primary key decorator stores this strategy, which the type of the storage leaves out.
const IDENTITY: string = 'identity';

/**
 * A BIGINT that the database numbers (GENERATED ALWAYS AS IDENTITY) and that is not the key: TypeORM has a decorator for
 * primary keys only, and would report such a column as drift. Exact as a string, since it may pass 2^53.
 */
export function IdentityColumn(): PropertyDecorator {
  return (target, propertyName) => {
    Column({ type: 'bigint', generatedIdentity: 'ALWAYS' })(target, propertyName);
    getMetadataArgsStorage().generations.push({
      target: target.constructor,
      propertyName: String(propertyName),
      strategy: IDENTITY as Strategy,
    });
  };
}
