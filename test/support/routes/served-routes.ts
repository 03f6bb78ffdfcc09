import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { PERMISSION, PUBLIC } from '../../../apps/api/src/auth/allow.decorator';
import type { TestApp } from '../app';

/** A handler of a controller, as Nest serves it. */
export interface Handler {
  readonly name: string;
  readonly permission: unknown;
  readonly isPublic: boolean;
}

type Class = abstract new (...args: never[]) => object;

/** Every handler of every controller of the running application. */
export function handlersOf(app: TestApp): Handler[] {
  const modules = [...app.app.get(ModulesContainer).values()];
  const controllers = modules.flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => handlersIn(metatype as Class));
}

function handlersIn(controller: Class): Handler[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner()
    .getAllMethodNames(prototype)
    .map((name) => ({ name: `${controller.name}.${name}`, method: prototype[name] as object }))
    .filter(({ method }) => Reflect.hasMetadata('path', method))
    .map(({ name, method }) => ({
      name,
      permission: Reflect.getMetadata(PERMISSION, method) as unknown,
      isPublic: Reflect.getMetadata(PUBLIC, method) === true,
    }));
}

/** Every path that the server answers, with its parameters as `{id}`: also those that no controller serves. */
export function servedPaths(app: TestApp): Set<string> {
  const tree = app.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const above: string[] = [];
  const paths = tree.split('\n').flatMap((line) => {
    const found = /^([│ ]*)(?:└── |├── )(\S+) \(/.exec(line);
    if (!found) return [];
    const [, indent = '', part = ''] = found;
    const depth = indent.length / 4;
    above.splice(depth, above.length, part);
    return [
      above
        .join('')
        .replaceAll('//', '/')
        .replaceAll(/:(\w+)/g, '{$1}'),
    ];
  });
  return new Set(paths);
}
