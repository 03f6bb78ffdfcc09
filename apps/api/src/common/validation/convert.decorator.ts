const CONVERSION = Symbol('conversion');

/** Converts what arrives for a property, before its rules judge it. */
export function Convert(convert: (value: unknown) => unknown): PropertyDecorator {
  return (target, property) => Reflect.defineMetadata(CONVERSION, convert, target, property);
}

export function conversionOf(
  dto: new () => object,
  property: string,
): ((value: unknown) => unknown) | undefined {
  return Reflect.getMetadata(CONVERSION, dto.prototype as object, property) as
    ((value: unknown) => unknown) | undefined;
}
