import { getMetadataStorage } from 'class-validator';
import { conversionOf } from './convert.decorator';

type Rule = (value: unknown, object: object) => boolean;

/** What is asked of one property, ready to run. */
interface PropertyRules {
  readonly name: string;
  readonly convert: ((value: unknown) => unknown) | undefined;
  readonly applies: readonly Rule[];
  readonly holds: readonly Rule[];
}

type Dto = new () => object;

/**
 * The rules of a DTO class as plain functions, taken once from the metadata that class-validator holds. Judging a
 * request by them costs a fraction of what interpreting that metadata does; only what they refuse is interpreted,
 * for the words of the refusal.
 */
export class CompiledRules {
  private static readonly compiled = new WeakMap<Dto, CompiledRules>();
  private readonly properties: ReadonlyMap<string, PropertyRules>;
  private readonly inOrder: readonly PropertyRules[];

  static of(dto: Dto): CompiledRules {
    const known = this.compiled.get(dto);
    if (known) return known;
    const rules = new CompiledRules(dto);
    this.compiled.set(dto, rules);
    return rules;
  }

  private constructor(private readonly dto: Dto) {
    const metadata = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    const byProperty = Map.groupBy(metadata, (each) => each.propertyName);
    this.inOrder = [...byProperty].map(([name, rules]) => compile(dto, name, rules));
    this.properties = new Map(this.inOrder.map((rules) => [rules.name, rules]));
  }

  /** An instance with the values converted. Keys without rules are kept: `accepts` refuses them. */
  instance(input: Readonly<Record<string, unknown>>): object {
    const made = new this.dto() as Record<string, unknown>;
    for (const key of Object.keys(input)) {
      const convert = this.properties.get(key)?.convert;
      const value = input[key];
      made[key] = convert && value !== undefined ? convert(value) : value;
    }
    return made;
  }

  accepts(dto: object): boolean {
    for (const key of Object.keys(dto)) if (!this.properties.has(key)) return false;
    for (const { name, applies, holds } of this.inOrder) {
      const value = (dto as Record<string, unknown>)[name];
      if (all(applies, value, dto) && !all(holds, value, dto)) return false;
    }
    return true;
  }
}

/** A loop, since a list of tasks asks this two dozen times for each request: a closure each would be most of what that takes. */
function all(rules: readonly Rule[], value: unknown, dto: object): boolean {
  for (const rule of rules) if (!rule(value, dto)) return false;
  return true;
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

function compile(dto: Dto, property: string, rules: readonly Metadata[]): PropertyRules {
  const conditions = rules.filter(({ type }) => type === 'conditionalValidation');
  const others = rules.filter(({ type }) => type !== 'conditionalValidation');
  return {
    name: property,
    convert: conversionOf(dto, property),
    applies: conditions.map(({ constraints }) => {
      const condition = constraints[0] as (object: object, value: unknown) => boolean;
      return (value, object) => condition(object, value);
    }),
    holds: others.map(compileRule),
  };
}

function compileRule(metadata: Metadata): Rule {
  const { propertyName: property, constraints } = metadata;
  const [constraint] = getMetadataStorage().getTargetValidatorConstraints(metadata.constraintCls);
  if (!constraint || metadata.each)
    throw new Error(`the rule ${metadata.type} of ${property} cannot be compiled`);
  const { instance } = constraint;
  return (value, object) =>
    instance.validate(value, { value, object, property, constraints, targetName: '' }) === true;
}
